// A memory that cannot grow: every failure is typed, whatever runs, and the pipeline works on afterwards.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { modes, useChromium } from '../support.mjs';

const openPage = useChromium();
const memory = { initialMiB: 32, maximumMiB: 64 };

/** Imports until there is no room, then renders and previews against it, gives up half, and tries again. */
async function fillMemory(createOptions) {
  const { stopbath, image, canvasOf, figures, plainOutcome } = harness;
  const pipeline = await stopbath.PipelineCoordinator.create(createOptions);
  const heard = [];
  for (const type of ['pressure', 'drain']) {
    pipeline.addEventListener(type, ({ detail }) => heard.push(`${type} ${detail.priority}`));
  }
  const chain = [{ effect: 'gaussian-blur', sigma: 5 }, { effect: 'invert' }];
  const open = [await pipeline.importImage(image(1024, 1024))];
  const first = await pipeline.render(open[0], chain);
  const want = await first.toImageData();
  first.close();
  const canvas = canvasOf(1024, 1024);
  await pipeline.preview(open[0], chain, { to: canvas }).outcome; // from here on previews have a reserve
  let refusal;
  while (!refusal) {
    const outcome = await pipeline.importImage(image(1024, 1024)).catch((error) => error);
    if (outcome instanceof Error) refusal = { code: outcome.code, retryable: outcome.retryable };
    else open.push(outcome);
  }
  const full = await plainOutcome(pipeline.render(open[1], chain));
  const preview = pipeline.preview(open[0], chain, { to: canvas });
  const shown = await preview.outcome.then(
    ({ frame }) => ({ level: frame.level, exact: frame.exact }),
    ({ code }) => ({ code }),
  );
  const others = await Promise.allSettled(open.map((source) => pipeline.render(source, chain)));
  const codes = others.map(({ status, reason }) => (status === 'rejected' ? reason.code : 'ok'));
  for (const { value } of others) value?.close();
  for (const source of open.splice(1)) source.close();
  const results = await Promise.all(
    Array.from({ length: 30 }, async (_, n) => {
      const result = await pipeline.render(open[0], [...chain, { effect: 'levels', black: n }]);
      result.close();
      return result.width;
    }),
  );
  const again = await pipeline.render(open[0], chain);
  const got = await again.toImageData();
  const right = want.data.every((value, i) => value === got.data[i]);
  again.close();
  open[0].close();
  await pipeline.admission().ready;
  await harness.until(() => figures(pipeline).buffersInUse === 0, 'all buffers to come back');
  const mode = pipeline.mode;
  await pipeline.dispose();
  return { mode, refusal, full, shown, codes, results, right, heard };
}

for (const createOptions of modes) {
  describe(`out of memory, ${createOptions.mode}`, () => {
    test('imports, renders and previews fail with a code or get by, and later work is right [R62][R43][R44]', {
      timeout: 120_000,
    }, async (t) => {
      const { page } = await openPage(t);
      const end = await page.evaluate(fillMemory, { ...createOptions, memory });
      t.diagnostic(JSON.stringify(end));
      assert.equal(end.mode, createOptions.mode);
      assert.deepEqual(end.refusal, { code: 'ERR_OUT_OF_MEMORY', retryable: true });
      assert.equal(end.full.ok || end.full.code, 'ERR_OUT_OF_MEMORY');
      assert.deepEqual(
        end.shown,
        { level: 0, exact: true },
        'previews have a part of the memory to themselves',
      );
      for (const code of end.codes) assert.ok(code === 'ok' || code === 'ERR_OUT_OF_MEMORY', code);
      assert.deepEqual(new Set(end.results), new Set([1024]));
      assert.ok(end.right, 'the bytes after the shortage are those before it');
    });

    test('work that piles up is told once, and drains [R41]', { timeout: 120_000 }, async (t) => {
      const { page } = await openPage(t);
      const { heard, results } = await page.evaluate(fillMemory, { ...createOptions, memory });
      const exports = heard.filter((line) => line.endsWith('user-visible'));
      assert.ok(exports.length >= 2, heard.join(', '));
      exports.forEach((line, i) => {
        assert.equal(line, `${i % 2 ? 'drain' : 'pressure'} user-visible`);
      });
      assert.equal(exports.length % 2, 0);
      assert.equal(results.length, 30);
    });
  });
}
