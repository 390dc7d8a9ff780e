// It starts everywhere: what stands in the way of threads is named, and the single build takes over with the same API and bytes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { strictPolicy } from '../server.mjs';
import { useChromium } from '../support.mjs';

const openPage = useChromium();
const timeout = 120_000;
const threadsGlue = /\/stopbath-threads\.mjs$/;
const threadsWasm = /\/stopbath-threads\.wasm$/;

/** Creates a pipeline and renders one image with it; plain data. */
async function createAndRender(options) {
  const { stopbath, image, fnv1a64, bytesOf, plainOutcome, violations } = harness;
  const created = stopbath.PipelineCoordinator.create({ startTimeoutMs: 1500, ...options });
  const outcome = await plainOutcome(created);
  if (!outcome.ok) return { ...outcome, violations };
  const pipeline = await created;
  await pipeline.ready;
  const picture = await pipeline.importImage(image(257, 129));
  const chain = [{ effect: 'gaussian-blur', sigma: 3 }, { effect: 'invert' }];
  const hash = fnv1a64(bytesOf(await pipeline.render(picture, chain)));
  const { mode, modeReason } = pipeline;
  await pipeline.dispose();
  return { ok: true, mode, modeReason, hash, violations };
}

let reference;

/** The bytes of a page where nothing stands in the way. */
async function referenceHash(t) {
  reference ??= (await (await openPage(t)).page.evaluate(createAndRender, {})).hash;
  return reference;
}

const rows = [
  { title: 'an isolated page gets threads', expected: ['threads', 'ok'] },
  {
    title: 'a page without isolation headers gets single and not-isolated',
    server: { isolated: false },
    expected: ['single', 'not-isolated'],
  },
  {
    title: 'the rollout flag keeps an isolated page single and says flag-off',
    options: { workerPipelineV2: false },
    expected: ['single', 'flag-off'],
    loadsNoThreads: true,
  },
  {
    title: 'a worker script that answers 404 ends in single and worker-init-failed',
    server: { faults: [{ path: threadsGlue, dest: 'worker', status: 404 }] },
    expected: ['single', 'worker-init-failed'],
  },
  {
    title: 'a worker script that never answers ends in single and worker-init-failed',
    server: { faults: [{ path: threadsGlue, dest: 'worker', status: 0 }] },
    expected: ['single', 'worker-init-failed'],
  },
  {
    title: 'a missing wasm of the threads build ends in single and worker-init-failed',
    server: { faults: [{ path: threadsWasm, status: 404 }] },
    expected: ['single', 'worker-init-failed'],
  },
  {
    title: 'a missing glue of the threads build ends in single and worker-init-failed',
    server: { faults: [{ path: threadsGlue, status: 404 }] },
    expected: ['single', 'worker-init-failed'],
  },
  {
    title: 'a policy without workers ends in single and worker-init-failed',
    server: { policy: strictPolicy.replace("worker-src 'self'", "worker-src 'none'") },
    expected: ['single', 'worker-init-failed'],
    mayViolate: true,
  },
  {
    title: 'threads run under the strict policy without a violation',
    server: { policy: strictPolicy },
    expected: ['threads', 'ok'],
  },
];

for (const { title, server: serverOptions, options = {}, expected, loadsNoThreads, mayViolate } of rows) {
  test(title, { timeout }, async (t) => {
    const hash = await referenceHash(t);
    const { page, server } = await openPage(t, serverOptions);
    const result = await page.evaluate(createAndRender, options);
    assert.equal(result.ok, true, JSON.stringify(result));
    assert.deepEqual([result.mode, result.modeReason], expected);
    assert.equal(result.hash, hash, 'the bytes are those of the threads build');
    if (!mayViolate) assert.deepEqual(result.violations, []);
    if (loadsNoThreads)
      assert.deepEqual(
        server.requests.filter(({ path }) => /stopbath-threads/.test(path)),
        [],
      );
  });
}

test('an engine without SharedArrayBuffer gets single and no-shared-memory', { timeout }, async (t) => {
  const { page } = await openPage(t);
  await page.evaluate(() => delete globalThis.SharedArrayBuffer);
  const result = await page.evaluate(createAndRender, {});
  assert.deepEqual([result.mode, result.modeReason], ['single', 'no-shared-memory']);
});

test('when no build can be loaded create() rejects with ERR_WASM_LOAD and the URL', {
  timeout,
}, async (t) => {
  const { page } = await openPage(t, { faults: [{ path: /\.wasm$/, status: 404 }] });
  for (const options of [{}, { mode: 'single' }]) {
    const result = await page.evaluate(createAndRender, options);
    assert.deepEqual([result.ok, result.typed, result.code], [false, true, 'ERR_WASM_LOAD']);
    assert.match(result.message, /http:\/\/127\.0\.0\.1:\d+\/dist\/stopbath-single\.wasm/);
    assert.match(result.message, /404/);
  }
});

test('detectCapabilities() names what an isolated and a plain page can do', { timeout }, async (t) => {
  const detect = () => harness.stopbath.detectCapabilities();
  const isolated = await (await openPage(t)).page.evaluate(detect);
  const plain = await (await openPage(t, { isolated: false })).page.evaluate(detect);
  assert.deepEqual(
    [isolated.crossOriginIsolated, isolated.sharedMemory, isolated.threads],
    [true, true, true],
  );
  assert.deepEqual([plain.crossOriginIsolated, plain.sharedMemory, plain.threads], [false, false, false]);
});
