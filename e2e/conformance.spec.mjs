// The conformance page in one engine (environment STOPBATH_BROWSER): threads where the engine has shared memory, single always.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { launch } from './browsers/index.mjs';
import { startServer } from './server.mjs';

const name = process.env.STOPBATH_BROWSER ?? 'chromium';

/** What each engine is run as, and the mode it must choose by itself. */
const configurations = [
  { title: 'threads', query: '?workers=2', expected: ['threads', 'ok'] },
  { title: 'single by request', query: '?mode=single', expected: ['single', 'forced'] },
  { title: 'single without isolation headers', isolated: false, expected: ['single', 'not-isolated'] },
];
if (name === 'webkit') {
  configurations.push({
    title: 'single where the isolated engine hides SharedArrayBuffer',
    launchOptions: { sharedArrayBuffer: false },
    expected: ['single', 'no-shared-memory'],
  });
}

const browsers = new Map();
after(() => Promise.all([...browsers.values()].map(async (browser) => (await browser).close())));

/** One process per launch option. */
function browserFor(launchOptions = {}) {
  const key = JSON.stringify(launchOptions);
  if (!browsers.has(key)) browsers.set(key, launch(name, launchOptions));
  return browsers.get(key);
}

for (const { title, query = '', isolated = true, launchOptions, expected } of configurations) {
  describe(`${name}, ${title}`, () => {
    test('the conformance page passes', { timeout: 120_000 }, async (t) => {
      const server = await startServer({ isolated });
      t.after(server.close);
      const page = await (await browserFor(launchOptions)).open(
        `${server.origin}/pages/conformance.html${query}`,
      );
      t.after(page.close);
      const start = performance.now();
      const { mode, modeReason, results } = await page.evaluate(() => window.conformance);
      t.diagnostic(`${mode} (${modeReason}), ${Math.round(performance.now() - start)} ms`);
      for (const { name: check, ok, detail } of results)
        t.diagnostic(`${ok ? 'passed' : 'FAILED'}: ${check} ${detail}`);
      assert.deepEqual([mode, modeReason], expected);
      assert.equal(results.length, 6);
      assert.deepEqual(
        results.filter((result) => !result.ok),
        [],
      );
      assert.deepEqual(page.errors, []);
    });
  });
}
