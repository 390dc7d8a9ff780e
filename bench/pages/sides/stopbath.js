// Ours: one coordinator, the source updated in place, the result read into one reused array.
import { effectDescriptors, PipelineCoordinator } from '/dist/index.js';

const steps = {
  blur: ({ sigma }) => ({ effect: 'gaussian-blur', sigma }),
  contrast: ({ amount }) => ({ effect: 'contrast', amount }),
  unsharp: ({ sigma, amount }) => ({ effect: 'unsharp-mask', sigma, amount }),
  median: ({ size }) => ({ effect: 'median', radius: (size - 1) / 2 }),
  resize: ({ share, light }, width) => ({
    effect: 'resize',
    width: Math.round(width * share),
    filter: 'lanczos3',
    mixing: light ? 'linear-light' : 'encoded',
  }),
  levels: ({ black, white }) => ({ effect: 'levels', black, white }),
  invert: () => ({ effect: 'invert' }),
};
const known = new Set(effectDescriptors.map(({ name }) => name));

/** @param {{mode: string, workers?: number}} options of `create` */
export async function makeStopbath(options, { data, width, height }) {
  const pipeline = await PipelineCoordinator.create(options);
  if (pipeline.mode !== options.mode) throw new Error(`Expected ${options.mode}, got ${pipeline.mode}`);
  const image = await pipeline.importImage(new ImageData(new Uint8ClampedArray(data), width, height));
  const whole = { x: 0, y: 0, width, height };
  const out = new Uint8ClampedArray(data.length);
  const chainOf = (operation) => operation.map((step) => steps[step.kind](step, width));
  const supports = (operation) => chainOf(operation).every(({ effect }) => known.has(effect));

  return {
    supports,
    async endToEnd(operation) {
      const start = performance.now();
      image.update(whole, data);
      const result = await pipeline.render(image, chainOf(operation));
      result.read((pixels) => out.set(pixels));
      const took = performance.now() - start;
      result.close();
      return took;
    },
    async compute(operation) {
      const start = performance.now();
      const result = await pipeline.render(image, chainOf(operation));
      const took = performance.now() - start;
      result.close();
      return took;
    },
    dispose: () => pipeline.dispose(),
  };
}
