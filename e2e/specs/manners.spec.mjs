// The page's thread: how long the library holds it for an import, a drag and a render of 16 MP, in both builds.
//
// The numbers are printed; the assertion is loose, because another process can stretch any task.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { modes, ms, photo, useChromium } from '../support.mjs';

const openPage = useChromium();
const loosestMs = 100;

/** Runs the three kinds of call; for each the longest library task so far and the browser's own long tasks meanwhile. */
async function measureInPage({ createOptions, photo }) {
  const { stopbath, image, canvasOf, drag, turn, figures, longTasks } = harness;
  const source = photo ? await (await fetch(photo)).blob() : image(5312, 2988);
  const rawSource = image(5312, 2988);
  const pipeline = await stopbath.PipelineCoordinator.create(createOptions);
  await turn();
  const steps = [];
  const step = async (name, work) => {
    const from = longTasks.length;
    const start = performance.now();
    const result = await work();
    const took = performance.now() - start;
    await turn();
    steps.push({ name, took, longest: figures(pipeline).longestTaskMs, browser: longTasks.slice(from) });
    return result;
  };
  const chainAt = (move) => [{ effect: 'gaussian-blur', sigma: 2 + move / 4 }];
  const raw = await step('import of raw pixels', () => pipeline.importImage(rawSource));
  raw.close();
  const picture = await step('import of a file', () => pipeline.importImage(source));
  await step('a drag of 60 previews', () => drag(pipeline, picture, canvasOf(664, 374), chainAt));
  await step(
    'a preview at full size',
    () => pipeline.preview(picture, chainAt(9), { to: canvasOf(picture.width, picture.height) }).outcome,
  );
  const render = await step('a render', () => pipeline.render(picture, chainAt(20)));
  await step('toImageData', () => render.toImageData());
  await pipeline.dispose();
  return steps;
}

for (const createOptions of modes) {
  describe(`main thread, ${createOptions.mode}`, () => {
    test('no library task holds the page for long', { timeout: 30_000 }, async (t) => {
      const { page } = await openPage(t);
      const steps = await page.evaluate(measureInPage, { createOptions, photo });
      for (const { name, took, longest, browser } of steps) {
        const seen = browser.map((duration) => Math.round(duration)).join(', ');
        t.diagnostic(
          `${name}: ${ms(took)}, longest library task so far ${ms(longest)}, long tasks: ${seen || 'none'}`,
        );
      }
      assert.ok(
        steps.every((step) => Number.isFinite(step.longest) && step.longest > 0),
        'tasks are measured',
      );
      assert.ok(steps.at(-1).longest < loosestMs, `a library task took ${ms(steps.at(-1).longest)}`);
    });
  });
}
