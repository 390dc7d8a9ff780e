// Right pixels by the word of another library: every effect that libvips has as well, in floating point there, at the same
// settings. Prints the peak signal-to-noise ratio of each, and fails below what rounding to 8 bits and a stated difference of
// method leave. The picture is opaque; edges of `margin` pixels are left out where the libraries continue the image differently.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Vips from 'wasm-vips';
import { useChromium } from '../support.mjs';

const width = 960;
const height = 540;
const openPage = useChromium();

let vips;
before(async () => {
  vips = await Vips({ dynamicLibraries: [] });
});
after(() => vips.shutdown());

const blurred = (image, sigma) => image.gaussblur(sigma, { precision: 'float', min_ampl: 0.001 });

const edges = [
  [0, 0, -1, 0, 0],
  [0, -1, -2, -1, 0],
  [-1, -2, 16, -2, -1],
  [0, -1, -2, -1, 0],
  [0, 0, -1, 0, 0],
].flat();

/** libvips on three bands of floats, 0 to 255: what it must agree with, in dB. */
const rows = [
  { step: { effect: 'invert' }, vips: (i) => i.linear([-1], [255]), atLeast: Infinity },
  {
    step: { effect: 'levels', black: 20, white: 230 },
    vips: (i) => i.linear([255 / 210], [(-20 * 255) / 210]),
    atLeast: 60,
  },
  {
    step: { effect: 'levels', gamma: 1.8 },
    vips: (i) =>
      i
        .linear([1 / 255], [0])
        .pow(1 / 1.8)
        .linear([255], [0]),
    atLeast: 60,
  },
  {
    step: { effect: 'saturation', amount: 1.5 },
    vips: (i) => i.recomb(saturationMatrix(1.5)),
    atLeast: 60,
  },
  { step: { effect: 'brightness', amount: 1.4 }, vips: (i) => i.linear([1.4], [0]), atLeast: 55 },
  { step: { effect: 'contrast', amount: 0.7 }, vips: (i) => i.linear([0.7], [38.25]), atLeast: 55 },
  {
    step: { effect: 'gamma', gamma: 0.6 },
    vips: (i) =>
      i
        .linear([1 / 255], [0])
        .pow(1 / 0.6)
        .linear([255], [0]),
    atLeast: 60,
  },
  {
    step: { effect: 'sepia' },
    vips: (i) => i.recomb(matrix([0.393, 0.769, 0.189, 0.349, 0.686, 0.168, 0.272, 0.534, 0.131])),
    atLeast: 55,
  },
  {
    step: { effect: 'color-matrix', matrix: [0.2, 1.1, -0.4, 0.1, 0.5, 0, 0.7, 0, -1, 0.3, 0.9, 0.5] },
    vips: (i) =>
      i.recomb(matrix([0.2, 1.1, -0.4, 0.5, 0, 0.7, -1, 0.3, 0.9])).linear([1, 1, 1], [25.5, 0, 127.5]),
    atLeast: 55,
  },
  ...[0.8, 1.5, 2, 5, 10, 40].map((sigma) => ({
    step: { effect: 'gaussian-blur', sigma },
    vips: (i) => blurred(i, sigma),
    atLeast: 50,
    margin: Math.ceil(3 * sigma),
  })),
  ...[1, 2].map((radius) => ({
    step: { effect: 'median', radius },
    vips: (i) => i.rank(2 * radius + 1, 2 * radius + 1, 2 * radius * (radius + 1)),
    atLeast: Infinity,
    margin: 3,
  })),
  {
    step: { effect: 'sharpen', amount: 1 },
    vips: (i) => i.conv(matrix([0, -0.25, 0, -0.25, 2, -0.25, 0, -0.25, 0])),
    atLeast: 55, // quarters of a level often end in ties
    margin: 2,
  },
  {
    step: { effect: 'convolve', kernel: [1, 2, 0, -1, 6, 3, 0, -2, 1] },
    vips: (i) => i.conv(matrix([1, 2, 0, -1, 6, 3, 0, -2, 1].map((k) => k / 10))),
    atLeast: 55,
    margin: 2,
  },
  {
    step: { effect: 'convolve', kernel: edges, normalize: false, offset: 0.5 },
    vips: (i) => i.conv(matrix(edges)).linear([1], [127.5]),
    atLeast: 50, // half a level is a tie everywhere
    margin: 3,
  },
  ...[1, 3, 12].map((radius) => ({
    step: { effect: 'box-blur', radius },
    vips: (i) => i.convsep(vips.Image.newFromArray([Array(2 * radius + 1).fill(1 / (2 * radius + 1))])),
    atLeast: 60,
    margin: radius + 1,
  })),
  ...[1.5, 6].map((sigma) => ({
    step: { effect: 'unsharp-mask', sigma, amount: 0.8 },
    vips: (i) => i.linear([1.8], [0]).subtract(blurred(i, sigma).linear([0.8], [0])),
    atLeast: 60,
    margin: Math.ceil(3 * sigma),
  })),
  // The order of pixels, which leaves no room for a difference.
  { step: { effect: 'rotate', angle: 90 }, vips: (i) => i.rot90(), atLeast: Infinity },
  { step: { effect: 'rotate', angle: 180 }, vips: (i) => i.rot180(), atLeast: Infinity },
  { step: { effect: 'rotate', angle: -90 }, vips: (i) => i.rot270(), atLeast: Infinity },
  { step: { effect: 'flip', horizontal: true }, vips: (i) => i.flipHor(), atLeast: Infinity },
  {
    step: { effect: 'flip', horizontal: false, vertical: true },
    vips: (i) => i.flipVer(),
    atLeast: Infinity,
  },
  {
    step: { effect: 'crop', x: 101, y: 57, width: 333, height: 222 },
    vips: (i) => i.crop(101, 57, 333, 222),
    atLeast: Infinity,
  },
  // The middle one of three pixels; each pixel twice.
  {
    step: { effect: 'resize', width: 320, filter: 'nearest' },
    vips: (i) =>
      i
        .crop(1, 1, width - 1, height - 1)
        .embed(0, 0, width, height)
        .subsample(3, 3),
    atLeast: Infinity,
  },
  {
    step: { effect: 'resize', width: 1920, filter: 'nearest' },
    vips: (i) => i.zoom(2, 2),
    atLeast: Infinity,
  },
  ...['linear', 'mitchell', 'lanczos3'].map((filter) => ({
    step: { effect: 'resize', width: 400, filter, mixing: 'encoded' },
    vips: (i) => i.reduce(2.4, 2.4, { kernel: filter }),
    atLeast: 58,
    margin: 3,
  })),
  {
    step: { effect: 'resize', width: 400 },
    vips: (i) =>
      i
        .cast('uchar')
        .copy({ interpretation: 'srgb' })
        .colourspace('scrgb')
        .reduce(2.4, 2.4, { kernel: 'lanczos3' })
        .colourspace('srgb'),
    atLeast: 50,
    margin: 3,
  },
];

/** A square of numbers, row by row. */
function matrix(values) {
  const side = Math.sqrt(values.length);
  return vips.Image.newFromArray(
    Array.from({ length: side }, (_, r) => values.slice(side * r, side * r + side)),
  );
}

function saturationMatrix(s) {
  const luma = [0.213, 0.715, 0.072];
  return matrix([0, 1, 2].flatMap((r) => luma.map((y, c) => (1 - s) * y + (r === c ? s : 0))));
}

/** The libvips result, colours rounded to three bytes a pixel. */
function expected(pixels, run) {
  const source = vips.Image.newFromMemory(pixels, width, height, 4, 'uchar');
  const colours = source.extractBand(0, { n: 3 }).cast('float');
  const result = run(colours).rint().cast('uchar');
  return { width: result.width, height: result.height, bytes: result.writeToMemory() };
}

/** In dB; `got` has four bytes a pixel, the other three. */
function psnr(got, { width: w, height: h, bytes }, margin) {
  let sum = 0;
  let count = 0;
  for (let y = margin; y < h - margin; ++y) {
    for (let x = margin; x < w - margin; ++x) {
      for (let c = 0; c < 3; ++c) {
        const difference = got[4 * (y * w + x) + c] - bytes[3 * (y * w + x) + c];
        sum += difference * difference;
        count += 1;
      }
    }
  }
  return sum === 0 ? Infinity : 10 * Math.log10((255 * 255 * count) / sum);
}

/** An opaque picture in the page, and what each step makes of it. */
async function renderAll([w, h, steps]) {
  const { PipelineCoordinator } = harness.stopbath;
  const pipeline = await PipelineCoordinator.create({ mode: 'single' });
  const bytes = harness.scene(w, h);
  for (let i = 3; i < bytes.length; i += 4) bytes[i] = 255;
  const photo = await pipeline.importImage(harness.image(w, h, bytes));
  const text = (data) => {
    let out = '';
    for (let i = 0; i < data.length; i += 0x8000) out += String.fromCharCode(...data.subarray(i, i + 0x8000));
    return btoa(out);
  };
  const results = [];
  for (const step of steps) {
    const result = await pipeline.render(photo, [step]);
    results.push({ width: result.width, height: result.height, bytes: text(harness.bytesOf(result)) });
    result.close();
  }
  await pipeline.dispose();
  return { photo: text(bytes), results };
}

test('effects that libvips has agree with it', { timeout: 120_000 }, async (t) => {
  const { page } = await openPage(t);
  const { photo, results } = await page.evaluate(renderAll, [width, height, rows.map(({ step }) => step)]);
  const pixels = Buffer.from(photo, 'base64');
  rows.forEach((row, i) => {
    const { effect, ...settings } = row.step;
    const name = `${effect} ${JSON.stringify(settings)}`;
    const [ours, theirs] = [results[i], expected(pixels, row.vips)];
    assert.deepEqual([ours.width, ours.height], [theirs.width, theirs.height], `the size of ${name}`);
    const value = psnr(Buffer.from(ours.bytes, 'base64'), theirs, row.margin ?? 0);
    t.diagnostic(`${name}: ${value.toFixed(1)} dB`);
    assert.ok(
      value >= row.atLeast,
      `${name} is ${value.toFixed(1)} dB from libvips, expected ${row.atLeast} or more`,
    );
  });
});
