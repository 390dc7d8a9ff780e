// Descriptors: workers of the page's own see an image in place, give it back, or are gone; threads and single.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { modes, useChromium } from '../support.mjs';

const openPage = useChromium();

/** Lends an image to two workers, changes it, closes it, ends one of them; what each saw and what is held in the end. */
async function lendInPage(createOptions) {
  const { stopbath, image, until, plainOutcome } = harness;
  const pipeline = await stopbath.PipelineCoordinator.create(createOptions);
  const lent = () => pipeline.stats().counters.leasesLent;
  const inUse = () => pipeline.stats().buffers.inUse;
  const workers = [0, 1].map(() => {
    const worker = new Worker('/pages/attach.worker.js', { type: 'module' });
    const open = new Map();
    worker.onmessage = ({ data: { id, value, error } }) => {
      if (error) open.get(id).reject(Object.assign(new Error(error.message), error));
      else open.get(id).resolve(value);
    };
    const ask = (call, name, descriptor) =>
      new Promise((resolve, reject) => {
        const id = open.size;
        open.set(id, { resolve, reject });
        worker.postMessage({ id, call, name, descriptor });
      });
    return { worker, ask };
  });
  const [first, second] = workers;
  const sum = (pixels) => pixels.reduce((total, value) => (total * 31 + value) >>> 0, 7);
  const picture = await pipeline.importImage(image(301, 200));
  const wanted = picture.read(sum);
  const end = { mode: pipeline.mode };

  const descriptor = picture.descriptor();
  const posted = picture.descriptor();
  end.seen = await first.ask('attach', 'a', descriptor);
  await second.ask('attach', 'a', posted);
  end.again = await plainOutcome(second.ask('attach', 'b', descriptor));
  await until(() => lent() === (createOptions.mode === 'threads' ? 2 : 0), 'two leases to be out');

  picture.update({ x: 0, y: 0, width: 1, height: 1 }, new Uint8ClampedArray([1, 2, 3, 4]));
  const idle = picture.descriptor(); // nobody attaches it in time
  picture.close();
  end.sums = [wanted, await first.ask('sum', 'a'), await second.ask('sum', 'a')];
  end.closed = await plainOutcome(second.ask('attach', 'idle', idle));
  await first.ask('release', 'a');
  await until(() => lent() <= 1, 'the first release');
  second.worker.terminate(); // without a word
  await until(() => lent() === 0, 'the lease of a worker that is gone to end');
  await until(() => inUse() === 0, 'all buffers to come back');

  const other = await pipeline.importImage(image(64, 64));
  await first.ask('attach', 'c', other.descriptor());
  other.descriptor();
  end.reclaimed = other.reclaim();
  end.lentAfterReclaim = lent();
  await first.ask('attach', 'd', other.descriptor());
  await pipeline.dispose();
  end.afterDispose = await plainOutcome(first.ask('release', 'd'));
  end.unread = await plainOutcome(first.ask('sum', 'd'));
  first.worker.terminate();
  return end;
}

for (const createOptions of modes) {
  describe(`descriptors, ${createOptions.mode}`, () => {
    const shared = createOptions.mode === 'threads';
    test('workers see the pixels as they were lent, and nothing stays held [R2][R63][I-8][I-10]', {
      timeout: 120_000,
    }, async (t) => {
      const { page } = await openPage(t);
      const end = await page.evaluate(lendInPage, createOptions);
      assert.equal(end.mode, createOptions.mode);
      assert.deepEqual(end.seen, { width: 301, height: 200, stride: 1204, revision: 1, shared });
      assert.deepEqual(end.sums, [end.sums[0], end.sums[0], end.sums[0]]);
      assert.equal(end.again.code, shared ? 'ERR_CLOSED' : undefined, 'one descriptor is for one worker');
      assert.equal(
        end.closed.code,
        shared ? 'ERR_CLOSED' : undefined,
        'what nobody attached ends with the image',
      );
      assert.equal(end.reclaimed, shared ? 2 : 0);
      assert.equal(end.lentAfterReclaim, 0);
      assert.equal(end.afterDispose.ok, true);
      assert.equal(end.unread.code, 'ERR_CLOSED');
    });
  });
}
