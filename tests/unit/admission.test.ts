// Backpressure as a producer sees it: numbers, a promise and two events.
import { afterEach, expect, test } from 'vitest';
import { PipelineCoordinator } from '../../web/src/coordinator.js';
import { descriptorHash } from '../../web/src/effects.generated.js';
import { fakeEngine, fakeModule } from './fake-engine.js';
import { invert, pixels, tick } from './small-data.js';

const open: PipelineCoordinator[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((pipeline) => pipeline.dispose()));
});

async function setUp() {
  const engine = fakeEngine();
  engine.descriptorHash = () => String(Number.parseInt(descriptorHash, 16));
  engine.auto = false;
  const module = fakeModule(engine);
  const pipeline = await PipelineCoordinator.createWith(async () => ({ module, maximumMiB: 4 }));
  open.push(pipeline);
  const photo = await pipeline.importImage({ data: pixels(8, 6), width: 8, height: 6 });
  const heard: string[] = [];
  for (const type of ['pressure', 'drain']) {
    pipeline.addEventListener(type, (event) => {
      heard.push(`${type} ${(event as CustomEvent).detail.priority}`);
    });
  }
  /** Makes the engine tell what has happened. */
  const step = async () => {
    const job = pipeline.preview(photo, invert);
    job.cancel();
    await tick();
  };
  return { engine, pipeline, photo, heard, step };
}

test('admission() says how much room there is, and is ready while there is no pressure [R41]', async () => {
  const { pipeline } = await setUp();
  const { desiredSize, desiredBytes, ready } = pipeline.admission();
  expect([desiredSize, desiredBytes]).toEqual([7, 70]);
  await ready;
});

test('each crossing is one event with its priority, and ready waits for the drain [R41]', async () => {
  const { engine, pipeline, heard, step } = await setUp();
  engine.press(1, true);
  await step();
  const { ready } = pipeline.admission('user-visible');
  expect(pipeline.admission().ready).toBe(ready);
  let over = false;
  void ready.then(() => {
    over = true;
  });
  await pipeline.admission('user-blocking').ready; // another lane has room
  engine.press(2, true);
  await step();
  expect(over).toBe(false);
  engine.press(1, false);
  await step();
  expect(over).toBe(true);
  await pipeline.admission().ready;
  expect(heard).toEqual(['pressure user-visible', 'pressure background', 'drain user-visible']);
});

test('whoever waits for a drain hears of the end instead [R41][R67]', async () => {
  const { engine, pipeline, step } = await setUp();
  engine.press(1, true);
  await step();
  const { ready } = pipeline.admission();
  await pipeline.dispose();
  await expect(ready).rejects.toMatchObject({ code: 'ERR_DISPOSED' });
  expect(() => pipeline.admission()).toThrow(expect.objectContaining({ code: 'ERR_DISPOSED' }));
});

test('a crash rejects who waits for a drain [R41]', async () => {
  const { engine, pipeline, step } = await setUp();
  engine.press(1, true);
  await step();
  const { ready } = pipeline.admission();
  engine.trap = 'unreachable';
  await step();
  await expect(ready).rejects.toMatchObject({ code: 'ERR_TASK_FAILED' });
});

test('a render may ask to be refused rather than wait [R42]', async () => {
  const { engine, pipeline, photo } = await setUp();
  const rejects: boolean[] = [];
  const submit = engine.submit.bind(engine);
  engine.submit = () => {
    rejects.push(engine.field('reject') === 1);
    return submit();
  };
  const results = [undefined, 'wait', 'reject'].map((admission) =>
    pipeline.render(photo, invert, { admission: admission as 'wait' }),
  );
  for (const result of results) result.catch(() => {});
  expect(rejects).toEqual([false, false, true]);
  const wrong = { admission: 'never' as 'wait' };
  await expect(pipeline.render(photo, invert, wrong)).rejects.toMatchObject({
    code: 'ERR_INVALID_PARAMS',
    message: "Expected `admission` to be one of 'wait', 'reject', got `'never'` (string)",
  });
  expect(() => pipeline.admission('urgent' as 'background')).toThrow('Expected `priority` to be one of');
});
