// One preview: frames as they come, and one outcome. The newest frame is the only one kept for a slow reader.
//
// Ownership: with a canvas, a frame is drawn and its buffer goes back at once. Without, each frame carries an image; one that
// nobody has read is closed when a newer frame comes or the job ends, except the final frame, which belongs to the outcome.

import { PipelineError } from './errors.js';
import type { FrameEvent } from './events.js';
import type { ImageStore } from './image-store.js';
import type { PreviewOptions, TargetCanvas } from './options.js';
import type { PixelImage } from './pixel-image.js';
import { followSignal, progressOf, termsOf } from './requests.js';
import { abortError } from './signals.js';
import type { RequestSink, Submission } from './submission.js';

/** Milliseconds that a frame took. */
export interface Timings {
  /** From the call to the first unit of work. */
  readonly queueMs: number;
  /** Of work, summed over workers. */
  readonly runMs: number;
  /** From the call to the finished frame. */
  readonly wallMs: number;
}

/** One step of a preview, coarse or exact. */
export interface PreviewFrame {
  /** Counts the previews of the slot; a newer preview has a higher one. */
  readonly version: number;
  /** log2 of the reduction against the full image; more than was asked for when there was no memory for that. */
  readonly level: number;
  /** `1 / 2 ** level`. */
  readonly scale: number;
  /** True when these are the bytes that a render, reduced to this level, has. */
  readonly exact: boolean;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  readonly timings: Timings;
  /** The pixels, which the receiver closes; absent when the frame was drawn on a canvas. */
  readonly image?: PixelImage;
}

/** How a preview ended when it did not fail: with its last frame, or because version `by` took its slot. */
export type PreviewOutcome =
  | { readonly status: 'final'; readonly frame: PreviewFrame }
  | { readonly status: 'superseded'; readonly by: number };

/**
 * A running preview. Ignoring it is fine: a rejected `outcome` that nobody handles is not reported.
 *
 * Iterating gives the frames, coarse ones possibly left out; leaving the loop early cancels. One reader per job.
 *
 * @example
 * ```ts
 * const job = pipeline.preview(photo, chain, { to: canvas });
 * for await (const frame of job) status.textContent = frame.exact ? 'done' : `1/${2 ** frame.level}`;
 * ```
 */
export interface PreviewJob extends AsyncIterable<PreviewFrame> {
  /**
   * The end. Resolves for the final frame and for being superseded; rejects with the signal's reason after an abort, and with
   * a {@link PipelineError} otherwise.
   */
  readonly outcome: Promise<PreviewOutcome>;
  /** Stops the work; `outcome` rejects with an AbortError. False when the job had already ended. */
  cancel(): boolean;
}

/** Where and how frames are delivered. */
export interface PreviewTarget {
  readonly canvas: TargetCanvas | undefined;
  /** Place in the canvas's line. */
  readonly ticket: number;
  readonly colorSpace: PredefinedColorSpace;
}

type End = { ok: true } | { ok: false; error: unknown };

/** The job and the sink of its request. */
export class PreviewTask implements PreviewJob, RequestSink {
  readonly outcome: Promise<PreviewOutcome>;
  readonly progress: ((fraction: number) => void) | undefined;
  readonly #store: ImageStore;
  readonly #target: PreviewTarget;
  #resolve!: (outcome: PreviewOutcome) => void;
  #reject!: (error: unknown) => void;
  #untie = () => {};
  #request = 0;
  #unread: PreviewFrame | undefined;
  #reader:
    | { resolve: (result: IteratorResult<PreviewFrame>) => void; reject: (error: unknown) => void }
    | undefined;
  #end: End | undefined;

  constructor(store: ImageStore, target: PreviewTarget, options: PreviewOptions) {
    this.#store = store;
    this.#target = target;
    this.progress = progressOf(options);
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.outcome.catch(() => {}); // a job may be ignored; its reader still gets the error
  }

  /** Submits, unless the signal has aborted already; a refusal becomes the outcome. */
  start(submission: Submission, options: PreviewOptions): this {
    if (options.signal?.aborted) {
      this.#fail(options.signal.reason);
      return this;
    }
    try {
      this.#request = this.#store.host.submit({ ...submission, ...termsOf(options) }, this);
      this.#untie = followSignal(this.#store.host, this.#request, options, (reason) => this.#fail(reason));
    } catch (error) {
      this.#fail(error);
    }
    return this;
  }

  cancel(): boolean {
    if (this.#end) return false;
    this.#store.host.cancel(this.#request);
    this.#fail(abortError('The preview was cancelled'));
    return true;
  }

  [Symbol.asyncIterator](): AsyncIterator<PreviewFrame, undefined> {
    return {
      next: () => this.#next(),
      return: async () => {
        this.cancel();
        return { done: true, value: undefined };
      },
    };
  }

  frame(event: FrameEvent): void {
    const { image, width, height, version, level, exact, timings, last } = event;
    const frame = { version, level, scale: 2 ** -level, exact, width, height, timings };
    const { canvas, ticket, colorSpace } = this.#target;
    if (!canvas) {
      this.#deliver({ ...frame, image: this.#store.adopt(image, { width, height, colorSpace }) }, last);
      return;
    }
    const { engine, memory } = this.#store.host;
    const picture = { address: engine.imageAddress(image), width, height, colorSpace, memory };
    const shown = this.#store.presenter.present(canvas, picture, ticket, version);
    this.#store.host.track(shown.finally(() => this.#store.release(image))).then(
      (result) => {
        if (result.shown) this.#deliver(frame, last);
        else if (last) this.superseded(result.by);
      },
      (error) => this.#fail(error),
    );
  }

  superseded(by: number): void {
    if (this.#settle({ ok: true })) this.#resolve({ status: 'superseded', by });
  }

  failed(error: PipelineError): void {
    this.#fail(error);
  }

  #fail(error: unknown): void {
    if (this.#settle({ ok: false, error })) this.#reject(error);
  }

  #deliver(frame: PreviewFrame, last: boolean): void {
    if (this.#end) {
      frame.image?.close();
      return;
    }
    this.#unread?.image?.close();
    this.#unread = undefined;
    if (this.#reader) {
      this.#reader.resolve({ done: false, value: frame });
      this.#reader = undefined;
    } else {
      this.#unread = frame;
    }
    if (last && this.#settle({ ok: true }, frame)) this.#resolve({ status: 'final', frame });
  }

  /** Ends the job once; `kept` may still be read, any other unread frame is closed. */
  #settle(end: End, kept?: PreviewFrame): boolean {
    if (this.#end) return false;
    this.#end = end;
    this.#untie();
    if (this.#unread !== kept) {
      this.#unread?.image?.close();
      this.#unread = undefined;
    }
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader && end.ok) reader.resolve({ done: true, value: undefined });
    else if (reader && !end.ok) reader.reject(end.error);
    return true;
  }

  #next(): Promise<IteratorResult<PreviewFrame>> {
    const frame = this.#unread;
    this.#unread = undefined;
    if (frame) return Promise.resolve({ done: false, value: frame });
    const end = this.#end;
    if (end?.ok) return Promise.resolve({ done: true, value: undefined });
    if (end) return Promise.reject(end.error);
    if (this.#reader) {
      return Promise.reject(
        new PipelineError('ERR_INVALID_PARAMS', 'A preview has one reader, and one next() at a time'),
      );
    }
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }
}
