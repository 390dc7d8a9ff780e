// The pipeline against itself: threads and the single build for every effect, one worker and two, a drag, an abort, a start.
//
// The gate runs the effects only and fails a row whose upper quartile says that threads are slower than the single build: more
// than the noise of this very run, on any machine.
import { median, ms, quantile, ratio, table, times } from '../statistics.mjs';

const width = 4000;
const height = 3000;
/** What the page does in less is over before a worker has woken: its ratio is that of two hand-offs. */
const leastJudgedMs = 2;

/** Threads against single for one effect; a row that would fail is measured again and judged on everything seen. */
async function compareEffect(page, name, { rounds, gate }) {
  const sample = await page.evaluate(([one, n]) => bench.compare(one, n), [name, rounds]);
  const judge = () => ratio(sample.single, sample.threads);
  if (gate && median(sample.single) >= leastJudgedMs && judge().p75 < 1) {
    const again = await page.evaluate(([one, n]) => bench.compare(one, n), [name, 2 * rounds]);
    for (const side of ['threads', 'single']) sample[side].push(...again[side]);
  }
  return { name, threads: median(sample.threads), single: median(sample.single), ratio: judge(), sample };
}

async function effectRows(page, options) {
  const names = (await page.evaluate(() => bench.names)).filter(options.wanted);
  const rows = [];
  for (const name of names) rows.push(await compareEffect(page, name, options));
  if (rows.length > 0) {
    const head = ['effect', 'threads', 'single', 'single / threads'];
    console.log(
      table([head, ...rows.map((row) => [row.name, ms(row.threads), ms(row.single), times(row.ratio)])]),
    );
  }
  return rows;
}

async function workerRow(page, { rounds }) {
  const sample = await page.evaluate((n) => bench.workers(n), rounds);
  const scaling = ratio(sample['threads-1'], sample['threads-2']);
  console.log(
    `blur, 1 worker ${ms(median(sample['threads-1']))}, 2 workers ${ms(median(sample['threads-2']))}: ${times(scaling)}`,
  );
  return { name: 'workers', scaling, sample };
}

async function telemetryRow(page, { rounds }) {
  const sample = await page.evaluate((n) => bench.telemetry(n), rounds);
  const cost = ratio(sample['threads-2-traced'], sample['threads-2']);
  console.log(`blur, traced over not traced: ${times(cost)}`);
  return { name: 'telemetry', cost, sample };
}

async function dragRow(page, side) {
  const sample = await page.evaluate(([name, n]) => bench.drags(name, n), [side, 10]);
  const rounds = (odd) => sample.undisturbed.filter((_, round) => round % 2 === odd);
  const settle = ratio(sample.toExact, rounds(0));
  const release = ratio(sample.released, rounds(1));
  console.log(
    `drag, ${side}: input to visible p50 ${ms(median(sample.visible))}, p95 ${ms(quantile(sample.visible, 0.95))}; last input ` +
      `to exact ${ms(median(sample.toExact))}, undisturbed ${ms(median(sample.undisturbed))}: ${times(settle)}, when the setting is asked for again ${times(release)}; wasted ` +
      `${(100 * median(sample.wasted)).toFixed(1)} % of unit time`,
  );
  return { name: `drag ${side}`, settle, release, sample };
}

async function prefixRow(page, side, { rounds }) {
  const sample = await page.evaluate(([name, n]) => bench.prefixes(name, n), [side, rounds]);
  const share = ratio(sample.last, sample.whole);
  console.log(
    `blur 20, unsharp-mask, levels, ${side}: the last step moves ${ms(median(sample.last))}, the first ` +
      `${ms(median(sample.whole))}: ${times(share)}; ${sample.resumed} of ${sample.last.length} began with what was kept`,
  );
  return { name: `prefix ${side}`, share, sample };
}

/** Quantiles of a sample, then how many of it lie below each power of two. */
function spread(sample) {
  const limits = [0.25, 0.5, 1, 2, 4, 8];
  const below = limits.map((limit) => `${sample.filter((value) => value < limit).length} < ${limit} ms`);
  return `p50 ${ms(median(sample))}, p99 ${ms(quantile(sample, 0.99))}; of ${sample.length}: ${below.join(', ')}`;
}

async function abortRow(page, side) {
  const sample = await page.evaluate(([name, n]) => bench.aborts(name, n), [side, 100]);
  console.log(`abort() to last unit, ${side}, ${width} x ${2 * height}: ${spread(sample)}`);
  return { name: `abort ${side}`, sample };
}

async function startRow(page, createOptions, { rounds }) {
  const sample = await page.evaluate(([create, n]) => bench.starts(create, n), [createOptions, rounds]);
  const { mode, workers } = createOptions;
  const beside = workers
    ? `; the bare module ${ms(median(sample.bare))}: ${times(ratio(sample.ours, sample.bare))}`
    : '';
  console.log(
    `create() to ready, ${mode}${workers ? `, ${workers} workers` : ''}: ${ms(median(sample.ours))}${beside}`,
  );
  return { name: `start ${createOptions.mode}`, sample };
}

/** The rows that only a full run has, by the name that a filter is compared with. */
const others = {
  workers: workerRow,
  telemetry: telemetryRow,
  'drag threads': (page) => dragRow(page, 'threads'),
  'drag single': (page) => dragRow(page, 'single'),
  'prefix threads': (page, options) => prefixRow(page, 'threads', options),
  'prefix single': (page, options) => prefixRow(page, 'single', options),
  'abort threads': (page) => abortRow(page, 'threads'),
  'abort single': (page) => abortRow(page, 'single'),
  'start threads': (page, options) => startRow(page, { mode: 'threads', workers: 2 }, options),
  'start single': (page, options) => startRow(page, { mode: 'single' }, options),
};

/** Prints the rows that `options.wanted` lets through; what was measured, and the failures of the gate. */
export async function run({ browser, origin }, options) {
  const page = await browser.open(`${origin}/bench/bench.html`);
  await page.evaluate(([w, h]) => bench.setUp(w, h), [width, height]);
  console.log(`${width} x ${height}, ${options.rounds} rounds\n`);
  const effects = await effectRows(page, options);
  const rest = [];
  if (!options.gate) {
    console.log('');
    for (const [name, measure] of Object.entries(others))
      if (options.wanted(name)) rest.push(await measure(page, options));
  }
  await page.close();
  const slow = effects.filter((row) => row.single >= leastJudgedMs && !(row.ratio.p75 >= 1));
  const failures = slow.map((row) => `${row.name}: threads are slower than single, ${times(row.ratio)}`);
  return { report: { width, height, effects, others: rest }, failures, judged: effects.length };
}
