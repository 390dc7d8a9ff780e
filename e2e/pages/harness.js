// What test code in a page works with: `window.harness`. It holds the package, the generated pictures and a few ways to observe.
//
// Nothing here decides whether a result is right; specs do. `ready` rejects where the package cannot even be imported.

import * as canvases from './canvas.js';
import { brokenIdentity } from './conservation.js';
import { drag, inputToVisible, watchDraws } from './drag.js';
import { runHashCases, stepAt } from './hash-cases.js';
import { putMs, watchPuts } from './puts.js';
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

const pipelines = [];

const harness = {
  ...pictures,
  ...canvases,
  stopbath: undefined,
  longTasks,
  violations,
  until,
  turn,
  outcomeOf,
  plainOutcome,
  figures,
  /** What the counters of all pipelines of the page say that cannot be. */
  brokenIdentities: () => pipelines.map((pipeline) => brokenIdentity(pipeline.stats())).filter(Boolean),
  stepAt,
  runHashCases,
  drag,
  inputToVisible,
  watchDraws,
  watchPuts,
  putMs,
  image: (width, height, bytes = pictures.scene(width, height)) => ({ data: bytes, width, height }),
  imageData: (width, height, bytes = pictures.scene(width, height)) => new ImageData(bytes, width, height),
  /** Pixels of an image without a copy out of the page's reach. */
  bytesOf: (image) => image.read((pixels) => new Uint8ClampedArray(pixels)),
};

window.harness = harness;
harness.ready = import('/dist/index.js').then((module) => {
  harness.stopbath = module;
  const { PipelineCoordinator } = module;
  const create = PipelineCoordinator.create.bind(PipelineCoordinator);
  PipelineCoordinator.create = async (options) => {
    const pipeline = await create(options);
    pipelines.push(pipeline);
    return pipeline;
  };
});
