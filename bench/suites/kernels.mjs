// Ours beside wasm-vips, the browser's canvas, photon and a plain copy of the same bytes, at two sizes: end to end (pixels in,
// compute, pixels out) and compute alone. A ratio is peer / ours with as many workers; above 1 ours is faster.
import { median, ms, ratio, table, times } from '../statistics.mjs';

const sizes = [
  [1920, 1080],
  [4000, 3000],
];
const sides = ['stopbath-2', 'vips-2', 'stopbath-1', 'vips-1', 'canvas', 'photon', 'memcpy'];
/** Sides that take seconds: a few rounds show as much. */
const slow = ['photon', 'vips-1'];
const slowRounds = 3;
const comparisons = [
  ['stopbath-2', 'vips-2'],
  ['stopbath-1', 'vips-1'],
  ['stopbath-2', 'canvas'],
  ['stopbath-2', 'photon'],
];

/** The cells of one operation: medians of every side, then the paired ratios. */
function cells(name, sample) {
  const middle = (side) => (sample[side] ? ms(median(sample[side])) : '-');
  const against = ([ours, peer]) => {
    if (!sample[ours] || !sample[peer]) return '-';
    const rounds = Math.min(sample[ours].length, sample[peer].length);
    return times(ratio(sample[peer].slice(0, rounds), sample[ours].slice(0, rounds)));
  };
  return [name, ...sides.map(middle), ...comparisons.map(against)];
}

export async function run({ browser, origin }, { rounds, wanted }) {
  const page = await browser.open(`${origin}/bench/kernels.html`);
  const head = ['', ...sides, ...comparisons.map(([ours, peer]) => `${peer} / ${ours}`)];
  const report = [];
  for (const [width, height] of sizes) {
    await page.evaluate(([names, w, h]) => kernels.open(names, w, h), [sides, width, height]);
    const operations = Object.entries(await page.evaluate(() => kernels.operations));
    for (const what of ['endToEnd', 'compute']) {
      const rows = [];
      for (const [name, steps] of operations.filter(([one]) => wanted(one))) {
        const sample = await page.evaluate(
          (all) => kernels.measure(...all),
          [steps, what, rounds, slow, slowRounds],
        );
        rows.push(cells(name, sample));
        report.push({ width, height, what, operation: name, sample });
      }
      const title = what === 'compute' ? 'compute alone' : 'pixels in, compute, pixels out';
      console.log(`\n${width} x ${height}, ${title}\n${table([head, ...rows])}`);
    }
    await page.evaluate(() => kernels.close());
  }
  await page.close();
  return { report, failures: [], judged: 0 };
}
