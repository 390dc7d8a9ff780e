// While the last slider of a chain moves, what the steps before it gave is kept: with workers and without, the bytes stay those of
// the whole chain, and nothing is kept of what is gone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useChromium } from '../support.mjs';

const openPage = useChromium();

for (const createOptions of [{ mode: 'threads', workers: 2 }, { mode: 'single' }]) {
  test(`the last slider moves over kept steps, ${createOptions.mode}`, { timeout: 60_000 }, async (t) => {
    const { page } = await openPage(t);
    const { equal, prefixes, closed, updated } = await page.evaluate(async (options) => {
      const [width, height] = [600, 400];
      const pipeline = await harness.stopbath.PipelineCoordinator.create(options);
      const load = () => pipeline.importImage(harness.image(width, height, harness.scene(width, height)));
      const [photo, other] = [await load(), await load()];
      const chainAt = (gamma) => [
        { effect: 'gaussian-blur', sigma: 20 },
        { effect: 'unsharp-mask' },
        { effect: 'levels', gamma },
      ];
      const same = (a, b) => a.length === b.length && a.every((value, i) => value === b[i]);
      const equal = [];
      const move = async (gamma) => {
        const { frame } = await pipeline.preview(photo, chainAt(gamma), { slot: 'view' }).outcome;
        const whole = await pipeline.render(other, chainAt(gamma));
        equal.push(same(harness.bytesOf(frame.image), harness.bytesOf(whole)));
        frame.image.close();
        whole.close();
      };
      for (let i = 0; i < 6; ++i) await move(1.2 + i / 10);
      const { prefixes } = pipeline.stats();
      photo.update({ x: 0, y: 0, width: 1, height: 1 }, new Uint8ClampedArray(4));
      const updated = pipeline.stats().prefixes.kept;
      photo.close();
      other.close();
      await harness.until(() => pipeline.stats().buffers.inUse === 0, 'buffers to come back');
      const closed = pipeline.stats().prefixes;
      await pipeline.dispose();
      return { equal, prefixes, closed, updated };
    }, createOptions);
    assert.deepEqual(equal, Array(6).fill(true));
    assert.deepEqual([prefixes.kept, prefixes.made, prefixes.resumed], [1, 1, 4]);
    assert.ok(prefixes.bytes > 0);
    assert.equal(updated, 0);
    assert.deepEqual([closed.kept, closed.bytes], [0, 0]);
  });
}
