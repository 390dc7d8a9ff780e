// What test code in a page works with: `window.harness`. It holds the package, the generated pictures and a few ways to observe.
//
// Nothing here decides whether a result is right; specs do. `ready` rejects where the package cannot even be imported.

import { drag, inputToVisible, watchDraws } from './drag.js';
import { runHashCases, stepAt } from './hash-cases.js';
import * as pictures from './scene.js';

const longTasks = [];
if (PerformanceObserver.supportedEntryTypes?.includes('longtask')) {
  new PerformanceObserver((list) =>
    longTasks.push(...list.getEntries().map((entry) => entry.duration)),
  ).observe({
    entryTypes: ['longtask'],
  });
}

const violations = [];
document.addEventListener('securitypolicyviolation', (event) => {
  violations.push(`${event.violatedDirective} blocked ${event.blockedURI} in ${event.sourceFile}`);
});

/** A canvas of this size in the page. */
function canvasOf(width, height) {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  document.body.append(canvas);
  return canvas;
}

/** What a canvas shows, read through a canvas of its own so that the one under test keeps its context as it is. */
function shown(canvas) {
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {
    willReadFrequently: true,
  });
  copy.drawImage(canvas, 0, 0);
  return copy.getImageData(0, 0, canvas.width, canvas.height).data;
}

/** What a canvas of the pictures' size shows after these bytes were put on it: canvas storage is premultiplied. */
function asShown(bytes, width, height) {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d').putImageData(new ImageData(new Uint8ClampedArray(bytes), width, height), 0, 0);
  return shown(canvas);
}

/** Until `condition()` holds; looked at once per task, so that nothing waits longer than it has to. */
async function until(condition, what, timeoutMs = 20_000) {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    if (await condition()) return;
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain: ${what}`);
    await turn();
  }
}

/** A later task: timers, messages and input get their turn first. */
function turn() {
  return new Promise((done) => setTimeout(done));
}

/** A promise as plain data: what became of it. */
function outcomeOf(promise) {
  return Promise.resolve(promise).then(
    (value) => ({ ok: true, value }),
    (error) => ({
      ok: false,
      name: error?.name,
      code: error?.code,
      message: String(error?.message ?? error),
      typed: error instanceof harness.stopbath.PipelineError,
      error,
    }),
  );
}

/** The same without the values that cannot leave the page. */
async function plainOutcome(promise) {
  const { ok, name, code, message, typed } = await outcomeOf(promise);
  return { ok, name, code, message, typed };
}

/** The counters that tests ask for, by one name each. */
function figures(pipeline) {
  const { workers, units, requests, buffers, longestTaskMs } = pipeline.stats();
  return {
    workersLive: workers.live,
    unitsStarted: units.started,
    unitsFinished: units.finished,
    requestsLive: requests.live,
    buffersInUse: buffers.inUse,
    highWaterBytes: buffers.highWaterBytes,
    longestTaskMs,
  };
}

const harness = {
  ...pictures,
  stopbath: undefined,
  longTasks,
  violations,
  canvasOf,
  shown,
  asShown,
  until,
  turn,
  outcomeOf,
  plainOutcome,
  figures,
  stepAt,
  runHashCases,
  drag,
  inputToVisible,
  watchDraws,
  image: (width, height, bytes = pictures.scene(width, height)) => ({ data: bytes, width, height }),
  imageData: (width, height, bytes = pictures.scene(width, height)) => new ImageData(bytes, width, height),
  /** Pixels of an image without a copy out of the page's reach. */
  bytesOf: (image) => image.read((pixels) => new Uint8ClampedArray(pixels)),
};

window.harness = harness;
harness.ready = import('/dist/index.js').then((module) => {
  harness.stopbath = module;
});
