// The bench: node bench/run.mjs [SUITE ...] [--json FILE] [--gate] [--rounds N] [--only part of a row's name,...]
//
// Suites are the files of bench/suites; without one it is `pipeline`. Every row compares sides that take turns in one Chromium page, and prints
// medians and the median of the paired ratios with its quartiles. No absolute time is ever judged.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { launch } from '../e2e/browsers/index.mjs';
import { startServer } from '../e2e/server.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    gate: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string' },
  },
});
const parts = options.only?.split(',') ?? [];
const settings = {
  gate: options.gate,
  rounds: Number(options.rounds ?? (options.gate ? 7 : 9)),
  wanted: (name) => parts.length === 0 || parts.some((part) => name.includes(part)),
};

const folder = new URL('./suites/', import.meta.url);
const suites = positionals.length > 0 ? positionals : ['pipeline'];
for (const suite of suites) {
  if (existsSync(new URL(`${suite}.mjs`, folder))) continue;
  const known = readdirSync(folder).map((file) => file.replace('.mjs', ''));
  throw new Error(`Expected suites among ${known.join(', ')}, got \`${suite}\`.`);
}

const server = await startServer();
const browser = await launch('chromium');
const report = { browser: browser.version };
const failures = [];
let judged = 0;
try {
  const blank = await browser.open(`${server.origin}/pages/blank.html`);
  report.cores = await blank.evaluate(() => navigator.hardwareConcurrency);
  await blank.close();
  console.log(`Chromium ${browser.version}, ${report.cores} cores`);
  for (const suite of suites) {
    console.log(`\n${suite}`);
    const { run } = await import(new URL(`${suite}.mjs`, folder).href);
    const result = await run({ browser, origin: server.origin }, settings);
    report[suite] = result.report;
    failures.push(...result.failures);
    judged += result.judged;
  }
} finally {
  await browser.close();
  await server.close();
}
if (options.json) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
if (options.gate) {
  for (const failure of failures) console.log(`FAILED  ${failure}`);
  console.log(`\n${judged - failures.length} passed, ${failures.length} failed`);
  process.exitCode = failures.length > 0 || judged === 0 ? 1 : 0;
}
