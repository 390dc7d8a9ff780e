// Memory: after hundreds of previews and renders the same buffers are in use as before, and the most ever used has not grown.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { modes, useChromium } from '../support.mjs';

const openPage = useChromium();
const imageBytes = 1600 * 1000 * 4;

async function workInPage(createOptions) {
  const { stopbath, image, canvasOf, turn, figures } = harness;
  const pipeline = await stopbath.PipelineCoordinator.create(createOptions);
  const picture = await pipeline.importImage(image(1600, 1000));
  const canvas = canvasOf(800, 500);
  const chain = (n) => [
    { effect: 'gaussian-blur', sigma: 1 + (n % 40) / 4 },
    { effect: 'vignette' },
    { effect: 'levels', black: n % 30 },
  ];
  const round = async (previews, renders) => {
    const outcomes = [];
    for (let n = 0; n < previews; ++n) {
      const job = pipeline.preview(picture, chain(n), { to: canvas });
      outcomes.push(job.outcome);
      if (n % 10 === 9) await job.outcome;
      else await turn();
    }
    for (let n = 0; n < renders; ++n) (await pipeline.render(picture, chain(n))).close();
    for (let n = 0; n < renders; ++n) {
      const controller = new AbortController();
      const late = pipeline
        .render(picture, chain(n + 7), { signal: controller.signal })
        .catch(() => 'aborted');
      await turn();
      controller.abort();
      await late;
    }
    await harness.until(() => figures(pipeline).requestsLive === 0, 'every request to settle');
    return (await Promise.all(outcomes)).length;
  };
  await round(60, 6);
  await harness.until(() => figures(pipeline).buffersInUse <= 4, 'buffers of the warm-up to come back');
  const warm = figures(pipeline);
  const settled = await round(300, 30);
  await harness.until(() => figures(pipeline).buffersInUse <= warm.buffersInUse, 'buffers to come back');
  const after = figures(pipeline);
  picture.close();
  await harness.until(() => figures(pipeline).buffersInUse === 0, 'the last buffers to come back');
  await pipeline.dispose();
  return { settled, warm, after, end: figures(pipeline) };
}

for (const createOptions of modes) {
  describe(`memory, ${createOptions.mode}`, () => {
    test('300 previews, 30 renders and 30 aborts leave no buffer behind and raise no peak', {
      timeout: 120_000,
    }, async (t) => {
      const { page } = await openPage(t);
      const { settled, warm, after, end } = await page.evaluate(workInPage, createOptions);
      const mib = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
      t.diagnostic(
        `${warm.buffersInUse} buffers in use, peak ${mib(warm.highWaterBytes)} warm, ${mib(after.highWaterBytes)} after`,
      );
      assert.equal(settled, 300);
      // What the last abort of the warm-up had is perhaps on its way back still when that is looked at.
      assert.ok(after.buffersInUse <= warm.buffersInUse, `${after.buffersInUse} of ${warm.buffersInUse}`);
      // How many requests overlap in an instant is chance; a leak of one small frame per preview would be 480 MB.
      assert.ok(
        after.highWaterBytes <= warm.highWaterBytes + 8 * imageBytes,
        'the peak is flat after the warm-up',
      );
      assert.equal(end.buffersInUse, 0);
    });
  });
}
