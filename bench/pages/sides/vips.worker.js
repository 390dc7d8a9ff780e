// libvips, lazily: an operation is a pipeline, and writing it to memory runs all of it at once.
//
// The picture is opaque, so tone operations may treat alpha as a colour: libvips is faster that way.
import Vips from '/packages/wasm-vips/lib/vips-es6.js';

let vips;
let source;
let picture;

const steps = {
  blur: (image, { sigma }) => image.gaussblur(sigma),
  contrast: (image, { amount }) => image.linear(amount, 127.5 * (1 - amount), { uchar: true }),
  unsharp: (image, { sigma, amount }) => {
    const scaled = image.linear(1 + amount, 0);
    return scaled.subtract(image.gaussblur(sigma).linear(amount, 0)).cast('uchar');
  },
  median: (image, { size }) => image.rank(size, size, (size * size - 1) / 2),
  resize: (image, { share }) => image.resize(share, { kernel: 'lanczos3' }),
  levels: (image, { black, white }) => {
    const scale = 255 / (white - black);
    return image.linear(scale, -black * scale, { uchar: true });
  },
  invert: (image) => image.linear([-1, -1, -1, 1], [255, 255, 255, 0], { uchar: true }),
};

const fromMemory = () => vips.Image.newFromMemory(picture.data, picture.width, picture.height, 4, 'uchar');

/** Builds the pipeline on `image`, hands it to `finish`, and lets go of every step. */
function run(operation, image, finish) {
  const made = [];
  let result = image;
  for (const step of operation) {
    result = steps[step.kind](result, step);
    made.push(result);
  }
  finish(result);
  for (const one of made) one.delete();
}

const actions = {
  async load({ threads, data, width, height }) {
    vips = await Vips({ dynamicLibraries: [] });
    vips.concurrency(threads);
    vips.Cache.max(0); // each run computes
    picture = { data, width, height };
    source = fromMemory();
  },
  endToEnd({ operation }) {
    const image = fromMemory();
    run(operation, image, (result) => result.writeToMemory());
    image.delete();
  },
  compute({ operation }) {
    run(operation, source, (result) => result.copyMemory().delete());
  },
};

self.onmessage = async ({ data: message }) => {
  try {
    const start = performance.now();
    await actions[message.what](message);
    postMessage({ took: performance.now() - start });
  } catch (error) {
    postMessage({ error: String(error?.message ?? error) });
  }
};
