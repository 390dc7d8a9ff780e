// photon, on this thread, as its users call it. Its package is made for bundlers that import wasm as a module: here the glue is
// given its module by hand.

/** The glue as a module, with its wasm instantiated. */
async function load() {
  const base = '/packages/@silvia-odwyer/photon/photon_rs_bg';
  const glue = await (await fetch(`${base}.js`)).text();
  const text = glue.replace(
    /^import \* as wasm from .*$/m,
    'let wasm; export const __use = (w) => (wasm = w);',
  );
  const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const photon = await import(/* @vite-ignore */ url);
  URL.revokeObjectURL(url);
  const { instance } = await WebAssembly.instantiateStreaming(fetch(`${base}.wasm`), {
    './photon_rs_bg.js': photon,
  });
  photon.__use(instance.exports);
  return photon;
}

const lanczos3 = 4; // of photon's SamplingFilter

export async function makePhoton({ data, width, height }) {
  const photon = await load();
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length);
  const steps = {
    blur: (image, { sigma }) => photon.gaussian_blur(image, sigma),
    contrast: (image, { amount }) => photon.adjust_contrast(image, 255 * (amount - 1)),
    invert: (image) => photon.invert(image),
  };
  function run(operation, image) {
    if (operation[0].kind !== 'resize') {
      for (const step of operation) steps[step.kind](image, step);
      return image;
    }
    const { share } = operation[0];
    return photon.resize(image, Math.round(width * share), Math.round(height * share), lanczos3);
  }
  /** Only a whole round can be timed: an image is changed in place, and made anew for each. */
  async function time(operation, withPixels) {
    const start = performance.now();
    const image = new photon.PhotonImage(bytes, width, height);
    const made = performance.now();
    const result = run(operation, image);
    const computed = performance.now();
    result.get_raw_pixels();
    const end = performance.now();
    if (result !== image) result.free();
    image.free();
    return withPixels ? end - start : computed - made;
  }
  return {
    supports: (operation) => operation[0].kind === 'resize' || operation.every(({ kind }) => kind in steps),
    endToEnd: (operation) => time(operation, true),
    compute: (operation) => time(operation, false),
    dispose: async () => {},
  };
}
