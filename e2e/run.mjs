// Runs the browser tests: node e2e/run.mjs [--browser chromium|firefox|webkit] [part of a spec's file name ...]
//
// Chromium runs every spec, the other engines those of this folder: conformance, and work under faults. The native build's hashes
// are computed first. The last line is `N passed, M failed`; the exit code is 0 only when something ran and nothing failed.
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { browserNames } from './browsers/index.mjs';
import { writeExpectedHashes } from './native/expected.mjs';
import { root } from './server.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const fileTimeoutMs = 600_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { browser: { type: 'string', multiple: true, default: [...browserNames] } },
});

function filesFor(browser) {
  const specsOf = (folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.spec.mjs'))
      .sort()
      .map((file) => join(folder, file));
  const everywhere = specsOf(here);
  const all = browser === 'chromium' ? [...everywhere, ...specsOf(join(here, 'specs'))] : everywhere;
  return all.filter(
    (file) => positionals.length === 0 || positionals.some((part) => basename(file).includes(part)),
  );
}

/** Runs one engine's files, prints each test as it ends, and counts. */
async function runBrowser(browser, count) {
  const files = filesFor(browser);
  if (files.length === 0) return;
  process.env.STOPBATH_BROWSER = browser;
  const path = [];
  for await (const { type, data } of run({ files, concurrency: 1, timeout: fileTimeoutMs })) {
    if (type === 'test:start') path[data.nesting] = data.name;
    if (type === 'test:diagnostic' && data.file) console.log(`          ${data.message}`);
    if (type === 'test:stdout' || type === 'test:stderr') process.stdout.write(data.message);
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const { error, duration_ms: duration } = data.details;
    const isSuite = data.details.type === 'suite';
    if (isSuite && (type === 'test:pass' || error?.failureType === 'subtestsFailed')) continue;
    const isFile = files.includes(data.name); // a file reports itself when it crashed, or when it holds no test
    const passed = type === 'test:pass' && !isFile;
    count[passed ? 'passed' : 'failed'] += 1;
    const name = isFile
      ? `${basename(data.name)} as a whole`
      : [...path.slice(0, data.nesting), data.name].join(': ');
    const line = `  ${passed ? 'passed' : 'FAILED'}  ${name} (${Math.round(duration)} ms)`;
    const reason = passed ? '' : `\n${error ? indented(error) : '          it holds no test'}`;
    console.log(line + reason);
    if (!passed) count.failures.push(line + reason);
  }
}

function indented(error) {
  const cause = error.cause ?? error;
  return String(cause.stack ?? cause).replace(/^/gm, '          ');
}

const count = { passed: 0, failed: 0, failures: [] };
for (const built of ['dist/index.js', 'web/demo/dist/index.html']) {
  if (!existsSync(join(root, built))) throw new Error(`Expected ${built}: run \`npm run build\` first.`);
}
writeExpectedHashes();
for (const browser of values.browser) {
  console.log(`\n${browser}`);
  await runBrowser(browser, count);
}
if (count.failures.length > 0) console.log(`\n${count.failures.join('\n')}`); // again, where a reader of the end sees them
console.log(`\n${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed > 0 || count.passed === 0 ? 1 : 0;
