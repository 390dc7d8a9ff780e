// The same bytes everywhere: the native build's table, reproduced by every number of workers and by the single build.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useChromium } from '../support.mjs';

const openPage = useChromium();
const configurations = [...[1, 2, 3, 4].map((workers) => ({ mode: 'threads', workers })), { mode: 'single' }];

for (const createOptions of configurations) {
  const name = createOptions.workers ? `${createOptions.workers} worker(s)` : 'the single build';
  test(`${name} give(s) the native bytes for every effect at odd sizes`, { timeout: 120_000 }, async (t) => {
    const { page } = await openPage(t);
    const { mode, live, rows, wrong } = await page.evaluate(async (options) => {
      const { stopbath, runHashCases, figures } = harness;
      const pipeline = await stopbath.PipelineCoordinator.create(options);
      await pipeline.ready;
      const expected = await (await fetch('/expected/hashes.json')).json();
      const result = await runHashCases(pipeline, stopbath.effectDescriptors, expected);
      const live = figures(pipeline).workersLive;
      await pipeline.dispose();
      return { mode: pipeline.mode, live, ...result };
    }, createOptions);
    t.diagnostic(`${rows} rows`);
    assert.equal(mode, createOptions.mode);
    assert.equal(live, createOptions.workers ?? 0);
    assert.ok(rows > 0);
    assert.deepEqual(wrong, []);
  });
}
