// Chromium, driven by Playwright's library. The whole surface is tested here; `raw` is Playwright's own page, for real
// keyboard and mouse input.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const args = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * @param {{gcExposed?: boolean}} [options] gcExposed: `gc()` exists in the page
 * @returns {Promise<import('./index.mjs').Browser>}
 */
export async function launch({ gcExposed = false } = {}) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? installed.find((path) => existsSync(path)),
    args: gcExposed ? [...args, '--js-flags=--expose-gc'] : args,
  });
  return {
    name: 'chromium',
    version: browser.version(),
    async open(url) {
      const context = await browser.newContext();
      const page = await context.newPage();
      const errors = [];
      page.on('pageerror', (error) => errors.push(String(error?.stack ?? error)));
      await page.goto(url);
      return {
        raw: page,
        errors,
        evaluate: (fn, arg) => page.evaluate(fn, arg),
        close: () => context.close(),
      };
    },
    close: () => browser.close(),
  };
}
