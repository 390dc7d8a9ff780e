// The one error class of the package, and the test for "somebody called this off".
//
// Codes are stable and part of the API; sentences are for people and may change. An abort is not a PipelineError: it rejects
// with the signal's own reason, as the platform does.

/**
 * What went wrong.
 *
 * - `ERR_INVALID_PARAMS`: an argument has the wrong type or is out of range; nothing was started.
 * - `ERR_UNSUPPORTED_INPUT`: the source could not be decoded or is of a kind that this engine cannot read.
 * - `ERR_OUT_OF_MEMORY`: the pixel memory is used up (see `memory.maximumMiB`).
 * - `ERR_WORKER_LOST`: the worker that held the work hung or crashed, and the retries were used up.
 * - `ERR_POISONED`: this work lost several workers and is refused for a while.
 * - `ERR_QUEUE_FULL`: too much work is waiting.
 * - `ERR_DEADLINE`: the `timeout` passed.
 * - `ERR_CLOSED`: the image was closed.
 * - `ERR_DISPOSED`: the pipeline is draining or was disposed.
 * - `ERR_WASM_LOAD`: a file of the package could not be loaded or started.
 * - `ERR_TASK_FAILED`: the work itself failed.
 */
export type PipelineErrorCode =
  | 'ERR_INVALID_PARAMS'
  | 'ERR_UNSUPPORTED_INPUT'
  | 'ERR_OUT_OF_MEMORY'
  | 'ERR_WORKER_LOST'
  | 'ERR_POISONED'
  | 'ERR_QUEUE_FULL'
  | 'ERR_DEADLINE'
  | 'ERR_CLOSED'
  | 'ERR_DISPOSED'
  | 'ERR_WASM_LOAD'
  | 'ERR_TASK_FAILED';

const retryableCodes: ReadonlySet<PipelineErrorCode> = new Set<PipelineErrorCode>([
  'ERR_OUT_OF_MEMORY',
  'ERR_WORKER_LOST',
  'ERR_QUEUE_FULL',
  'ERR_DEADLINE',
]);

/** The request that failed, for logs and for telling failures apart. */
export interface FailedTask {
  /** Counts the requests of the pipeline, as in the `taskend` event. */
  readonly id: number;
  /** Equal for requests that ask for the same bytes: a hash in hexadecimal digits; empty when the whole engine was lost. */
  readonly key: string;
  /** Executions that were begun for it, counting from 1; 0 when none was. */
  readonly attempt: number;
  /** `running`: work for it was under way; with the whole engine, or at the pipeline's end, it may have been. */
  readonly phase: 'queued' | 'running';
}

/**
 * Every failure of the package that is not an abort.
 *
 * @example
 * ```ts
 * try {
 *   await pipeline.render(photo, chain);
 * } catch (error) {
 *   if (error instanceof PipelineError && error.retryable) retryLater();
 * }
 * ```
 */
export class PipelineError extends Error {
  /** Stable name of the failure. */
  readonly code: PipelineErrorCode;
  /** True when the same call may succeed later without any change to its arguments. */
  readonly retryable: boolean;
  /** Which request failed, and where it stood; absent when the call was refused before there was one. */
  readonly task: FailedTask | undefined;

  constructor(
    code: PipelineErrorCode,
    message: string,
    { task, ...options }: { cause?: unknown; task?: FailedTask | undefined } = {},
  ) {
    super(message, options);
    this.task = task;
    this.name = 'PipelineError';
    this.code = code;
    this.retryable = retryableCodes.has(code);
  }
}

/** What everything that comes too late, or is open when the pipeline ends, fails with. */
export function disposed(task?: FailedTask): PipelineError {
  return new PipelineError('ERR_DISPOSED', 'The pipeline was disposed', { task });
}

/**
 * True for an abort: what `AbortController.abort()` and {@link PreviewJob.cancel} reject with when no other reason was given.
 *
 * @example
 * ```ts
 * pipeline.render(photo, chain, { signal }).catch((error) => {
 *   if (!isAbort(error)) showError(error);
 * });
 * ```
 */
export function isAbort(error: unknown): boolean {
  return typeof error === 'object' && error !== null && (error as { name?: unknown }).name === 'AbortError';
}
