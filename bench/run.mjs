// The bench: node bench/run.mjs [--json FILE] [--gate] [--rounds N] [part of a row's name ...]
//
// Each row compares sides that take turns in one Chromium page, and prints their medians and the median of the paired ratios
// with its quartiles. `--gate` runs the effects only and fails a row whose upper quartile says that threads are slower than the
// single build: more than the noise of this very run, on any machine. No absolute time is ever judged.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { launch } from '../e2e/browsers/index.mjs';
import { startServer } from '../e2e/server.mjs';
import { median, ms, quantile, ratio, table, times } from './statistics.mjs';

const width = 4000;
const height = 3000;

const { values: options, positionals: filters } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    gate: { type: 'boolean', default: false },
    rounds: { type: 'string' },
  },
});
const rounds = Number(options.rounds ?? (options.gate ? 7 : 9));
const wanted = (name) => filters.length === 0 || filters.some((part) => name.includes(part));

/** Threads against single for one effect; a row that would fail is measured again and judged on everything seen. */
async function compareEffect(page, name) {
  const sample = await page.evaluate(([one, n]) => bench.compare(one, n), [name, rounds]);
  const judge = () => ratio(sample.single, sample.threads);
  if (options.gate && judge().p75 < 1) {
    const again = await page.evaluate(([one, n]) => bench.compare(one, n), [name, 2 * rounds]);
    for (const side of ['threads', 'single']) sample[side].push(...again[side]);
  }
  return { name, threads: median(sample.threads), single: median(sample.single), ratio: judge(), sample };
}

async function effectRows(page) {
  const names = (await page.evaluate(() => bench.names)).filter(wanted);
  const rows = [];
  for (const name of names) rows.push(await compareEffect(page, name));
  if (rows.length > 0) {
    const head = ['effect', 'threads', 'single', 'single / threads'];
    console.log(
      table([head, ...rows.map((row) => [row.name, ms(row.threads), ms(row.single), times(row.ratio)])]),
    );
  }
  return rows;
}

async function workerRow(page) {
  const sample = await page.evaluate((n) => bench.workers(n), rounds);
  const scaling = ratio(sample['threads-1'], sample['threads-2']);
  console.log(
    `blur, 1 worker ${ms(median(sample['threads-1']))}, 2 workers ${ms(median(sample['threads-2']))}: ${times(scaling)}`,
  );
  return { name: 'workers', scaling, sample };
}

async function dragRow(page, side) {
  const sample = await page.evaluate(([name, n]) => bench.drags(name, n), [side, 5]);
  const settle = ratio(sample.toExact, sample.undisturbed);
  console.log(
    `drag, ${side}: input to visible p50 ${ms(median(sample.visible))}, p95 ${ms(quantile(sample.visible, 0.95))}; last input ` +
      `to exact ${ms(median(sample.toExact))}, undisturbed ${ms(median(sample.undisturbed))}: ${times(settle)}`,
  );
  return { name: `drag ${side}`, settle, sample };
}

async function abortRow(page, side) {
  const sample = await page.evaluate(([name, n]) => bench.aborts(name, n), [side, 40]);
  console.log(`abort() to last unit, ${side}: p50 ${ms(median(sample))}, p99 ${ms(quantile(sample, 0.99))}`);
  return { name: `abort ${side}`, sample };
}

async function startRow(page, createOptions) {
  const sample = await page.evaluate(([create, n]) => bench.starts(create, n), [createOptions, rounds]);
  const name = createOptions.workers
    ? `${createOptions.mode}, ${createOptions.workers} workers`
    : createOptions.mode;
  console.log(
    `create() to ready, ${name}: ${ms(median(sample))} (${ms(quantile(sample, 0.25))} to ${ms(quantile(sample, 0.75))})`,
  );
  return { name: `start ${createOptions.mode}`, sample };
}

/** The rows that only a full run has, by the name that a filter is compared with. */
const others = {
  workers: (page) => workerRow(page),
  'drag threads': (page) => dragRow(page, 'threads'),
  'drag single': (page) => dragRow(page, 'single'),
  'abort threads': (page) => abortRow(page, 'threads'),
  'abort single': (page) => abortRow(page, 'single'),
  'start threads': (page) => startRow(page, { mode: 'threads', workers: 2 }),
  'start single': (page) => startRow(page, { mode: 'single' }),
};

const server = await startServer();
const browser = await launch('chromium');
const report = { browser: browser.version, width, height, rounds, effects: [], others: [] };
try {
  const page = await browser.open(`${server.origin}/bench/bench.html`);
  await page.evaluate(([w, h]) => bench.setUp(w, h), [width, height]);
  report.cores = await page.evaluate(() => navigator.hardwareConcurrency);
  console.log(`Chromium ${browser.version}, ${report.cores} cores, ${width} x ${height}, ${rounds} rounds\n`);
  report.effects = await effectRows(page);
  if (!options.gate) {
    console.log('');
    for (const [name, measure] of Object.entries(others))
      if (wanted(name)) report.others.push(await measure(page));
  }
} finally {
  await browser.close();
  await server.close();
}
if (options.json) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
if (options.gate) {
  const failed = report.effects.filter((row) => !(row.ratio.p75 >= 1));
  for (const row of failed)
    console.log(`FAILED  ${row.name}: threads are slower than single, ${times(row.ratio)}`);
  console.log(`\n${report.effects.length - failed.length} passed, ${failed.length} failed`);
  process.exitCode = failed.length > 0 || report.effects.length === 0 ? 1 : 0;
}
