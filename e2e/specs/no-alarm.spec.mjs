// A page that is slow, hidden or frozen is no reason to give up workers: the monitor counts its own ticks, and late ones do not count.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { modes, useChromium } from '../support.mjs';

const openPage = useChromium();
const timeout = 120_000;
/** Longer than a worker may be silent before it is given up. */
const frozenMs = 3_000;

/** A pipeline, a photo and work of some seconds under way, kept in the page. */
async function begin(createOptions) {
  const { stopbath, image } = harness;
  const pipeline = await stopbath.PipelineCoordinator.create(createOptions);
  const photo = await pipeline.importImage(image(2000, 1500));
  const chain = [{ effect: 'median', radius: 3 }];
  const alarms = [];
  for (const type of ['workerlost', 'workerrestart', 'modechange', 'realmrestart'])
    pipeline.addEventListener(type, () => alarms.push(type));
  const expected = await pipeline.render(photo, chain);
  harness.scenario = { pipeline, photo, chain, alarms, expected };
}

/** Renders under way, and previews that supersede each other. */
function work() {
  const { pipeline, photo, chain } = harness.scenario;
  const renders = [1, 2, 3].map((sigma) =>
    pipeline.render(photo, [...chain, { effect: 'gaussian-blur', sigma }]),
  );
  const previews = Array.from(
    { length: 10 },
    (_, i) => pipeline.preview(photo, [{ effect: 'gaussian-blur', sigma: 2 + i }], { slot: 'view' }).outcome,
  );
  harness.scenario.done = Promise.all([Promise.all(renders), Promise.all(previews)]);
}

/** What became of it, and whether the next result is right. */
async function end() {
  const { pipeline, photo, chain, alarms, expected, done } = harness.scenario;
  const [renders, previews] = await done;
  const again = await pipeline.render(photo, chain);
  const { most } = harness.compare(harness.bytesOf(again), harness.bytesOf(expected), again.width);
  const { mode, workers } = pipeline.stats();
  for (const image of [again, expected, ...renders]) image.close();
  const last = previews.at(-1);
  last.frame?.image?.close();
  await pipeline.dispose();
  return { alarms, most, mode, lost: workers.lost, last: last.status };
}

const conditions = {
  'a processor throttled 6 times': {
    before: (devtools) => devtools.send('Emulation.setCPUThrottlingRate', { rate: 6 }),
    during: async () => {},
    after: (devtools) => devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 }),
  },
  'a page that is frozen and resumed': {
    before: async () => {},
    during: async (devtools) => {
      await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
      await new Promise((done) => setTimeout(done, frozenMs));
      await devtools.send('Page.setWebLifecycleState', { state: 'active' });
    },
    after: async () => {},
  },
  'a tab behind another one': {
    before: async () => {},
    during: async (_, page) => {
      const front = await page.raw.context().newPage();
      await front.bringToFront();
      await new Promise((done) => setTimeout(done, frozenMs));
      await front.close();
      await page.raw.bringToFront();
    },
    after: async () => {},
  },
};

for (const createOptions of modes) {
  describe(`no false alarm, ${createOptions.mode}`, () => {
    for (const [name, { before, during, after }] of Object.entries(conditions)) {
      test(`${name} loses no worker, and the work is done [R55][R68]`, { timeout }, async (t) => {
        const { page } = await openPage(t);
        const devtools = await page.raw.context().newCDPSession(page.raw);
        await page.evaluate(begin, createOptions);
        await before(devtools);
        await page.evaluate(work);
        await during(devtools, page);
        const result = await page.evaluate(end);
        await after(devtools);
        assert.deepEqual(result, { alarms: [], most: 0, mode: createOptions.mode, lost: 0, last: 'final' });
      });
    }
  });
}
