// The plan of a chain as text.
import { expect, test } from 'vitest';
import { PipelineCoordinator } from '../../web/src/coordinator.js';
import { descriptorHash } from '../../web/src/effects.generated.js';
import { fakeEngine, fakeModule } from './fake-engine.js';
import { invert, pixels } from './small-data.js';

test('explain gives the text of the plan, or throws the typed error of a refusal', async () => {
  const engine = fakeEngine();
  engine.descriptorHash = () => String(Number.parseInt(descriptorHash, 16));
  const module = fakeModule(engine);
  await using pipeline = await PipelineCoordinator.createWith(async () => ({ module, maximumMiB: 4 }));
  const photo = await pipeline.importImage({ data: pixels(8, 6), width: 8, height: 6 });
  expect(pipeline.explain(photo, invert)).toBe(`plan of 2 numbers for image ${photo.id}`);
  engine.refuse = { code: 1, message: 'Expected a chain that works in 4096 KiB of scratch' };
  expect(() => pipeline.explain(photo, invert)).toThrow(/^Expected a chain that works/);
  expect(() => pipeline.explain(photo, [{ effect: 'invert', amount: 2 }])).toThrow(/`invert.amount`/);
  photo.close();
  expect(() => pipeline.explain(photo, invert)).toThrow(expect.objectContaining({ code: 'ERR_CLOSED' }));
});
