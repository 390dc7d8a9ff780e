// The main job: a blur slider dragged at 60 Hz over a 16 MP image. What is shown is never older than what was shown before, ends
// with the exact pixels of the last setting, and leaves nothing behind.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { modes, ms, photo, quantile, useChromium } from '../support.mjs';

const openPage = useChromium();
const timeout = 120_000;

/** Drags in the page and compares the canvas with the exact preview and with the render, reduced by the stated rule. */
async function dragInPage({ createOptions, source, canvasSize, moves }) {
  const {
    stopbath,
    image,
    canvasOf,
    shown,
    asShown,
    reduceBlocks,
    compare,
    bytesOf,
    drag,
    inputToVisible,
    figures,
  } = harness;
  const pipeline = await stopbath.PipelineCoordinator.create(createOptions);
  const photo = await pipeline.importImage(
    typeof source === 'string' ? await (await fetch(source)).blob() : image(...source),
  );
  const canvas = canvasOf(...canvasSize);
  const chainAt = (move) => [{ effect: 'gaussian-blur', sigma: 2 + (move % 60) / 4 }];
  const record = await drag(pipeline, photo, canvas, chainAt, { moves, leastShown: 2 });
  const pixels = shown(canvas);
  const afterDrag = figures(pipeline);

  const last = chainAt(record.inputs.length - 1);
  const { frame } = await pipeline.preview(photo, last, {
    scale: canvas.width / photo.width,
    budgetMs: Infinity,
  }).outcome;
  const exactBytes = bytesOf(frame.image);
  const exact = asShown(exactBytes, frame.width, frame.height);
  const differentBytes =
    pixels.length === exact.length ? pixels.findIndex((value, i) => value !== exact[i]) : -2;
  frame.image.close();
  const render = await pipeline.render(photo, last);
  const level = Math.log2(Math.ceil(photo.width / canvas.width));
  const reduced = reduceBlocks(bytesOf(render), render.width, render.height, level);
  render.close();
  const toRender = compare(exactBytes, reduced.bytes, reduced.width);

  const { mode, modeReason } = pipeline;
  await pipeline.dispose();
  const lastInput = record.inputs.at(-1);
  return {
    mode,
    modeReason,
    ...record,
    visible: inputToVisible(record),
    toExact: record.finals.at(-1).at - lastInput,
    shownDuringDrag: new Set(
      record.frames.filter((entry) => entry.at < lastInput).map((entry) => entry.version),
    ).size,
    differentBytes,
    toRender,
    afterDrag,
    afterDispose: figures(pipeline),
  };
}

function checkDrag(t, result) {
  const moves = result.inputs.length;
  const superseded = result.outcomes.filter((outcome) => outcome === 'superseded').length;
  t.diagnostic(
    `${result.mode}: ${result.frames.length} frames for ${moves} moves, ${superseded} superseded; input to visible p50 ` +
      `${ms(quantile(result.visible, 0.5))}, p95 ${ms(quantile(result.visible, 0.95))}; last input to exact ${ms(result.toExact)}`,
  );
  t.diagnostic(`against the render reduced in JavaScript: at most ${result.toRender.most.toFixed(2)} of 255`);
  assert.equal(
    result.differentBytes,
    -1,
    'the canvas shows the bytes of the exact preview of the last setting',
  );
  assert.ok(result.toRender.most <= 2, `these are the reduced render's: ${JSON.stringify(result.toRender)}`);
  const versions = result.frames.map((frame) => frame.version);
  assert.deepEqual(
    versions,
    [...versions].sort((a, b) => a - b),
    'versions never go back',
  );
  assert.ok(result.shownDuringDrag >= 2, `intermediate results appear, got ${result.shownDuringDrag}`);
  assert.equal(result.outcomes.at(-1), 'final');
  assert.ok(
    result.frames.at(-1).exact && result.frames.at(-1).move === moves - 1,
    'the last frame is exact and the newest',
  );
  const unexpected = result.outcomes.filter((outcome) => outcome !== 'final' && outcome !== 'superseded');
  assert.deepEqual(unexpected, [], 'every preview settles as final or superseded');
  assert.equal(result.outcomes.length - superseded, new Set(result.finals.map((final) => final.move)).size);
  assert.equal(result.afterDrag.requestsLive, 0, 'nothing is pending');
  assert.equal(result.afterDispose.buffersInUse, 0, 'no buffer is in use after dispose');
  assert.equal(result.afterDispose.workersLive, 0, 'no worker lives after dispose');
}

for (const createOptions of modes) {
  describe(`a drag over 16 MP, ${createOptions.mode}`, () => {
    const sources = [['the generated scene', [5312, 2988]]];
    if (photo) sources.push(['the photo', photo]);
    for (const [name, source] of sources) {
      test(`60 moves at 60 Hz over ${name} end with the exact pixels of the last`, { timeout }, async (t) => {
        const { page } = await openPage(t);
        const result = await page.evaluate(dragInPage, {
          createOptions,
          source,
          canvasSize: [664, 374],
          moves: 60,
        });
        assert.equal(result.mode, createOptions.mode);
        checkDrag(t, result);
      });
    }

    test('a canvas of full size shows the bytes of the render', { timeout }, async (t) => {
      const { page } = await openPage(t);
      const setup = { createOptions, source: [1283, 719], canvasSize: [1283, 719], moves: 30 };
      const result = await page.evaluate(dragInPage, setup);
      checkDrag(t, result);
      assert.equal(result.toRender.most, 0, result.toRender.where);
    });

    test('no pixel on the canvas ever goes back to an older setting', { timeout }, async (t) => {
      const { page } = await openPage(t);
      const { seen, outcomes } = await page.evaluate(async (options) => {
        const { stopbath, image, plain, canvasOf, watchDraws, drag } = harness;
        const pipeline = await stopbath.PipelineCoordinator.create(options);
        const black = await pipeline.importImage(image(5312, 2988, plain(5312, 2988, [0, 0, 0, 255])));
        const canvas = canvasOf(664, 374);
        const probe = new OffscreenCanvas(1, 2).getContext('2d', { willReadFrequently: true });
        const seen = [[], []];
        const look = () => {
          for (const [i, y] of [10, 360].entries()) probe.drawImage(canvas, 330, y, 1, 1, 0, i, 1, 1);
          const { data } = probe.getImageData(0, 0, 1, 2);
          seen[0].push(data[0]);
          seen[1].push(data[4]);
        };
        const end = watchDraws(canvas, look);
        // Black stays black under any blur and becomes `outputBlack`, so a pixel's value says which move it belongs to.
        const chainAt = (move) => [
          { effect: 'gaussian-blur', sigma: 5 + move / 4 },
          { effect: 'levels', outputBlack: 10 + 3 * move },
        ];
        const { outcomes } = await drag(pipeline, black, canvas, chainAt, { onFrame: look });
        end();
        await pipeline.dispose();
        return { seen, outcomes };
      }, createOptions);
      for (const values of seen) {
        assert.deepEqual(
          values,
          [...values].sort((a, b) => a - b),
        );
        assert.equal(values.at(-1), 10 + 3 * 59);
      }
      assert.equal(outcomes.at(-1), 'final');
      t.diagnostic(`${new Set(seen[0]).size} settings were seen in ${seen[0].length} looks`);
    });
  });
}
