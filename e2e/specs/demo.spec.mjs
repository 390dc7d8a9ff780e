// The real demo page, as built: a person opens a 16 MP image, drags the blur slider with the keyboard and the mouse, and sees the
// exact result of the last setting. With and without isolation headers, and in the mode that was asked for.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../server.mjs';
import { ms, photo, useChromium } from '../support.mjs';

const openPage = useChromium();
const timeout = 120_000;
const slider = '[data-testid="param-gaussian-blur-sigma"]';

/** Compares what the stage shows with a render that this test reduces and scales by itself. */
async function compareStage() {
  const { coordinator, image, chain } = window.stopbathDemo;
  const { reduceBlocks, compare } = await import('/pages/scene.js');
  const canvas = document.querySelector('[data-testid="stage-canvas"]');
  const { width, height } = canvas;
  const context = () => new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  const shown = context();
  shown.drawImage(canvas, 0, 0);

  const render = await coordinator.render(image, chain);
  let level = 0;
  const covers = (k) =>
    Math.ceil(image.width / 2 ** k) >= width && Math.ceil(image.height / 2 ** k) >= height;
  while (level < 6 && covers(level + 1)) level += 1;
  const reduced = render.read((pixels) => reduceBlocks(pixels, render.width, render.height, level));
  render.close();
  const small = new OffscreenCanvas(reduced.width, reduced.height);
  small.getContext('2d').putImageData(new ImageData(reduced.bytes, reduced.width, reduced.height), 0, 0);
  const expected = context();
  Object.assign(expected, { globalCompositeOperation: 'copy', imageSmoothingQuality: 'high' });
  expected.drawImage(small, 0, 0, reduced.width, reduced.height, 0, 0, width, height);
  const bytes = (from) => from.getImageData(0, 0, width, height).data;
  return { ...compare(bytes(shown), bytes(expected), width), width, height, level };
}

const text = (page, id) => page.raw.locator(`[data-testid="${id}"]`).textContent();

async function dragAndCheck(t, page) {
  await page.evaluate(() => window.stopbathDemo.whenIdle());
  const range = page.raw.locator(slider);
  await range.focus();
  for (let move = 0; move < 60; ++move)
    await page.raw.keyboard.press(move % 3 === 2 ? 'ArrowLeft' : 'ArrowRight');
  const box = await range.boundingBox();
  const y = box.y + box.height / 2;
  await page.raw.mouse.move(box.x + box.width * 0.02, y);
  await page.raw.mouse.down();
  for (let move = 0; move <= 60; ++move)
    await page.raw.mouse.move(box.x + box.width * (0.02 + move / 1500), y);
  await page.raw.mouse.up();
  await page.evaluate(() => window.stopbathDemo.whenIdle());
  const difference = await page.evaluate(compareStage);
  const sigma = await page.evaluate(() => window.stopbathDemo.chain[0].sigma);
  const longest = await page.evaluate(() => window.stopbathDemo.coordinator.stats().longestTaskMs);
  t.diagnostic(
    `${await text(page, 'mode')}, workers ${await text(page, 'workers')}, last preview ${await text(page, 'last-preview')}, ` +
      `buffers ${await text(page, 'buffers')}, longest task ${ms(longest)}`,
  );
  t.diagnostic(
    `sigma ${sigma}, canvas ${difference.width}x${difference.height} from level ${difference.level}: ` +
      `at most ${difference.most.toFixed(2)} of 255 from the render`,
  );
  assert.notEqual(sigma, 4, 'the slider moved');
  assert.ok(difference.most <= 3, `the stage shows the render: ${JSON.stringify(difference)}`);
}

/** Disposes the demo's pipeline and gives what is left. */
const disposeDemo = () =>
  window.stopbathDemo.coordinator.dispose().then(() => {
    const { buffers, workers, requests } = window.stopbathDemo.coordinator.stats();
    return { buffers: buffers.inUse, workers: workers.live, requests: requests.live };
  });

const cases = [
  { title: 'isolated, threads', query: 'scene=5312x2988', expected: ['threads', 'ok'] },
  {
    title: 'isolated, single by request',
    query: 'scene=5312x2988&mode=single',
    expected: ['single', 'forced'],
  },
  {
    title: 'without isolation headers',
    query: 'scene=5312x2988',
    isolated: false,
    expected: ['single', 'not-isolated'],
  },
];

describe('the demo page', () => {
  for (const { title, query, isolated, expected } of cases) {
    test(`${title}: dragging the blur slider over 16 MP shows the exact result of the last setting`, {
      timeout,
    }, async (t) => {
      const { page } = await openPage(t, { path: `/demo/index.html?${query}`, isolated });
      await dragAndCheck(t, page);
      const { mode, modeReason } = await page.evaluate(() => window.stopbathDemo.coordinator.stats());
      assert.deepEqual([mode, modeReason], expected);
      assert.match(await text(page, 'mode'), new RegExp(mode, 'i'));
      assert.ok(await text(page, 'mode-reason'), 'the reason is on the page');
      assert.deepEqual(await page.evaluate(disposeDemo), { buffers: 0, workers: 0, requests: 0 });
    });
  }

  if (photo) {
    test('a photo that is opened as a file is shown and follows the slider', { timeout }, async (t) => {
      const { page } = await openPage(t, { path: '/demo/index.html' });
      await page.raw.setInputFiles('[data-testid="open-input"]', join(root, '..', 'shared', photo));
      await page.raw.waitForFunction(() => window.stopbathDemo.image);
      await dragAndCheck(t, page);
      assert.deepEqual(await page.evaluate(disposeDemo), { buffers: 0, workers: 0, requests: 0 });
    });
  }
});
