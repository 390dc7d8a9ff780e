// Chains that name other images: which are accepted, and what reaches the engine.
import { afterEach, expect, test } from 'vitest';
import { PipelineCoordinator } from '../../web/src/coordinator.js';
import { descriptorHash } from '../../web/src/effects.generated.js';
import type { PixelImage } from '../../web/src/index.js';
import { fakeEngine, fakeModule } from './fake-engine.js';
import { pixels } from './small-data.js';

const open: PipelineCoordinator[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((pipeline) => pipeline.dispose()));
});

async function setUp() {
  const engine = fakeEngine();
  engine.descriptorHash = () => String(Number.parseInt(descriptorHash, 16));
  const module = fakeModule(engine);
  const pipeline = await PipelineCoordinator.createWith(async () => ({ module, maximumMiB: 4 }));
  open.push(pipeline);
  const photo = await pipeline.importImage({ data: pixels(8, 6), width: 8, height: 6 });
  return { engine, pipeline, photo };
}

test('a chain names other images of the same pipeline, open ones alone', async () => {
  const { engine, pipeline, photo } = await setUp();
  const other = await setUp();
  const layer = await pipeline.importImage({ data: pixels(2, 2), width: 2, height: 2 });
  const step = { effect: 'blend', image: layer, mode: 'multiply', opacity: 0.5, x: 3 } as const;
  (await pipeline.render(photo, [step])).close();
  const wire = engine.calls.at(-1)?.match(/\[\d+,(.*)\]/)?.[1];
  expect(wire).toBe(`${layer.id},1,0,0.5,3,0`);
  const fault = (image: unknown) =>
    pipeline
      .render(photo, [{ effect: 'blend', image: image as PixelImage }])
      .catch((error) => `${error.code}: ${error.message}`);
  const before = engine.calls.length;
  expect(await fault(other.photo)).toMatch(/^ERR_INVALID_PARAMS: Expected `blend.image` to be a PixelImage/);
  expect(await fault(layer.id)).toBe(
    'ERR_INVALID_PARAMS: Expected `blend.image` to be a PixelImage of this pipeline, got `2` (number)',
  );
  layer.close();
  expect(await fault(layer)).toBe('ERR_CLOSED: Image 2 was closed');
  expect(() => pipeline.preview(photo, [step])).toThrow('Image 2 was closed');
  expect(() => pipeline.explain(photo, [step])).toThrow('Image 2 was closed');
  expect(engine.calls.length).toBe(before);
});
