// What every Chromium spec needs: one browser per file, and for each test a server and a page of its own that are gone after it.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';

export { ms, quantile } from '../bench/statistics.mjs';

import { launch } from './browsers/index.mjs';
import { photoPath, startServer } from './server.mjs';

/** The photograph of the main job where the photos are at hand; the generated scene of the same size always is. */
export const photo = photoPath('dandelion-5312x2988.jpg');

/** Both builds, as options of `create`. */
export const modes = [{ mode: 'threads', workers: 2 }, { mode: 'single' }];

/**
 * Starts Chromium for the file and gives a function that opens a page for a test.
 * @returns {(t: import('node:test').TestContext, options?: object) => Promise<{page: any, server: any}>}
 *   options: those of `startServer`, and `path` of the page
 */
export function useChromium(launchOptions) {
  let browser;
  before(async () => {
    browser = await launch('chromium', launchOptions);
  });
  after(() => browser?.close());
  return async (t, { path = '/pages/harness.html', ...serverOptions } = {}) => {
    const server = await startServer(serverOptions);
    t.after(server.close);
    const page = await browser.open(server.origin + path);
    t.after(async () => {
      const broken = path.startsWith('/pages/harness')
        ? await page.evaluate(() => window.harness?.brokenIdentities() ?? [])
        : [];
      await page.close();
      assert.deepEqual(broken, [], 'counters that contradict each other');
      assert.deepEqual(page.errors, [], 'uncaught errors in the page');
    });
    if (path.startsWith('/pages/harness')) await page.evaluate(() => harness.ready);
    return { page, server };
  };
}
