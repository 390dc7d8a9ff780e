// Colour spaces on a fake engine: what is asked of the core, and what images say that they are.
import { afterEach, expect, test, vi } from 'vitest';
import { PipelineCoordinator } from '../../web/src/coordinator.js';
import { descriptorHash } from '../../web/src/effects.generated.js';
import { colorSpaces } from '../../web/src/native-engine.js';
import { fakeEngine, fakeModule } from './fake-engine.js';
import { pixels, settled, tick } from './small-data.js';

class FakeImageData {
  constructor(
    readonly data: Uint8ClampedArray,
    readonly width: number,
    readonly height: number,
    readonly settings: { colorSpace: string },
  ) {}
}

afterEach(() => vi.unstubAllGlobals());

async function setUp() {
  const engine = fakeEngine();
  engine.descriptorHash = () => String(Number.parseInt(descriptorHash, 16));
  engine.auto = true;
  const module = fakeModule(engine);
  const pipeline = await PipelineCoordinator.createWith(async () => ({ module, maximumMiB: 4 }));
  const space = (id: number) => colorSpaces[engine.images.get(id)?.colorSpace ?? 9];
  const raw = { data: pixels(4, 3), width: 4, height: 3, colorSpace: 'display-p3' } as const;
  return { engine, pipeline, raw, space };
}

test('an image is in the space of its source, and the core knows it', async () => {
  const { pipeline, raw, space } = await setUp();
  const wide = await pipeline.importImage(raw);
  const plain = await pipeline.importImage({ data: pixels(4, 3), width: 4, height: 3 });
  expect([wide.colorSpace, plain.colorSpace]).toEqual(['display-p3', 'srgb']);
  expect([space(wide.id), space(plain.id)]).toEqual(['display-p3', 'srgb']);
  await pipeline.dispose();
});

test('results are in the space of the image or in the one that was asked for', async () => {
  const { pipeline, raw, space } = await setUp();
  const photo = await pipeline.importImage(raw);
  for (const colorSpace of [undefined, ...colorSpaces]) {
    const result = await pipeline.render(photo, [], { colorSpace });
    const { frame } = (await pipeline.preview(photo, [], { colorSpace }).outcome) as never as {
      frame: { image: typeof result };
    };
    for (const image of [result, frame.image]) {
      expect(image.colorSpace).toBe(colorSpace ?? 'display-p3');
      expect(space(image.id)).toBe(colorSpace ?? 'display-p3');
      image.close();
    }
  }
  expect(await settled(pipeline.render(photo, [], { colorSpace: 'p3' as never }))).toBe('ERR_INVALID_PARAMS');
  expect(() => pipeline.preview(photo, [], { colorSpace: 1 as never })).toThrow(/`colorSpace` to be one of/);
  await pipeline.dispose();
});

test('an import into another space is converted by the core, and nothing is left of the way there', async () => {
  const { engine, pipeline, raw } = await setUp();
  const photo = await pipeline.importImage(raw, { colorSpace: 'srgb' });
  expect(photo.colorSpace).toBe('srgb');
  expect([...engine.images.values()].filter((image) => !image.closed)).toHaveLength(1);
  photo.close();
  // Nor is anything when it is called off meanwhile.
  engine.auto = false;
  const controller = new AbortController();
  const importing = settled(pipeline.importImage(raw, { colorSpace: 'srgb', signal: controller.signal }));
  while (engine.requests.size === 0) await tick();
  controller.abort(new Error('called off'));
  expect(await importing).toBe('Error');
  engine.auto = true;
  (await pipeline.importImage(raw, { colorSpace: 'srgb' })).close();
  await pipeline.drain();
  expect([...engine.images.values()].filter((image) => !image.closed)).toEqual([]);
  await pipeline.dispose();
});

test('exports are in the own space or in the one that was asked for', async () => {
  vi.stubGlobal('ImageData', FakeImageData);
  const { engine, pipeline, raw } = await setUp();
  const photo = await pipeline.importImage(raw);
  const spaceOf = async (options?: { colorSpace?: PredefinedColorSpace }) => {
    const { settings } = (await photo.toImageData(options)) as never as FakeImageData;
    return settings.colorSpace;
  };
  const open = () => [...engine.images.values()].filter((image) => !image.closed).length;
  expect([await spaceOf(), await spaceOf({ colorSpace: 'srgb' })]).toEqual(['display-p3', 'srgb']);
  expect(open()).toBe(1);
  for (const wrong of ['srgb', { colorSpace: 'rec2020' }]) {
    expect(await settled(photo.toImageData(wrong as never))).toBe('ERR_INVALID_PARAMS');
    expect(await settled(photo.toBlob(wrong as never))).toBe('ERR_INVALID_PARAMS');
  }
  await pipeline.dispose();
});
