// Runs the browser tests: node e2e/run.mjs [--browser chromium|firefox|webkit] [part of a spec's file name ...]
//
// Chromium runs every spec and the conformance page, the other engines the conformance page. The native build's hashes are
// computed first. The last line is `N passed, M failed`; the exit code is 0 only when something ran and nothing failed.
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { browserNames } from './browsers/index.mjs';
import { writeExpectedHashes } from './native/expected.mjs';
import { root } from './server.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const conformance = join(here, 'conformance.spec.mjs');
const fileTimeoutMs = 240_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { browser: { type: 'string', multiple: true, default: [...browserNames] } },
});

function filesFor(browser) {
  const specs = readdirSync(join(here, 'specs')).filter((file) => file.endsWith('.spec.mjs'));
  const all =
    browser === 'chromium'
      ? [conformance, ...specs.sort().map((file) => join(here, 'specs', file))]
      : [conformance];
  return all.filter(
    (file) => positionals.length === 0 || positionals.some((part) => basename(file).includes(part)),
  );
}

/** Runs one engine's files, prints each test as it ends, and counts. */
async function runBrowser(browser, count) {
  const files = filesFor(browser);
  if (files.length === 0) return;
  process.env.STOPBATH_BROWSER = browser;
  const pad = (nesting) => '  '.repeat(nesting + 1);
  const fileNames = new Set(files);
  for await (const { type, data } of run({ files, concurrency: 1, timeout: fileTimeoutMs })) {
    const isTest = data?.details?.type !== 'suite';
    if (type === 'test:start' && !isTest) console.log(`${pad(data.nesting)}${data.name}`);
    if (type === 'test:diagnostic' && data.file) console.log(`${pad(data.nesting + 1)}${data.message}`);
    if (type === 'test:stdout' || type === 'test:stderr') process.stdout.write(data.message);
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const whole = fileNames.has(data.name); // a file reports itself only when no test of it did, or when it crashed
    const failed = type === 'test:fail' || whole;
    if (isTest || (failed && data.details.error?.failureType !== 'subtestsFailed'))
      count[failed ? 'failed' : 'passed'] += 1;
    const label = whole && type === 'test:pass' ? `${basename(data.name)} holds no test` : data.name;
    console.log(
      `${pad(data.nesting)}${failed ? 'FAILED' : 'passed'}  ${label} (${Math.round(data.details.duration_ms)} ms)`,
    );
    if (type === 'test:fail') console.log(indent(data.details.error, pad(data.nesting + 2)));
  }
}

function indent(error, padding) {
  const cause = error?.cause ?? error;
  return String(cause?.stack ?? cause).replace(/^/gm, padding);
}

const count = { passed: 0, failed: 0 };
if (!existsSync(join(root, 'dist', 'index.js')))
  throw new Error('Expected dist/index.js: run `npm run build` first.');
writeExpectedHashes();
for (const browser of values.browser) {
  console.log(`\n${browser}`);
  await runBrowser(browser, count);
}
console.log(`\n${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed > 0 || count.passed === 0 ? 1 : 0;
