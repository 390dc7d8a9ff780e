// The requests that have not settled, under numbers of the page's own: an engine numbers them too, but engines may be replaced.
//
// What was submitted is kept with each, so that another engine can be asked for the same.

import { type FailedTask, PipelineError } from './errors.js';
import { lanes, requestKind } from './native-engine.js';
import type { RequestSink, Submission, TaskEnd } from './submission.js';

/** One open request. */
export interface OpenRequest {
  readonly id: number;
  readonly sink: RequestSink;
  /** As submitted, in its present lane. */
  what: Submission;
  /** When it was submitted, milliseconds. */
  readonly sinceMs: number;
  /** The engine's number; 0 while there is no engine to ask. */
  engineId: number;
  /** Finished share that was told. */
  progress: number;
  /** Engines that were lost with it. */
  losses: number;
}

/** Keeps the books on open requests; one per pipeline. */
export class OpenRequests {
  /** Hears of the end of each request. */
  onEnd: ((end: TaskEnd) => void) | undefined;
  readonly #byId = new Map<number, OpenRequest>();
  readonly #byEngine = new Map<number, OpenRequest>();
  readonly #watched = new Set<OpenRequest>();
  readonly #idle: (() => void)[] = [];
  #last = 0;
  #versionBase = 0;
  #lastVersion = 0;

  get size(): number {
    return this.#byId.size;
  }

  /** Resolves when nothing is open. */
  async whenEmpty(): Promise<void> {
    if (this.#byId.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Tells those who want to know how much of their work is done, when it is more than they were told. */
  report(progressOf: (engineId: number) => number): void {
    for (const request of this.#watched) {
      const fraction = progressOf(request.engineId);
      if (!(fraction > request.progress)) continue;
      request.progress = fraction;
      queueMicrotask(() => request.sink.progress?.(fraction));
    }
  }

  add(engineId: number, what: Submission, sink: RequestSink, sinceMs: number): OpenRequest {
    const request = { id: ++this.#last, sink, what, sinceMs, engineId, progress: 0, losses: 0 };
    this.#byId.set(request.id, request);
    if (engineId > 0) this.#byEngine.set(engineId, request);
    if (sink.progress) this.#watched.add(request);
    return request;
  }

  get(id: number): OpenRequest | undefined {
    return this.#byId.get(id);
  }

  ofEngine(engineId: number): OpenRequest | undefined {
    return this.#byEngine.get(engineId);
  }

  forget(request: OpenRequest, outcome: TaskEnd['outcome'], timings?: TaskEnd['timings']): void {
    if (this.#byId.delete(request.id)) this.onEnd?.({ request: request.id, outcome, timings });
    this.#byEngine.delete(request.engineId);
    this.#watched.delete(request);
    if (this.#byId.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** All of them, oldest first. */
  inOrder(): OpenRequest[] {
    return [...this.#byId.values()];
  }

  /** Ends everything, oldest first; `stop` is called for each before it hears of it. */
  failAll(error: (task: FailedTask) => PipelineError, stop: (request: OpenRequest) => void): void {
    for (const request of this.inOrder()) {
      this.forget(request, 'failed');
      stop(request);
      request.sink.failed(error(failedTask(request)));
    }
  }

  /** The engine is gone: nobody has a number there any more. */
  detach(): void {
    this.#byEngine.clear();
    this.#versionBase = this.#lastVersion;
    for (const request of this.#byId.values()) {
      if (request.engineId > 0) request.losses++;
      request.engineId = 0;
    }
  }

  /** Versions go on where those of an engine before ended. */
  readonly version = (ofEngine: number): number => {
    const result = this.#versionBase + ofEngine;
    if (result > this.#lastVersion) this.#lastVersion = result;
    return result;
  };

  /** Asks another engine for everything, oldest first; who is refused hears it. `submit` gives the engine's number or throws. */
  askAgain(
    nowMs: number,
    refusal: (image: number) => PipelineError | undefined,
    submit: (what: Submission) => number,
  ): void {
    for (const request of this.inOrder()) {
      const { image, others = [] } = request.what;
      const lost = [image, ...others].map(refusal).find((refused) => refused !== undefined);
      const what = lost ?? again(request, nowMs);
      let error = what instanceof PipelineError ? what : undefined;
      try {
        if (!(what instanceof PipelineError)) {
          request.engineId = submit(what);
          this.#byEngine.set(request.engineId, request);
        }
      } catch (refused) {
        error = refused as PipelineError;
      }
      if (!error) continue;
      this.forget(request, 'failed');
      request.sink.failed(error);
    }
  }
}

/** What is known of a request that fails with its engine. */
export function failedTask({ id, losses, engineId }: OpenRequest): FailedTask {
  const alive = engineId > 0;
  return { id, key: '', attempt: losses + (alive ? 1 : 0), phase: alive ? 'running' : 'queued' };
}

/**
 * What to ask the next engine for, or why the request ends here: a preview is tried once more, an export twice, background work
 * not at all [R60]; time that has passed counts.
 */
export function again(request: OpenRequest, nowMs: number): Submission | PipelineError {
  const { what, losses, sinceMs } = request;
  const background = what.lane === lanes.indexOf('background');
  const most = background ? 0 : what.kind === requestKind.render ? 2 : 1;
  if (losses > most)
    return new PipelineError(
      'ERR_WORKER_LOST',
      'The engine was lost with this request, its retries are used up',
      { task: failedTask(request) },
    );
  if (what.timeoutMs === 0) return what;
  const timeoutMs = what.timeoutMs - (nowMs - sinceMs);
  if (timeoutMs > 0) return { ...what, timeoutMs };
  return new PipelineError('ERR_DEADLINE', `The timeout of ${what.timeoutMs} ms passed`, {
    task: failedTask(request),
  });
}
