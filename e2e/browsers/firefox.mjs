// Firefox ESR, driven by Puppeteer over WebDriver BiDi; Playwright speaks only to its own patched Firefox.
import { existsSync } from 'node:fs';
import puppeteer from 'puppeteer-core';

const installed = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];

/** @returns {Promise<import('./index.mjs').Browser>} */
export async function launch() {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX_PATH ?? installed.find((path) => existsSync(path)),
    protocolTimeout: 280_000,
  });
  return {
    name: 'firefox',
    version: await browser.version(),
    async open(url) {
      const page = await browser.newPage();
      const errors = [];
      page.on('pageerror', (error) => errors.push(String(error?.stack ?? error)));
      await page.goto(url);
      return { raw: page, errors, evaluate: (fn, arg) => page.evaluate(fn, arg), close: () => page.close() };
    },
    close: () => browser.close(),
  };
}
