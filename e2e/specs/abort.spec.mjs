// Cancelling stops the work and not only the promise: the counter of started units stands still, the buffers come back.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { modes, ms, useChromium } from '../support.mjs';

const openPage = useChromium();
const timeout = 120_000;

/** Starts a long request, aborts it when units are running, and watches what still happens. */
async function abortInPage({ createOptions, kind }) {
  const { stopbath, image, canvasOf, until, figures } = harness;
  const pipeline = await stopbath.PipelineCoordinator.create(createOptions);
  const photo = await pipeline.importImage(image(5312, 2988));
  // Long enough that the abort comes early in it, however busy the machine is.
  const chain = [
    { effect: 'gaussian-blur', sigma: 60 },
    { effect: 'median', radius: 2 },
  ];
  const whole = figures(pipeline);
  (await pipeline.render(photo, chain)).close();
  const unitsOfAll = figures(pipeline).unitsStarted - whole.unitsStarted;
  const before = figures(pipeline);

  const controller = new AbortController();
  const reason = { why: 'the user moved on' };
  const options = { signal: controller.signal };
  const promise =
    kind === 'render'
      ? pipeline.render(photo, chain, options)
      : pipeline.preview(photo, chain, { ...options, to: canvasOf(5312, 2988), budgetMs: Infinity }).outcome;
  const settled = promise.then(
    () => 'resolved',
    (error) => (error === reason ? 'rejected with the reason' : `rejected with ${error}`),
  );
  await until(() => figures(pipeline).unitsStarted > before.unitsStarted + 2, 'units to start');
  const start = performance.now();
  controller.abort(reason);
  const atAbort = figures(pipeline).unitsStarted; // when abort() has returned, nothing starts any more
  const outcome = await settled;
  const settledAfter = performance.now() - start;
  await until(() => figures(pipeline).buffersInUse <= before.buffersInUse, 'the buffers to come back');
  const quietAfter = performance.now() - start;
  const afterAbort = figures(pipeline);
  // Work of another request runs to its end afterwards, so that a unit that was late by any time would have been counted.
  const other = await pipeline.importImage(image(640, 480));
  const unitsBefore = figures(pipeline).unitsStarted;
  (await pipeline.render(other, [{ effect: 'invert' }])).close();
  const strays = unitsBefore - afterAbort.unitsStarted;
  await pipeline.dispose();
  return {
    outcome,
    settledAfter,
    quietAfter,
    unitsOfAll,
    doneBefore: atAbort - before.unitsStarted,
    startedAfter: afterAbort.unitsStarted - atAbort,
    strays,
    afterDispose: figures(pipeline),
  };
}

for (const createOptions of modes) {
  describe(`abort, ${createOptions.mode}`, () => {
    for (const kind of ['render', 'preview']) {
      test(`aborting a ${kind} of 16 MP stops its units and rejects with the signal's reason`, {
        timeout,
      }, async (t) => {
        const { page } = await openPage(t);
        const early = ({ doneBefore, unitsOfAll }) => doneBefore < unitsOfAll / 2;
        let result = await page.evaluate(abortInPage, { createOptions, kind });
        // A page that the system kept from running while its workers worked has aborted too late to mean something.
        for (let again = 0; again < 4 && !early(result); ++again)
          result = await page.evaluate(abortInPage, { createOptions, kind });
        t.diagnostic(
          `${result.doneBefore} of ${result.unitsOfAll} units had started, ${result.startedAfter} more after abort(); ` +
            `settled after ${ms(result.settledAfter)}, buffers back after ${ms(result.quietAfter)}`,
        );
        assert.equal(result.outcome, 'rejected with the reason');
        assert.ok(early(result), 'the abort came early enough to mean something');
        // A worker that had claimed its unit before may count it a moment later.
        assert.ok(
          result.startedAfter <= (createOptions.workers ?? 0),
          `no unit starts after abort(), got ${result.startedAfter}`,
        );
        assert.equal(result.strays, 0);
        assert.equal(result.afterDispose.buffersInUse, 0);
      });
    }

    test('a signal that has aborted already rejects at once and starts nothing', { timeout }, async (t) => {
      const { page } = await openPage(t);
      const result = await page.evaluate(async (options) => {
        const { stopbath, image, figures } = harness;
        const pipeline = await stopbath.PipelineCoordinator.create(options);
        const picture = await pipeline.importImage(image(640, 480));
        const before = figures(pipeline);
        const signal = AbortSignal.abort('too late');
        const calls = [
          pipeline.render(picture, [{ effect: 'invert' }], { signal }),
          pipeline.preview(picture, [{ effect: 'invert' }], { signal }).outcome,
          pipeline.importImage(image(64, 64), { signal }),
        ];
        const reasons = (await Promise.allSettled(calls)).map(({ status, reason }) => `${status} ${reason}`);
        const after = figures(pipeline);
        await pipeline.dispose();
        return {
          reasons,
          units: after.unitsStarted - before.unitsStarted,
          buffers: after.buffersInUse - before.buffersInUse,
        };
      }, createOptions);
      assert.deepEqual(result, { reasons: Array(3).fill('rejected too late'), units: 0, buffers: 0 });
    });
  });
}
