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
];

const matrix = (values) => vips.Image.newFromArray([0, 1, 2].map((r) => values.slice(3 * r, 3 * r + 3)));

function saturationMatrix(s) {
  const luma = [0.213, 0.715, 0.072];
  return matrix([0, 1, 2].flatMap((r) => luma.map((y, c) => (1 - s) * y + (r === c ? s : 0))));
}

/** Colours of the libvips result, rounded, as three bytes a pixel. */
function expectedBytes(pixels, run) {
  const source = vips.Image.newFromMemory(pixels, width, height, 4, 'uchar');
  const colours = source.extractBand(0, { n: 3 }).cast('float');
  return run(colours).rint().cast('uchar').writeToMemory();
}

function psnr(got, expected, margin) {
  let sum = 0;
  let count = 0;
  for (let y = margin; y < height - margin; ++y) {
    for (let x = margin; x < width - margin; ++x) {
      for (let c = 0; c < 3; ++c) {
        const difference = got[4 * (y * width + x) + c] - expected[3 * (y * width + x) + c];
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
    results.push(text(harness.bytesOf(result)));
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
    const value = psnr(Buffer.from(results[i], 'base64'), expectedBytes(pixels, row.vips), row.margin ?? 0);
    const { effect, ...settings } = row.step;
    const name = `${effect} ${JSON.stringify(settings)}`;
    t.diagnostic(`${name}: ${value.toFixed(1)} dB`);
    assert.ok(
      value >= row.atLeast,
      `${name} is ${value.toFixed(1)} dB from libvips, expected ${row.atLeast} or more`,
    );
  });
});
