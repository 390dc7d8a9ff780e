// What goes into the engine for one request, and who hears what comes out.

import type { PipelineError } from './errors.js';
import type { FrameEvent } from './events.js';
import type { NativeEngine } from './native-engine.js';

/** Who hears about one request: any number of frames, then exactly one end (a last frame, superseded or failed). */
export interface RequestSink {
  frame(event: FrameEvent): void;
  superseded(by: number): void;
  failed(error: PipelineError): void;
  /** Told the finished share when it has grown; absent when nobody asked. */
  progress?: ((fraction: number) => void) | undefined;
}

/** What is submitted: the arguments of NativeEngine.submit that a caller chooses. */
export interface Submission {
  readonly wire: readonly number[];
  readonly image: number;
  readonly kind: number;
  readonly slot: number;
  readonly lane: number;
  readonly reduce: number;
  readonly budgetMs: number;
  readonly timeoutMs: number;
  readonly reject: boolean;
  readonly queueTimeoutMs: number;
  readonly runTimeoutMs: number;
}

/** How a request ended. */
export interface TaskEnd {
  /** Counts the requests of the pipeline. */
  readonly request: number;
  readonly outcome: 'delivered' | 'superseded' | 'aborted' | 'failed';
  /** Of what was delivered. */
  readonly timings?: FrameEvent['timings'] | undefined;
}

/** The `taskend` event of a pipeline. */
export class TaskEndEvent extends Event {
  readonly task: TaskEnd;

  constructor(task: TaskEnd) {
    super('taskend');
    this.task = task;
  }
}

/** Writes a chain where the engine reads it; negative when there is no room. */
export function writeWire(engine: NativeEngine, memory: WebAssembly.Memory, wire: readonly number[]): number {
  const at = engine.wireBuffer(wire.length);
  if (at >= 0) new Float64Array(memory.buffer, at, wire.length).set(wire);
  return at;
}

/** Submits; the engine's number of the request, or minus an error code. */
export function submitTo(
  engine: NativeEngine,
  memory: WebAssembly.Memory,
  what: Submission,
  nowMs: number,
): number {
  const { wire, image, kind, slot, lane, reduce, budgetMs, timeoutMs, reject, queueTimeoutMs, runTimeoutMs } =
    what;
  const at = writeWire(engine, memory, wire);
  if (at < 0) return at;
  return engine.submit(
    wire.length,
    image,
    kind,
    slot,
    lane,
    reduce,
    budgetMs,
    timeoutMs,
    reject,
    queueTimeoutMs,
    runTimeoutMs,
    nowMs,
  );
}
