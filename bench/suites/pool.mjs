// What a task costs beside its work: empty tasks through ours, raw messages, comlink and workerpool, and through bare rings in
// shared memory, which is the limit. A ratio above 1 says by how much a side is slower than the limit.
import { median, ratio, table, times } from '../statistics.mjs';

const limit = 'bare rings';
const titles = {
  busy: 'round trip in a stream of tasks, us',
  idle: 'round trip after 20 ms of idling, us',
  rate: 'thousand tasks per second, queue of 1000',
};

/** One table: the median over rounds of each round's median, and the paired ratio against the limit. */
function show(measure, samples) {
  const middles = Object.fromEntries(
    Object.entries(samples).map(([name, rounds]) => [name, rounds.map((round) => median(round))]),
  );
  const rows = Object.entries(middles).map(([name, values]) => {
    const cost = measure === 'rate' ? ratio(middles[limit], values) : ratio(values, middles[limit]);
    const value = median(values);
    return [name, measure === 'rate' ? (value / 1000).toFixed(0) : value.toFixed(1), times(cost)];
  });
  console.log(`\n${table([[titles[measure], 'median', 'of the limit'], ...rows])}`);
}

export async function run({ browser, origin }, { rounds, wanted }) {
  const page = await browser.open(`${origin}/bench/pool.html`);
  const names = (await page.evaluate(() => pool.names)).filter((name) => name === limit || wanted(name));
  await page.evaluate((all) => pool.open(all), names);
  const report = {};
  for (const measure of Object.keys(titles)) {
    report[measure] = await page.evaluate((all) => pool.run(...all), [measure, rounds]);
    show(measure, report[measure]);
  }
  await page.evaluate(() => pool.close());
  await page.close();
  return { report, failures: [], judged: 0 };
}
