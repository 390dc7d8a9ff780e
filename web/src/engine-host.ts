// Drives one NativeEngine: wakes it when there is something to do, reads its event records, and settles requests.
//
// Threads: workers raise one completion word; the page waits on it with Atomics.waitAsync and looks again after every wake,
// because a wake may come early. Where waitAsync is missing, a 4 ms timer runs while requests are open. Single: units run here,
// 3 ms at a time. In both, sinks are called after the step, in the order of request ids, and only resolve promises: code of
// the user runs in microtasks, never inside a step.

import { PipelineError } from './errors.js';
import { type EngineEvent, errorOf, type PoolChange, readEvents } from './events.js';
import type { NativeEngine, NativeModule } from './native-engine.js';
import { StepListeners } from './step-listeners.js';
import type { RequestSink, Submission, TaskEnd } from './submission.js';
import type { Turns } from './turns.js';

export type { RequestSink, Submission };

type WaitAsync = (
  words: Int32Array,
  index: number,
  value: number,
  timeout?: number,
) => { async: true; value: Promise<string> } | { async: false; value: string };

const sliceMs = 3; // of units in single mode
/** Milliseconds between looks where waitAsync is missing and requests are open. */
const pollMs = 4;
/** Milliseconds that a burst of completions may keep the current task before it yields. */
const burstMs = 3;
/** Milliseconds that dispose waits for workers to leave before it ends them. */
const leaveMs = 2000;

/** Owns the engine from its start to its end. All calls on the page's thread. */
export class EngineHost {
  readonly turns: Turns;
  readonly threads: boolean;
  #engine: NativeEngine | undefined;
  #module: NativeModule | undefined;
  #sinks = new Map<number, RequestSink>();
  #progress = new Map<number, number>();
  #bytes = new Uint8ClampedArray(0);
  #kicked = false;
  #running = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Infinity;
  #idle: (() => void)[] = [];
  #crash: PipelineError | undefined;
  readonly #closing = new AbortController();
  readonly #operations = new Set<Promise<unknown>>();
  onTaskEnd: ((end: TaskEnd) => void) | undefined;
  /** Told after every step. */
  readonly steps = new StepListeners(() => this.kick());

  readonly #onPool: (change: PoolChange) => void;
  /** Hears when a lane comes under pressure or has drained, inside a step: it must not call back. */
  onLane: (lane: number, pressed: boolean) => void = () => {};
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
    this.#engine = engine;
    this.threads = threads;
    this.turns = turns;
    if (threads && waitAsync) void this.#watch(waitAsync);
  }

  /** The engine; throws `ERR_DISPOSED` after the end, `ERR_TASK_FAILED` after a crash. */
  get engine(): NativeEngine {
    if (this.#crash) throw this.#crash;
    if (!this.#engine) throw new PipelineError('ERR_DISPOSED', 'The pipeline was disposed');
    return this.#engine;
  }

  get disposed(): boolean {
    return this.#engine === undefined;
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
    return this.#sinks.size;
  }

  get memory(): WebAssembly.Memory {
    if (!this.#module) throw new PipelineError('ERR_DISPOSED', 'The pipeline was disposed');
    return this.#module.wasmMemory;
  }

  /** The heap as bytes, fresh after growth: never keep it across an await. */
  bytes(): Uint8ClampedArray {
    const { buffer } = this.memory;
    if (this.#bytes.buffer !== buffer) this.#bytes = new Uint8ClampedArray(buffer);
    return this.#bytes;
  }

  /** Throws the typed error for a negative result of the engine. */
  check(result: number): number {
    if (result >= 0) return result;
    throw errorOf(-result, this.engine.lastError());
  }

  /** Admits a request; its id. Throws the typed error of a refusal, and then the sink hears nothing. */
  submit(what: Submission, sink: RequestSink): number {
    const engine = this.engine;
    const { wire } = what;
    this.#write(wire);
    const request = this.check(
      engine.submit(
        wire.length,
        what.image,
        what.kind,
        what.slot,
        what.lane,
        what.reduce,
        what.budgetMs,
        what.timeoutMs,
        what.reject,
        this.turns.now(),
      ),
    );
    this.#sinks.set(request, sink);
    if (sink.progress) this.#progress.set(request, 0);
    this.kick();
    return request;
  }

  /** Size of what a chain makes of an image. Throws the typed error when it does not fit the image. */
  outputSize(wire: readonly number[], image: number): { width: number; height: number } {
    this.#write(wire);
    const size = this.check(this.engine.outputSize(wire.length, image));
    return { width: Math.floor(size / 65536), height: size % 65536 };
  }

  /** The plan as text. */
  explain(wire: readonly number[], image: number): string {
    this.outputSize(wire, image); // throws the typed error of a refusal
    return this.engine.explain(wire.length, image) || String(this.check(-1));
  }

  #write(wire: readonly number[]): void {
    const at = this.check(this.engine.wireBuffer(wire.length));
    new Float64Array(this.memory.buffer, at, wire.length).set(wire);
  }

  /** Forgets a request and stops its work; no event follows. False when it had settled. */
  cancel(request: number): boolean {
    if (!this.#sinks.has(request) || !this.#engine) return false;
    this.#forget(request, 'aborted');
    this.#engine.cancel(request, this.turns.now());
    this.kick();
    this.#checkIdle();
    return true;
  }

  setLane(request: number, lane: number): void {
    if (this.#sinks.has(request)) this.#engine?.setLane(request, lane);
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
    while (this.#sinks.size > 0 || this.#operations.size > 0) {
      await Promise.allSettled(this.#operations);
      if (this.#sinks.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
  }

  /** Fails everything that is open, in the order of request ids, and tells operations to stop. */
  close(error: () => PipelineError): void {
    this.#closing.abort(error());
    this.#failAll(error);
  }

  #failAll(error: () => PipelineError): void {
    for (const [request, sink] of [...this.#sinks].sort(([a], [b]) => a - b)) {
      this.#forget(request, 'failed');
      if (this.#alive) this.#engine?.cancel(request, this.turns.now());
      sink.failed(error());
    }
    this.onDown(error());
    this.#checkIdle();
  }

  /**
   * Ends workers and memory. `beforeRelease` runs when no worker writes any more and the engine still answers; workers that do
   * not leave within 2 s are abandoned together with their memory.
   */
  async shutdown(beforeRelease: () => void): Promise<void> {
    const engine = this.#engine;
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
        await this.#completion(10);
      }
      if (this.#alive) beforeRelease();
    }
    clearTimeout(this.#timer);
    const word = this.#alive && this.threads ? this.#word() : undefined;
    this.#engine = undefined;
    this.steps.tell(undefined);
    if (word) Atomics.notify(word, 0); // a pending waitAsync would keep the memory alive
    if (left) engine.delete();
    this.#module?.terminateRuntime?.();
    this.#module = undefined;
    this.#bytes = new Uint8ClampedArray(0);
  }

  get #alive(): boolean {
    return this.#engine !== undefined && this.#crash === undefined;
  }

  /** A trap in the engine's own step: nothing of it can be trusted, so every open request fails and no call goes in. */
  #crashed(cause: unknown): void {
    const text = cause instanceof Error ? cause.message : String(cause);
    this.#crash = new PipelineError('ERR_TASK_FAILED', `The engine crashed: ${text}`, { cause });
    clearTimeout(this.#timer);
    this.steps.tell(undefined);
    this.#failAll(() => new PipelineError('ERR_TASK_FAILED', `The engine crashed: ${text}`, { cause }));
  }

  #checkIdle(): void {
    if (this.#sinks.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #word(): Int32Array {
    return new Int32Array(this.memory.buffer, this.engine.completionWord(), 1);
  }

  /** The next completion, or `timeoutMs`, whichever comes first. */
  async #completion(timeoutMs: number): Promise<void> {
    if (this.threads && waitAsync) {
      const word = this.#word();
      const wait = waitAsync(word, 0, Atomics.load(word, 0), timeoutMs);
      if (wait.async) await wait.value;
    } else {
      await new Promise((resolve) => setTimeout(resolve, Math.min(timeoutMs, pollMs)));
    }
    this.turns.begin();
  }

  async #watch(wait: WaitAsync): Promise<void> {
    let woke = this.turns.now();
    while (this.#alive) {
      const word = this.#word();
      const seen = Atomics.load(word, 0); // read before the step: what completes during it is not missed
      this.#pump();
      if (!this.#alive) return;
      const result = wait(word, 0, seen);
      if (result.async) {
        await result.value;
        woke = this.turns.now();
        this.turns.begin();
      } else if (this.turns.now() - woke > burstMs) {
        await this.turns.next();
        woke = this.turns.now();
      } else {
        await undefined; // lets what has just settled run its microtasks
      }
    }
  }

  /** One step of the engine, the settlements that follow from it, and the arrangements for the next one. */
  #pump(): void {
    const engine = this.#engine;
    if (!engine || !this.#alive) return;
    try {
      for (const event of this.turns.measure(() => this.#step(engine))) this.#deliver(engine, event);
      this.#reportProgress(engine);
      this.#checkIdle();
      this.steps.tell(engine);
      if (engine.hostHasWork()) void this.#run();
      this.#arm(engine);
    } catch (error) {
      this.#crashed(error);
    }
  }

  #step(engine: NativeEngine): EngineEvent[] {
    const count = engine.step(this.turns.now());
    return count > 0 ? readEvents(engine, this.memory, count) : [];
  }

  #deliver(engine: NativeEngine, event: EngineEvent): void {
    if (event.kind === 'pool') {
      this.#onPool(event.change);
      return;
    }
    if (event.kind === 'lane') {
      this.onLane(event.lane, event.pressed);
      return;
    }
    const sink = this.#sinks.get(event.request);
    if (event.kind !== 'frame') this.#forget(event.request, event.kind);
    else if (event.last) this.#forget(event.request, 'delivered', event.timings);
    if (event.kind === 'superseded') sink?.superseded(event.by);
    else if (event.kind === 'failed') sink?.failed(event.error);
    else if (sink) {
      if (event.last && sink.progress) queueMicrotask(() => sink.progress?.(1));
      sink.frame(event);
    } else engine.closeImage(event.image); // cancelled between the step and here
  }

  #forget(request: number, outcome: TaskEnd['outcome'], timings?: TaskEnd['timings']): void {
    if (this.#sinks.delete(request)) this.onTaskEnd?.({ request, outcome, timings });
    this.#progress.delete(request);
  }

  #reportProgress(engine: NativeEngine): void {
    for (const [request, before] of this.#progress) {
      const fraction = engine.requestProgress(request);
      if (!(fraction > before)) continue;
      this.#progress.set(request, fraction);
      const sink = this.#sinks.get(request);
      queueMicrotask(() => sink?.progress?.(fraction));
    }
  }

  /** Runs units in slices, a task each, while there are any: in single mode, and when too many workers were lost. */
  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#alive && this.engine.hostHasWork()) {
        await this.turns.next(); // input that came meanwhile goes first, and may replace what waits
        const engine = this.#engine;
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

  #arm(engine: NativeEngine): void {
    const polls = this.threads && !waitAsync && this.#sinks.size > 0;
    const at = Math.min(engine.nextWake(), polls ? this.turns.now() + pollMs : Infinity);
    if (at >= this.#timerAt) return; // a timer that comes too early arms itself anew: cheaper than to set one per step
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(
      () => {
        this.#timerAt = Infinity;
        this.turns.begin();
        this.#pump();
      },
      Math.min(2 ** 31 - 1, Math.max(0, at - this.turns.now())),
    );
  }
}

const waitAsync: WaitAsync | undefined =
  typeof Atomics === 'object' ? (Atomics as unknown as { waitAsync?: WaitAsync }).waitAsync : undefined;
