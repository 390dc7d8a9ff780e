// Drives one NativeEngine: wakes it when there is something to do, reads its event records, and settles requests.
//
// Threads: workers raise one completion word; the page waits on it with Atomics.waitAsync and looks again after every wake,
// because a wake may come early. Where waitAsync is missing, a 4 ms timer runs while requests are open. Single: units run here,
// 3 ms at a time. In both, sinks are called after the step, in the order of request ids, and only resolve promises: code of
// the user runs in microtasks, never inside a step.

import { disposed, type FailedTask, PipelineError } from './errors.js';
import { type EngineEvent, errorOf, type PoolChange } from './events.js';
import { Exchange } from './exchange.js';
import type { NativeEngine, NativeModule } from './native-engine.js';
import { type OpenRequest, OpenRequests } from './open-requests.js';
import { StepListeners } from './step-listeners.js';
import type { RequestSink, Submission, TaskEnd } from './submission.js';
import type { Turns } from './turns.js';
import { Wakes } from './wakes.js';

export type { RequestSink, Submission };

const sliceMs = 3; // of units in single mode
/** Milliseconds that dispose waits for workers to leave before it ends them. */
const leaveMs = 2000;

/** Why an engine is given up: it trapped on the page's thread, or too many of its workers are lost and never die. */
export type EngineLoss = 'crashed' | 'exhausted';

/**
 * Owns the engine from its start to its end, and the requests beyond it: an engine that is lost is replaced while they wait. All
 * calls on the page's thread.
 */
export class EngineHost {
  readonly turns: Turns;
  readonly wakes: Wakes;
  #module: NativeModule | undefined;
  #exchange: Exchange | undefined;
  #threads: boolean;
  readonly #requests = new OpenRequests();
  #bytes = new Uint8ClampedArray(0);
  #held = false;
  #live: Promise<void> = Promise.resolve();
  #resumed = () => {};
  #lastImage = 0;
  /** Engines that were replaced. */
  realm = 0;
  #kicked = false;
  #running = false;
  #crash: PipelineError | undefined;
  readonly #closing = new AbortController();
  readonly #operations = new Set<Promise<unknown>>();
  set onTaskEnd(told: ((end: TaskEnd) => void) | undefined) {
    this.#requests.onEnd = told;
  }
  /** Told after every step. */
  readonly steps = new StepListeners(() => this.kick());

  readonly #onPool: (change: PoolChange) => void;
  /** Hears when a lane comes under pressure or has drained, inside a step: it must not call back. */
  onLane: (lane: number, pressed: boolean) => void = () => {};
  /** Hears that the engine is lost; true when another will follow, so that open requests wait for it. */
  onLost: (loss: EngineLoss) => boolean = () => false;
  /** Why an image cannot be worked on although it is open. */
  refusal: (image: number) => PipelineError | undefined = () => undefined;
  /** Hears of the end, by `close` or by a crash. */
  onDown: (error: PipelineError) => void = () => {};

  /** `onPool` hears of lost and new workers, inside a step: it must not call back. */
  constructor(
    module: NativeModule,
    engine: NativeEngine,
    threads: boolean,
    turns: Turns,
    onPool: (change: PoolChange) => void = () => {},
  ) {
    this.#onPool = onPool;
    this.#module = module;
    this.#exchange = new Exchange(module, engine);
    this.#threads = threads;
    this.turns = turns;
    this.wakes = new Wakes(turns, () => this.#pump());
    this.#begin();
  }

  get threads(): boolean {
    return this.#threads;
  }
  /** Resolves when there is an engine that takes work; at once except while one is being replaced. */
  get live(): Promise<void> {
    return this.#live;
  }

  /** The engine; throws `ERR_DISPOSED` after the end, `ERR_TASK_FAILED` after a crash until another has taken its place. */
  get engine(): NativeEngine {
    return this.#passage.engine;
  }

  get #passage(): Exchange {
    if (this.#crash) throw this.#crash;
    if (!this.#exchange) throw disposed();
    return this.#exchange;
  }

  get disposed(): boolean {
    return this.#exchange === undefined;
  }
  /** True when the engine trapped: it answers no calls any more. */
  get crashed(): boolean {
    return this.#crash !== undefined;
  }

  /** Aborts with `ERR_DISPOSED` when the pipeline is being disposed: imports and exports end with it. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Remembers an operation that holds pixels across turns, so that shutdown and drain wait for it. */
  track<T>(operation: Promise<T>): Promise<T> {
    const forget = () => this.#operations.delete(operation);
    this.#operations.add(operation);
    operation.then(forget, forget);
    return operation;
  }

  /** Requests that have not settled. */
  get open(): number {
    return this.#requests.size;
  }

  get memory(): WebAssembly.Memory {
    if (!this.#module) throw disposed();
    return this.#module.wasmMemory;
  }

  /** A heap as bytes, the present one unless told otherwise, fresh after growth: never keep it across an await. */
  bytes(memory = this.memory): Uint8ClampedArray {
    const { buffer } = memory;
    if (this.#bytes.buffer !== buffer) this.#bytes = new Uint8ClampedArray(buffer);
    return this.#bytes;
  }

  /** Throws the typed error for a negative result of the engine. */
  check(result: number): number {
    if (result >= 0) return result;
    throw errorOf(-result, this.engine.lastError());
  }

  /** Takes note of the id of an image, so that no later engine gives it again. */
  noteImage(image: number): number {
    if (image > this.#lastImage) this.#lastImage = image;
    return image;
  }

  /**
   * Admits a request; its id. Throws the typed error of a refusal, and then the sink hears nothing. While the engine is being
   * replaced the next one is asked, and a refusal goes to the sink.
   */
  submit(what: Submission, sink: RequestSink): number {
    const nowMs = this.turns.now();
    const engineId = this.#held ? 0 : this.#submit(what, nowMs);
    const { id } = this.#requests.add(engineId, what, sink, nowMs);
    this.kick();
    return id;
  }

  #submit(what: Submission, nowMs: number): number {
    return this.check(this.#passage.submit(what, nowMs));
  }

  /** Size of what a chain makes of an image. Throws the typed error when it does not fit the image. */
  outputSize(wire: readonly number[], image: number): { width: number; height: number } {
    this.check(this.#passage.writeWire(wire));
    const size = this.check(this.engine.outputSize(wire.length, image));
    return { width: Math.floor(size / 65536), height: size % 65536 };
  }

  /** The plan as text. */
  explain(wire: readonly number[], image: number): string {
    this.outputSize(wire, image); // throws the typed error of a refusal
    return this.engine.explain(wire.length, image) || String(this.check(-1));
  }

  /** Forgets a request and stops its work; no event follows. False when it had settled. */
  cancel(id: number): boolean {
    const request = this.#requests.get(id);
    if (!request || !this.#exchange) return false;
    this.#requests.forget(request, 'aborted');
    this.#stop(request);
    this.kick();
    return true;
  }

  #stop({ engineId }: OpenRequest): void {
    if (this.#alive && engineId > 0) this.engine.cancel(engineId, this.turns.now());
  }

  setLane(id: number, lane: number): void {
    const request = this.#requests.get(id);
    if (!request) return;
    request.what = { ...request.what, lane };
    if (this.#alive && request.engineId > 0) this.#exchange?.engine.setLane(request.engineId, lane);
    this.kick();
  }

  /** Asks for a step in a microtask; any number of calls in one turn make one step. */
  kick(): void {
    if (this.#kicked || !this.#alive) return;
    this.#kicked = true;
    queueMicrotask(() => {
      this.#kicked = false;
      this.turns.begin();
      this.#pump();
    });
  }

  /** Resolves when no request and no operation is open. */
  async whenIdle(): Promise<void> {
    while (this.#requests.size > 0 || this.#operations.size > 0) {
      await Promise.allSettled(this.#operations);
      await this.#requests.whenEmpty();
    }
  }

  /** Fails everything that is open, in the order of request ids, and tells operations to stop. */
  close(error: (task?: FailedTask) => PipelineError): void {
    this.#closing.abort(error());
    this.#failAll(error);
  }

  #failAll(error: (task?: FailedTask) => PipelineError): void {
    this.#requests.failAll(error, (request) => this.#stop(request));
    this.onDown(error());
  }

  /**
   * Ends workers and memory. `beforeRelease` runs when no worker writes any more and the engine still answers; workers that do
   * not leave within 2 s are abandoned together with their memory.
   */
  async shutdown(beforeRelease: () => void): Promise<void> {
    const engine = this.#exchange?.engine;
    if (!engine) return;
    let left = false;
    const deadline = this.turns.now() + leaveMs;
    const late = new Promise((resolve) => setTimeout(resolve, leaveMs));
    await Promise.race([late, Promise.allSettled(this.#operations)]);
    if (this.#alive) {
      engine.shutdown();
      for (;;) {
        this.#pump();
        left = this.#alive && engine.liveWorkers() <= 0;
        if (left || !this.#alive || this.turns.now() > deadline) break;
        await this.wakes.completion(10, this.#threads ? this.#passage.word : undefined);
      }
      if (this.#alive) beforeRelease();
    }
    this.wakes.stop();
    const word = this.#alive && this.threads ? this.#passage.word : undefined;
    this.#exchange = undefined;
    this.steps.tell(undefined);
    if (word) Atomics.notify(word, 0); // a pending waitAsync would keep the memory alive
    if (left) engine.delete();
    this.#module?.terminateRuntime?.();
    this.#module = undefined;
    this.#bytes = new Uint8ClampedArray(0);
  }

  get #alive(): boolean {
    return this.#exchange !== undefined && this.#crash === undefined && !this.#held;
  }

  #begin(): void {
    if (this.#threads) void this.wakes.begin(() => this.#passage.word);
  }

  /** A trap in the engine's own step: nothing of it can be trusted, so no call goes in and another engine is asked for. */
  #crashed(cause: unknown): void {
    if (!this.#alive) return;
    const text = cause instanceof Error ? cause.message : String(cause);
    const error = (task?: FailedTask) =>
      new PipelineError('ERR_TASK_FAILED', `The engine crashed: ${text}`, { cause, task });
    this.#crash = error();
    this.wakes.stop();
    if (this.#lose('crashed')) return;
    this.steps.tell(undefined);
    this.#failAll(error);
  }

  #lose(loss: EngineLoss): boolean {
    if (this.#held || this.#closing.signal.aborted || !this.onLost(loss)) return false;
    this.#held = true;
    this.wakes.stop();
    this.#live = new Promise((resolve) => {
      this.#resumed = resolve;
    });
    this.#requests.detach();
    return true;
  }

  /** Lets an engine that works go, because a better one is ready. False when one is being replaced already. */
  leave(): boolean {
    return this.#alive && this.#lose('exhausted');
  }

  /** Puts another engine in the place of the lost one; requests still wait. */
  swap(module: NativeModule, engine: NativeEngine, threads: boolean): void {
    const old = this.#module;
    const word = this.#crash === undefined && this.#threads ? this.#passage.word : undefined;
    this.#module = module;
    this.#exchange = new Exchange(module, engine);
    this.#threads = threads;
    this.#crash = undefined;
    this.realm++;
    engine.startImagesAfter(this.#lastImage);
    if (word) Atomics.notify(word, 0);
    old?.terminateRuntime?.();
  }

  /** Asks the new engine for all that is open, and goes on. */
  resume(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#resumed();
    if (!this.#alive) return;
    const now = () => this.turns.now();
    this.#requests.askAgain(now(), this.refusal, (what) => this.#submit(what, now()));
    this.#begin();
    this.kick();
  }

  /** No engine could be started in the place of the lost one. */
  giveUp(cause: unknown): void {
    const text = 'The engine was lost and could not be replaced';
    const error = (task?: FailedTask) => new PipelineError('ERR_TASK_FAILED', text, { cause, task });
    this.#crash = error();
    this.#held = false;
    this.#resumed();
    this.#failAll(error);
  }

  /** One step of the engine, the settlements that follow from it, and the arrangements for the next one. */
  #pump(): void {
    const exchange = this.#exchange;
    if (!exchange || !this.#alive) return;
    const { engine } = exchange;
    try {
      const step = (nowMs: number) => exchange.step(nowMs, this.#requests.version);
      for (const event of this.turns.measure(step)) this.#deliver(engine, event);
      this.#requests.report((engineId) => engine.requestProgress(engineId));
      this.steps.tell(engine);
      if (exchange.hostHasWork) void this.#run();
      this.wakes.arm(exchange.nextWakeMs, this.#threads && this.#requests.size > 0);
    } catch (error) {
      this.#crashed(error);
    }
  }

  #deliver(engine: NativeEngine, event: EngineEvent): void {
    if (event.kind === 'pool') {
      if (event.change === 'exhausted') queueMicrotask(() => this.leave());
      else this.#onPool(event.change);
      return;
    }
    if (event.kind === 'lane') {
      this.onLane(event.lane, event.pressed);
      return;
    }
    const request = this.#requests.ofEngine(event.request);
    const sink = request?.sink;
    if (request && event.kind !== 'frame') this.#requests.forget(request, event.kind);
    else if (request && event.kind === 'frame' && event.last)
      this.#requests.forget(request, 'delivered', event.timings);
    if (event.kind === 'superseded') sink?.superseded(event.by);
    else if (event.kind === 'failed') sink?.failed(event.errorFor(request?.id ?? 0, request?.losses ?? 0));
    else if (sink) {
      this.noteImage(event.image);
      if (event.last && sink.progress) queueMicrotask(() => sink.progress?.(1));
      sink.frame(event);
    } else if (event.image > 0) engine.closeImage(event.image); // cancelled between the step and here
  }

  /** Runs units in slices, a task each, while there are any: in single mode, and when too many workers were lost. */
  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#alive && this.engine.hostHasWork()) {
        await this.turns.next(); // input that came meanwhile goes first, and may replace what waits
        const engine = this.#exchange?.engine;
        if (!engine || !this.#alive) return;
        this.turns.measure(() => engine.runSlice(sliceMs));
        this.#pump(); // may publish more work, so the loop asks again
      }
    } catch (error) {
      this.#crashed(error);
    } finally {
      this.#running = false;
    }
  }
}
