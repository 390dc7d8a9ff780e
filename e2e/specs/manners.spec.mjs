// The page's thread: how long the library holds it for an import, a drag and a render of 16 MP, in both builds.
//
// Times are printed; what is asserted does not depend on who else uses the machine: the bytes that a task puts on a canvas, times
// the best speed at which this page does that.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { modes, ms, photo, useChromium } from '../support.mjs';

const openPage = useChromium();
/** What the library promises of its longest task. */
const longestMs = 8;

/** Runs the three kinds of call; for each the longest library task so far and the browser's own long tasks meanwhile. */
async function measureInPage({ createOptions, photo }) {
  const { stopbath, image, canvasOf, drag, turn, figures, longTasks, watchPuts, putMs } = harness;
  const watch = watchPuts();
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
  const fullSize = () => canvasOf(picture.width, picture.height);
  const show = (name, sigma, canvas) =>
    step(name, () => pipeline.preview(picture, chainAt(sigma), { to: canvas }).outcome);
  // The browser makes a canvas's surface at the first drawing, whoever draws.
  const [plain, drawn, fresh] = [fullSize(), fullSize(), fullSize()];
  const start = performance.now();
  for (const canvas of [plain, drawn]) canvas.getContext('2d').clearRect(0, 0, 1, 1);
  const surface = (performance.now() - start) / 2;
  await turn();
  await show('a preview at full size', 9, drawn);
  await show('another one', 10, drawn);
  const render = await step('a render', () => pipeline.render(picture, chainAt(20)));
  await step('toImageData', () => render.toImageData());
  await show('a preview on a canvas that nobody has drawn on', 11, fresh);
  const bytes = Math.max(...watch.bytesByTask());
  const onFresh = watch.puts.filter(({ canvas }) => canvas === fresh);
  const begin = onFresh.filter(({ task }) => task === onFresh[0].task).map((put) => put.bytes);
  const put = { bytes, ms: (bytes / 2 ** 20) * putMs(plain), begin, row: picture.width * 4 };
  await pipeline.dispose();
  return { steps, surface, put };
}

for (const createOptions of modes) {
  describe(`main thread, ${createOptions.mode}`, () => {
    test('no library task holds the page for long', { timeout: 120_000 }, async (t) => {
      const { page } = await openPage(t);
      const { steps, surface, put } = await page.evaluate(measureInPage, { createOptions, photo });
      for (const { name, took, longest, browser } of steps) {
        const seen = browser.map((duration) => Math.round(duration)).join(', ');
        t.diagnostic(
          `${name}: ${ms(took)}, longest library task so far ${ms(longest)}, long tasks: ${seen || 'none'}`,
        );
      }
      t.diagnostic(
        `at most ${(put.bytes / 2 ** 20).toFixed(1)} MiB put on a canvas in a task, ${ms(put.ms)} undisturbed; the first ` +
          `drawing on a canvas of this size takes the browser ${ms(surface)}`,
      );
      assert.ok(
        steps.every((step) => Number.isFinite(step.longest) && step.longest > 0),
        'tasks are measured',
      );
      assert.ok(put.ms < longestMs, `a task puts ${put.bytes} bytes on a canvas, which takes ${ms(put.ms)}`);
      assert.deepEqual(put.begin, [put.row], 'a new canvas gets its surface in a task of its own');
    });
  });
}
