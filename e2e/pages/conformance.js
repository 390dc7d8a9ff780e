// One page that proves the package in any engine, by itself: open it, read the table, or await `window.conformance`.
//
// Query: `mode` (auto, threads, single), `workers`. It asks for the mode and its reason, a preview, a superseded preview, an
// abort, the native build's bytes for every effect, and that dispose leaves nothing behind.
import { asShown, canvasOf, shown } from './canvas.js';
import { runHashCases } from './hash-cases.js';
import { compare, reduceBlocks, scene } from './scene.js';

const query = new URLSearchParams(location.search);
const results = [];

function report(name, ok, detail = '') {
  results.push({ name, ok, detail });
  const row = document.createElement('li');
  row.textContent = `${ok ? 'passed' : 'FAILED'}: ${name}${detail ? ` (${detail})` : ''}`;
  document.querySelector('#results').append(row);
}

/** Runs one check; a thrown error is its failure. */
async function check(name, run) {
  try {
    const { ok, detail } = await run();
    report(name, ok, detail);
  } catch (error) {
    report(name, false, `threw ${error?.code ?? ''} ${error}\n${error?.stack}`); // a stack may lack the message
  }
}

const blur = (sigma) => [{ effect: 'gaussian-blur', sigma }];

async function previewShowsExactBytes(pipeline, image) {
  const { frame } = await pipeline.preview(image, blur(3), { scale: 1 / 4, budgetMs: Infinity }).outcome;
  const { width, height } = frame;
  const bytes = frame.image.read((pixels) => new Uint8ClampedArray(pixels));
  frame.image.close();
  const full = await pipeline.render(image, blur(3));
  const reduced = full.read((pixels) => reduceBlocks(pixels, full.width, full.height, 2));
  full.close();
  // The render is rounded to 8 bits before the average and the preview after it: one step of 255 in colour and in alpha.
  const toRender = compare(bytes, reduced.bytes, reduced.width);
  const canvas = canvasOf(width, height);
  const { status, frame: last } = await pipeline.preview(image, blur(3), { to: canvas }).outcome;
  const onCanvas = compare(shown(canvas), asShown(bytes, width, height), width);
  const sizes =
    width === reduced.width && height === reduced.height && last.width === width && last.height === height;
  return {
    ok: status === 'final' && last.exact && sizes && toRender.most <= 2 && onCanvas.most === 0,
    detail: `${status}, ${width}x${height}, from the render ${toRender.most} ${toRender.where}, on the canvas ${onCanvas.most}`,
  };
}

async function pixelsComeOut(pipeline, image) {
  const result = await pipeline.render(image, blur(2));
  const { width, height } = result;
  const bytes = result.read((pixels) => new Uint8ClampedArray(pixels));
  const imageData = await result.toImageData();
  const canvas = canvasOf(width, height);
  await result.drawTo(canvas);
  result.close();
  const toImageData = compare(imageData.data, bytes, width);
  const drawTo = compare(shown(canvas), asShown(bytes, width, height), width);
  return {
    ok: toImageData.count === 0 && drawTo.count === 0,
    detail: `${toImageData.count} pixels differ in the ImageData, ${drawTo.count} on the canvas`,
  };
}

async function newerPreviewSupersedes(pipeline, image) {
  const canvas = canvasOf(200, 150);
  const older = pipeline.preview(image, blur(9), { to: canvas });
  const newer = pipeline.preview(image, blur(2), { to: canvas });
  const [first, last] = await Promise.all([older.outcome, newer.outcome]);
  const ok = first.status === 'superseded' && last.status === 'final' && first.by === last.frame.version;
  return {
    ok,
    detail: `${first.status} by ${first.by}, then ${last.status} of version ${last.frame?.version}`,
  };
}

async function abortRejects(pipeline, image) {
  const before = pipeline.stats().buffers.inUse;
  const controller = new AbortController();
  const reason = new Error('called off by the test');
  const render = pipeline.render(image, blur(40), { signal: controller.signal });
  controller.abort(reason);
  const got = await render.then(
    () => 'resolved',
    (error) => error,
  );
  while (pipeline.stats().buffers.inUse > before) await new Promise((done) => setTimeout(done));
  return { ok: got === reason, detail: got === reason ? '' : `got ${got}` };
}

async function run() {
  const { PipelineCoordinator, effectDescriptors } = await import('/dist/index.js');
  const options = { mode: query.get('mode') ?? 'auto' };
  if (query.has('workers')) options.workers = Number(query.get('workers'));
  const pipeline = await PipelineCoordinator.create(options);
  const { mode, modeReason } = pipeline;
  const image = await pipeline.importImage({ data: scene(800, 600), width: 800, height: 600 });
  await check('a preview shows the exact bytes', () => previewShowsExactBytes(pipeline, image));
  await check('toImageData and drawTo give the bytes of the image', () => pixelsComeOut(pipeline, image));
  await check('a newer preview supersedes the one before it', () => newerPreviewSupersedes(pipeline, image));
  await check("an abort rejects with the signal's reason and gives the buffers back", () =>
    abortRejects(pipeline, image),
  );
  image.close();
  await check('every effect gives the bytes of the native build', async () => {
    const expected = await (await fetch('/expected/hashes.json')).json();
    const { rows, wrong } = await runHashCases(pipeline, effectDescriptors, expected);
    return {
      ok: rows > 0 && wrong.length === 0,
      detail: `${rows} rows, ${wrong.length} wrong ${wrong.slice(0, 5).join('; ')}`,
    };
  });
  await check('dispose leaves no buffer in use and no worker alive', async () => {
    await pipeline.dispose();
    const { buffers, workers } = pipeline.stats();
    return {
      ok: buffers.inUse === 0 && workers.live === 0,
      detail: `${buffers.inUse} buffers, ${workers.live} workers`,
    };
  });
  return { mode, modeReason, results };
}

window.conformance = run();
window.conformance.then(
  ({ mode, modeReason }) => (document.querySelector('#mode').textContent = `${mode} (${modeReason})`),
  (error) => (document.querySelector('#mode').textContent = `failed: ${error}`),
);
