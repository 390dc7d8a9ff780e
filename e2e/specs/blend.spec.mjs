// A second image in a chain, in both builds: its bytes are those at the call, whatever is written or closed during the flight.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { modes, useChromium } from '../support.mjs';

const openPage = useChromium();
const timeout = 30_000;

/** Multiplies a photo by a layer that is written, then closed, while the render runs. */
async function blendInPage(createOptions) {
  const { stopbath, image, plainOutcome, figures } = harness;
  const pipeline = await stopbath.PipelineCoordinator.create(createOptions);
  const opaque = (width, height, value) => {
    const bytes = new Uint8ClampedArray(width * height * 4).map((_, i) => (i % 4 === 3 ? 255 : value(i)));
    return { source: image(width, height, bytes), bytes };
  };
  const below = opaque(1201, 903, (i) => (i * 7) % 251);
  const above = opaque(400, 300, (i) => (i * 13) % 241);
  const photo = await pipeline.importImage(below.source);
  const layer = await pipeline.importImage(above.source);
  const step = { effect: 'blend', image: layer, mode: 'multiply', x: 37, y: 21 };
  const running = pipeline.render(photo, [step]);
  layer.update({ x: 0, y: 0, width: 400, height: 300 }, new Uint8ClampedArray(400 * 300 * 4));
  const later = pipeline.render(photo, [step]);
  layer.close();
  const results = await Promise.all([running, later]);
  let wrong = 0;
  results[0].read((pixels, stride) => {
    for (let y = 0; y < 903; y++) {
      for (let x = 0; x < 1201; x++) {
        const inside = x >= 37 && x < 437 && y >= 21 && y < 321;
        for (let c = 0; c < 3; c++) {
          const b = below.bytes[(y * 1201 + x) * 4 + c];
          const s = inside ? above.bytes[((y - 21) * 400 + x - 37) * 4 + c] : 255;
          if (Math.abs(pixels[y * stride + x * 4 + c] - (b * s) / 255) > 0.51) wrong++;
        }
      }
    }
  });
  // What was written before the second call is transparent: the photo is left.
  const unchanged = results[1].read((pixels) => pixels.every((v, i) => v === below.bytes[i]));
  for (const result of results) result.close();
  const other = await stopbath.PipelineCoordinator.create(createOptions);
  const foreign = await other.importImage(above.source);
  const refusals = [
    await plainOutcome(pipeline.render(photo, [step])),
    await plainOutcome(pipeline.render(photo, [{ effect: 'blend', image: foreign }])),
    await plainOutcome(pipeline.render(photo, [{ effect: 'blend', image: 'photo.jpg' }])),
  ].map(({ code, typed }) => ({ code, typed }));
  photo.close();
  await pipeline.drain();
  const { buffersInUse } = figures(pipeline);
  await Promise.all([pipeline.dispose(), other.dispose()]);
  return { wrong, unchanged, refusals, buffersInUse };
}

/** Previews of a chain with a layer: coarse once both have their level, and the exact frame is the render's reduction. */
async function previewInPage(createOptions) {
  const { stopbath, image } = harness;
  const pipeline = await stopbath.PipelineCoordinator.create(createOptions);
  const photo = await pipeline.importImage(image(1600, 1200));
  const layer = await pipeline.importImage(image(900, 700));
  await pipeline.warmup([photo, layer]);
  const chain = [{ effect: 'blend', image: layer, mode: 'screen', x: 120, y: 80 }];
  const job = pipeline.preview(photo, chain, { scale: 0.25, budgetMs: 0 });
  const frames = [];
  for await (const frame of job) {
    frames.push({ exact: frame.exact, width: frame.width });
    if (!frame.exact) frame.image?.close();
  }
  await pipeline.dispose();
  return frames;
}

for (const createOptions of modes) {
  describe(`blend, ${createOptions.mode}`, () => {
    test('the layer is what it was at the call, and nothing stays held', { timeout }, async (t) => {
      const { page } = await openPage(t);
      const { wrong, unchanged, refusals, buffersInUse } = await page.evaluate(blendInPage, createOptions);
      assert.equal(wrong, 0);
      assert.ok(unchanged);
      assert.deepEqual(refusals, [
        { code: 'ERR_CLOSED', typed: true },
        { code: 'ERR_INVALID_PARAMS', typed: true },
        { code: 'ERR_INVALID_PARAMS', typed: true },
      ]);
      assert.equal(buffersInUse, 0);
    });

    test('a preview ends exact, at the level that was asked for', { timeout }, async (t) => {
      const { page } = await openPage(t);
      const frames = await page.evaluate(previewInPage, createOptions);
      assert.ok(frames.length > 0 && frames.every(({ width }) => width === 400));
      assert.equal(frames.at(-1).exact, true);
    });
  });
}
