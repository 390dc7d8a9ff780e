// What previews and renders share: the signal that may end a request or change its lane, for as long as it is open.

import type { EngineHost } from './engine-host.js';
import { PipelineError } from './errors.js';
import type { FrameEvent } from './events.js';
import type { ImageStore } from './image-store.js';
import { lanes, requestKind } from './native-engine.js';
import type { Priority, Progress, RequestOptions } from './options.js';
import type { PixelImage } from './pixel-image.js';
import { onAbort, onPriorityChange, signalPriority } from './signals.js';
import type { RequestSink, Submission } from './submission.js';

/** The lane of a request: the option, else the TaskSignal's priority, else the call's own default. */
export function laneOf(options: RequestOptions, fallback: Priority): number {
  const wish = options.priority ?? signalPriority(options.signal) ?? fallback;
  return Math.max(0, (lanes as readonly string[]).indexOf(wish));
}

/** The clocks of a submission, and its place among others of its priority. */
export type Terms = Pick<Submission, 'timeoutMs' | 'queueTimeoutMs' | 'runTimeoutMs' | 'urgency'>;

/** Urgency of what does not say: in the middle. */
const usualUrgency = 3;

/** No limits of time, the usual place. */
export const usualTerms: Terms = {
  timeoutMs: 0,
  queueTimeoutMs: 0,
  runTimeoutMs: 0,
  urgency: usualUrgency,
};

/** What the options ask for; throws `ERR_DEADLINE` when the deadline has passed already. */
export function termsOf(options: RequestOptions): Terms {
  const { timeout = Infinity, deadline = Infinity, queueTimeout = 0, runTimeout = 0 } = options;
  const { urgency = usualUrgency } = options;
  const left = Math.min(timeout, deadline - performance.now());
  if (left <= 0) {
    const late = Math.ceil(-left);
    throw new PipelineError('ERR_DEADLINE', `Expected \`deadline\` to lie ahead, it passed ${late} ms ago`);
  }
  return {
    timeoutMs: left === Infinity ? 0 : left,
    queueTimeoutMs: queueTimeout,
    runTimeoutMs: runTimeout,
    urgency,
  };
}

/** The sink's progress function; user code may throw in it, which is reported as an uncaught error. */
export function progressOf(options: RequestOptions): ((fraction: number) => void) | undefined {
  const { onProgress } = options;
  return onProgress && ((fraction) => onProgress({ fraction } satisfies Progress));
}

/** Ties an open request to its signal. `stop` is called once, with the reason; the result unties. */
export function followSignal(
  host: EngineHost,
  request: number,
  options: RequestOptions,
  stop: (reason: unknown) => void,
): () => void {
  const { signal, priority } = options;
  if (!signal) return () => {};
  const undoAbort = onAbort(signal, (reason) => {
    host.cancel(request);
    stop(reason);
  });
  if (priority !== undefined) return undoAbort;
  const undoPriority = onPriorityChange(signal, (changed) => {
    const lane = (lanes as readonly string[]).indexOf(changed);
    if (lane >= 0) host.setLane(request, lane);
  });
  return () => {
    undoAbort();
    undoPriority();
  };
}

/** Submits a render; the promise settles once, with an image that the caller closes. */
export function submitRender(
  store: ImageStore,
  submission: Submission,
  colorSpace: PredefinedColorSpace,
  options: RequestOptions,
): Promise<PixelImage> {
  return new Promise((resolve, reject) => {
    let untie = () => {};
    const sink: RequestSink = {
      frame: ({ image, width, height, last }) => {
        if (!last) return store.release(image);
        untie();
        resolve(store.adopt(image, { width, height, colorSpace }));
      },
      superseded: (by) => {
        untie();
        reject(new PipelineError('ERR_TASK_FAILED', `The render was replaced by version ${by}`));
      },
      failed: (error) => {
        untie();
        reject(error);
      },
      progress: progressOf(options),
    };
    const request = store.host.submit(submission, sink);
    untie = followSignal(store.host, request, options, (reason) => {
      untie();
      reject(reason);
    });
  });
}

/** A smaller version of an image, made by the engine; the receiver releases the event's image. */
export function submitReduced(host: EngineHost, image: number, reduce: number): Promise<FrameEvent> {
  return submitVersion(host, { image, kind: requestKind.preview, reduce });
}

/** The image in another colour space, likewise. */
export function submitConverted(
  host: EngineHost,
  image: number,
  colorSpace: PredefinedColorSpace,
): Promise<FrameEvent> {
  return submitVersion(host, { image, kind: requestKind.render, reduce: 0, colorSpace });
}

function submitVersion(
  host: EngineHost,
  what: Pick<Submission, 'image' | 'kind' | 'reduce' | 'colorSpace'>,
): Promise<FrameEvent> {
  return new Promise((resolve, reject) => {
    host.submit(
      {
        wire: [],
        ...what,
        slot: 0,
        lane: lanes.indexOf('user-visible'),
        budgetMs: Infinity,
        ...usualTerms,
        reject: false,
      },
      {
        frame: resolve,
        superseded: () => reject(new PipelineError('ERR_TASK_FAILED', 'The version was replaced')),
        failed: reject,
      },
    );
  });
}
