// The options of every public call, as types: meaning, unit, range and default. Their checks are in validate.ts.

import type { PipelineMode } from './choose-mode.js';
import type { PerBuild } from './load-core.js';
import type { TelemetryHooks } from './telemetry.js';

/** Urgency, in the platform's words: a preview, an export, a warm-up. */
export type Priority = 'user-blocking' | 'user-visible' | 'background';

/** Options of {@link PipelineCoordinator.create}; all are optional. */
export interface PipelineOptions {
  /** The rollout flag. `false` keeps all work on the page's thread; `true` and `'auto'` (default) choose by capability. */
  readonly workerPipelineV2?: boolean | 'auto' | undefined;
  /**
   * Forces a mode, for tests and support. Default `'auto'`. `'threads'` where threads are impossible runs single, and
   * `modeReason` says what made them impossible.
   */
  readonly mode?: 'auto' | PipelineMode | undefined;
  /**
   * Worker threads. A number, 1 to 16, is kept as it is. Default `'auto'`: two are kept warm and more start on demand, up to
   * one less than there are processors, at most 8, and no more than one per 64 MiB of `memory.maximumMiB`.
   */
  readonly workers?: 'auto' | number | WorkerOptions | undefined;
  /** Pixel memory in MiB. `initialMiB` 16 to 2048, default 256; `maximumMiB` up to 2048, default 2048; both steps of 1. */
  readonly memory?:
    | { readonly initialMiB?: number | undefined; readonly maximumMiB?: number | undefined }
    | undefined;
  /** Folder that serves the four files of the package (`stopbath-threads.mjs` ...), when a bundler did not move them along. */
  readonly baseUrl?: string | URL | undefined;
  /** URL of the glue per build; workers start from it, so it must be of the page's own origin. */
  readonly workerUrl?: PerBuild<string | URL> | undefined;
  /** URL of the wasm per build. */
  readonly wasmUrl?: PerBuild<string | URL> | undefined;
  /** Compiled wasm per build, instead of fetching it. */
  readonly wasmModule?: PerBuild<WebAssembly.Module> | undefined;
  /** Milliseconds that workers have to report for duty, 1 to 600000, default 5000; none in time means single mode. */
  readonly startTimeoutMs?: number | undefined;
  /**
   * Gets what workers run, in batches; {@link TraceRecorder} makes a trace of it. Without it nothing is recorded and it costs
   * nothing.
   */
  readonly telemetry?: TelemetryHooks | undefined;
  /** Aborts the start: `create()` rejects with the signal's reason. Afterwards it has no effect. */
  readonly signal?: AbortSignal | undefined;
}

/** How many workers there are, and when. */
export interface WorkerOptions {
  /** The fewest, 1 to 16; they start in the background after `create()`. */
  readonly warm: number;
  /** The most, `warm` to 16. Further ones start when the work that waits pays for it. */
  readonly max: number;
  /** Milliseconds that a worker above `warm` idles before it leaves, 1 to 86400000, default 15000. */
  readonly idleMs?: number | undefined;
  /**
   * Says how many workers there should be, instead of the default. Called after a step, never inside one, at most every 20 ms;
   * the pool then takes one step towards the answer, within `warm` and `max`. An exception or anything but a number of at
   * least 0 is reported as an uncaught error, and the default decides.
   */
  readonly scale?: ((snapshot: PoolSnapshot) => number) | undefined;
}

/** What the number of workers depends on. Plain data; times in milliseconds. */
export interface PoolSnapshot {
  /** Workers that take work or are about to. */
  readonly workers: number;
  /** Of them, those that have not answered yet. */
  readonly starting: number;
  /** Of them, those that hold a unit of work. */
  readonly busy: number;
  readonly warm: number;
  readonly max: number;
  /** Executions that wait. */
  readonly queued: number;
  /** 95th percentile of the wait for the first unit of work in the last seconds. */
  readonly waitMs: Readonly<Record<Priority, number>>;
  /** Share of the workers' time that work took lately, 0 to 1. */
  readonly utilisation: number;
  /** How many times faster what waits would be done with one worker more, 1 to 2. */
  readonly marginalSpeedup: number;
  /** Predicted time to the end of all that was admitted. */
  readonly backlogMs: number;
  /** From starting a worker to its answer. */
  readonly startMs: number;
  /** For how long one worker fewer would have been enough. */
  readonly spareMs: number;
  /** After how long of that a worker leaves by default; grows when workers come and go. */
  readonly idleMs: number;
  /** Pixel memory in use, 0 to 1. */
  readonly heapFill: number;
  /** Work waits for memory. */
  readonly memoryPressure: boolean;
  readonly pageVisible: boolean;
  /** Workers that hung or crashed in the last minute. */
  readonly recentLosses: number;
}

/** Options of {@link PipelineCoordinator.importImage}. */
export interface ImportOptions {
  /**
   * Colour space of the pixels in memory; another one than the source's is converted to. Default: the source's own, as ImageData
   * and raw pixels state it and as the browser tells it of canvases, bitmaps, frames and files; `'srgb'` where it does not tell.
   */
  readonly colorSpace?: PredefinedColorSpace | undefined;
  /**
   * Gives the source once more, with pixels of the same size. Asked when the engine crashed, since nothing in its memory is
   * trusted then; without it such an image is lost and its methods throw `ERR_TASK_FAILED`.
   */
  readonly reload?: (() => ImageSource | Promise<ImageSource>) | undefined;
  /** Aborts the import: the half-made image is closed, the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of every request. */
export interface RequestOptions {
  /** Cancels the work within one unit; the promise rejects with the signal's reason. A TaskSignal also sets the priority. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the TaskSignal's, else `'user-blocking'` for previews and `'user-visible'` for renders. */
  readonly priority?: Priority | undefined;
  /** Milliseconds until the request fails with `ERR_DEADLINE`, above 0 up to 86400000. Default: none. */
  readonly timeout?: number | undefined;
  /** The same as a point in time, on the clock of `performance.now()`; the earlier of the two counts. */
  readonly deadline?: number | undefined;
  /** Milliseconds until the work must have started, or the request fails with `ERR_DEADLINE`; range as `timeout`. */
  readonly queueTimeout?: number | undefined;
  /** Milliseconds of work, summed over workers and attempts, after which it fails with `ERR_DEADLINE`; range as `timeout`. */
  readonly runTimeout?: number | undefined;
  /**
   * Order among requests of one priority and deadline: an integer from 0, first, to 7. Default: 3. For example the distance of
   * a thumbnail from the middle of the view, in steps.
   */
  readonly urgency?: number | undefined;
  /**
   * What a render of priority `'user-visible'` does when its lane is full: `'wait'` (default) for room, or `'reject'` with
   * `ERR_QUEUE_FULL`. Of the other priorities, `'user-blocking'` renders are refused, and `'background'` ones push out the
   * oldest that waits, which fails with `ERR_QUEUE_FULL`. A preview is never refused: it replaces the one before it.
   */
  readonly admission?: 'wait' | 'reject' | undefined;
  /**
   * Colour space of the result. Default: the image's own, in which the chain works in any case; the result of the chain is
   * converted, and what the other space does not hold is clamped to it, channel by channel.
   */
  readonly colorSpace?: PredefinedColorSpace | undefined;
  /** Called with the finished share, 0 to 1, never falling, outside of any scheduler step. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What `onProgress` is told. */
export interface Progress {
  /** Finished share of the work, 0 to 1. */
  readonly fraction: number;
}

/** A canvas that the pipeline may draw on; its 2D context is used. */
export type TargetCanvas = HTMLCanvasElement | OffscreenCanvas;

/** Options of {@link PipelineCoordinator.preview}. */
export interface PreviewOptions extends RequestOptions {
  /** Frames are drawn here, over the whole canvas. Without it each frame comes as an image that the receiver closes. */
  readonly to?: TargetCanvas | undefined;
  /** Name of the place in which a newer preview replaces an older one. Default: one per canvas, or per image without one. */
  readonly slot?: string | undefined;
  /**
   * Size of the exact frame against the full image, above 0 up to 1; rounded up to the next of 1, 1/2, 1/4 ... 1/64.
   * Default: the smallest that still covers the canvas, or 1 without a canvas.
   */
  readonly scale?: number | undefined;
  /** A coarse frame comes first when the exact one is predicted to take longer. Milliseconds, 0 or more, default 12. */
  readonly budgetMs?: number | undefined;
}

/** Pixels in memory: 8-bit RGBA, straight alpha, rows from the top. */
export interface RawPixels {
  /** `stride * height` bytes, or less by the padding of the last row. */
  readonly data: Uint8Array | Uint8ClampedArray;
  /** Pixels, 1 to 65535. */
  readonly width: number;
  /** Pixels, 1 to 65535. */
  readonly height: number;
  /** Bytes from row to row, at least `width * 4`, which is the default. */
  readonly stride?: number | undefined;
  /** Colour space of the data, default `'srgb'`. */
  readonly colorSpace?: PredefinedColorSpace | undefined;
}

/**
 * What can be imported. The caller keeps ownership, and leaves the source unchanged and open until the import settles.
 */
export type ImageSource =
  | Blob
  | ImageBitmap
  | ImageData
  | VideoFrame
  | HTMLImageElement
  | HTMLVideoElement
  | HTMLCanvasElement
  | OffscreenCanvas
  | RawPixels;
