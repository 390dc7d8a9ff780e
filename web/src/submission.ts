// What goes into the engine for one request, and who hears what comes out.

import type { PipelineError } from './errors.js';
import type { FrameEvent } from './events.js';

/** Who hears about one request: any number of frames, then exactly one end (a last frame, superseded or failed). */
export interface RequestSink {
  frame(event: FrameEvent): void;
  superseded(by: number): void;
  failed(error: PipelineError): void;
  /** Told the finished share when it has grown; absent when nobody asked. */
  progress?: ((fraction: number) => void) | undefined;
}

/** What is submitted: the fields of the exchange that a caller chooses, and the chain in wire form. */
export interface Submission {
  readonly wire: readonly number[];
  readonly image: number;
  /** The images that steps of the chain name. */
  readonly others?: readonly number[];
  readonly kind: number;
  readonly slot: number;
  readonly lane: number;
  readonly reduce: number;
  readonly budgetMs: number;
  readonly timeoutMs: number;
  readonly reject: boolean;
  readonly queueTimeoutMs: number;
  readonly runTimeoutMs: number;
  /** Of the result; without it the image's own. */
  readonly colorSpace?: PredefinedColorSpace | undefined;
  readonly urgency: number;
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
