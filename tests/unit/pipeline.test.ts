// The coordinator on a fake engine: what a user sees of previews, renders, images and the end.
import { afterEach, expect, test, vi } from 'vitest';
import { brokenIdentity } from '../../e2e/pages/conservation.js';
import { PipelineCoordinator } from '../../web/src/coordinator.js';
import { descriptorHash } from '../../web/src/effects.generated.js';
import { isAbort, type PixelImage } from '../../web/src/index.js';
import { eventType } from '../../web/src/native-engine.js';
import type { PreviewJob } from '../../web/src/preview-job.js';
import { fakeEngine, fakeModule } from './fake-engine.js';
import { invert, pixels, settled, tick } from './small-data.js';

const open: PipelineCoordinator[] = [];
afterEach(async () => {
  const pipelines = open.splice(0);
  await Promise.all(pipelines.map((pipeline) => pipeline.dispose()));
  expect(pipelines.map((pipeline) => brokenIdentity(pipeline.stats())).filter(Boolean)).toEqual([]);
});

async function setUp() {
  const engine = fakeEngine();
  engine.descriptorHash = () => String(Number.parseInt(descriptorHash, 16));
  const module = fakeModule(engine);
  const pipeline = await PipelineCoordinator.createWith(async () => ({ module, maximumMiB: 4 }));
  open.push(pipeline);
  const photo = await pipeline.importImage({ data: pixels(8, 6), width: 8, height: 6 });
  return { engine, module, pipeline, photo };
}

test('outside of an isolated page create() gives the single build and says why', async () => {
  const { pipeline } = await setUp();
  expect([pipeline.mode, pipeline.modeReason]).toEqual(['single', 'not-isolated']);
  await pipeline.ready;
});

test('raw pixels arrive unchanged, with and without a stride, and the image is sealed', async () => {
  const { engine, pipeline, photo } = await setUp();
  expect(photo.read((view) => [...view])).toEqual([...pixels(8, 6)]);
  const data = new Uint8Array(40).fill(9);
  data.set([1, 2, 3, 4], 0);
  data.set([5, 6, 7, 8], 20);
  const narrow = await pipeline.importImage({ data, width: 1, height: 2, stride: 20 });
  expect(narrow.read((view, stride) => [stride, ...view])).toEqual([4, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(engine.calls).toEqual(['seal 1', 'seal 2']);
  expect(pipeline.stats().copies.in).toBe(2);
});

test('a render resolves with an image of its own', async () => {
  const { engine, pipeline, photo } = await setUp();
  const seen: number[] = [];
  const result = await pipeline.render(photo, invert, { onProgress: ({ fraction }) => seen.push(fraction) });
  expect([result.width, result.height, result.id === photo.id]).toEqual([8, 6, false]);
  expect(seen).toEqual([1]);
  expect(engine.calls.at(-1)).toBe('submit 1 slot 0 lane 1 reduce 0 wire [5,1]');
  result.close();
  expect(pipeline.stats().buffers.inUse).toBe(1);
});

test('a newer preview supersedes the one before it', async () => {
  const { pipeline, photo } = await setUp();
  const jobs = [1, 2, 3].map(() => pipeline.preview(photo, invert));
  expect(await Promise.all(jobs.map((job) => job.outcome))).toMatchObject([
    { status: 'superseded', by: 2 },
    { status: 'superseded', by: 3 },
    { status: 'final', frame: { version: 3, exact: true, scale: 1 } },
  ]);
});

test('slots: one per image by default, and by name across images', async () => {
  const { engine, pipeline, photo } = await setUp();
  const other = await pipeline.importImage({ data: pixels(2, 2), width: 2, height: 2 });
  const both = [pipeline.preview(photo, invert), pipeline.preview(other, invert)];
  expect(await Promise.all(both.map((job) => settled(job.outcome)))).toEqual(['final', 'final']);
  const named = [photo, other].map((image) => pipeline.preview(image, invert, { slot: 'left' }));
  expect(await Promise.all(named.map((job) => settled(job.outcome)))).toEqual(['superseded', 'final']);
  const slots = engine.calls.filter((call) => call.startsWith('submit')).map((call) => call.split(' ')[3]);
  expect(slots).toEqual(['1', '2', '3', '3']);
});

test('a preview asks for the level that covers its canvas, or for its scale', async () => {
  const { engine, pipeline, photo } = await setUp();
  engine.auto = false;
  const to = { getContext: () => null, width: 2, height: 1 } as unknown as OffscreenCanvas;
  pipeline.preview(photo, [], { to });
  pipeline.preview(photo, [], { scale: 0.3 });
  pipeline.preview(photo, []);
  engine.outputSize = () => 2 * 65536 + 1; // what counts is the result's size
  pipeline.preview(photo, [{ effect: 'crop', width: 2, height: 1 }], { to });
  const levels = engine.calls.filter((call) => call.startsWith('submit')).map((call) => call.split(' ')[7]);
  expect(levels).toEqual(['2', '1', '0', '0']);
  expect(pipeline.outputSize(photo, [])).toEqual({ width: 2, height: 1 });
});

test('the iterator gives frames, drops those that nobody read, and ends with the job', async () => {
  const { engine, pipeline, photo } = await setUp();
  engine.auto = false;
  const job = pipeline.preview(photo, invert);
  engine.finish(1, false, 2);
  engine.finish(1, false, 1);
  await tick();
  const kick = pipeline.preview(photo, invert, { slot: 'other' });
  await tick();
  expect(pipeline.stats().buffers.inUse).toBe(2); // the photo and the newest frame
  engine.finish(1);
  kick.cancel();
  const levels: number[] = [];
  for await (const frame of job) {
    levels.push(frame.level);
    frame.image?.close();
  }
  expect(levels).toEqual([1, 0]);
  expect(pipeline.stats().buffers.inUse).toBe(1);
});

test('leaving the loop early cancels the job', async () => {
  const { engine, pipeline, photo } = await setUp();
  engine.auto = false;
  const job = pipeline.preview(photo, invert);
  engine.finish(1, false, 2);
  for await (const frame of job) {
    frame.image?.close();
    break;
  }
  await expect(job.outcome).rejects.toSatisfy(isAbort);
  expect(engine.calls.at(-1)).toBe('cancel 1');
  expect(job.cancel()).toBe(false);
});

test('an abort rejects with its reason, stops the work and leaves no listener', async () => {
  const { engine, pipeline, photo } = await setUp();
  engine.auto = false;
  const controller = new AbortController();
  const { signal } = controller;
  const added = vi.spyOn(signal, 'addEventListener');
  const removed = vi.spyOn(signal, 'removeEventListener');
  const reason = new Error('enough');
  const render = pipeline.render(photo, invert, { signal });
  const job = pipeline.preview(photo, invert, { signal });
  const reading = job[Symbol.asyncIterator]().next();
  controller.abort(reason);
  await expect(render).rejects.toBe(reason);
  await expect(job.outcome).rejects.toBe(reason);
  await expect(reading).rejects.toBe(reason);
  expect(engine.calls.slice(-2)).toEqual(['cancel 1', 'cancel 2']);
  expect(engine.requests.size).toBe(0);
  expect(removed.mock.calls.length).toBe(added.mock.calls.length);
});

test('a signal that has aborted already admits nothing', async () => {
  const { engine, pipeline, photo } = await setUp();
  const signal = AbortSignal.abort(new Error('early'));
  await expect(pipeline.render(photo, invert, { signal })).rejects.toThrow('early');
  await expect(pipeline.preview(photo, invert, { signal }).outcome).rejects.toThrow('early');
  await expect(pipeline.importImage({ data: pixels(1, 1), width: 1, height: 1 }, { signal })).rejects.toThrow(
    'early',
  );
  expect(engine.calls).toEqual(['seal 1']);
});

test('an import that is aborted half-way gives its image back', async () => {
  const { engine, pipeline } = await setUp();
  const controller = new AbortController();
  const importing = pipeline.importImage(
    { data: pixels(300, 300), width: 300, height: 300 },
    { signal: controller.signal },
  );
  controller.abort();
  await expect(importing).rejects.toSatisfy(isAbort);
  await vi.waitFor(() => expect(engine.images.size).toBe(1)); // the copy under way ends first
  expect(pipeline.stats().images.open).toBe(1);
});

test("a TaskSignal's priority is the lane, and its change moves the request", async () => {
  const { engine, pipeline, photo } = await setUp();
  engine.auto = false;
  const controller = new AbortController();
  const signal = Object.assign(controller.signal, { priority: 'background' });
  const render = pipeline.render(photo, invert, { signal });
  signal.priority = 'user-blocking';
  signal.dispatchEvent(new Event('prioritychange'));
  expect(engine.calls.slice(-2)).toEqual(['submit 1 slot 0 lane 2 reduce 0 wire [5,1]', 'lane 1 0']);
  engine.finish(1);
  await render;
  const calls = engine.calls.length;
  signal.dispatchEvent(new Event('prioritychange'));
  expect(engine.calls.length).toBe(calls);
});

test('a refusal is the outcome of a preview and the rejection of a render', async () => {
  const { engine, pipeline, photo } = await setUp();
  engine.refuse = { code: 6, message: 'Too much is waiting' };
  expect(await settled(pipeline.render(photo, invert))).toBe('ERR_QUEUE_FULL');
  expect(await settled(pipeline.preview(photo, invert).outcome)).toBe('ERR_QUEUE_FULL');
});

test('faults in arguments throw before anything is admitted', async () => {
  const { engine, pipeline, photo } = await setUp();
  // biome-ignore lint/suspicious/noExplicitAny: wrong types are the point
  const wrong = [{ effect: 'gaussian-blur', sigma: -1 }] as any;
  expect(() => pipeline.preview(photo, wrong)).toThrow(/gaussian-blur\.sigma/);
  await expect(pipeline.render(photo, wrong)).rejects.toMatchObject({ code: 'ERR_INVALID_PARAMS' });
  expect(() => pipeline.preview({} as PixelImage, invert)).toThrow();
  await expect(pipeline.importImage('photo.jpg' as never)).rejects.toMatchObject({
    code: 'ERR_INVALID_PARAMS',
  });
  expect(engine.calls).toEqual(['seal 1']);
});

test('an image of another pipeline is refused', async () => {
  const first = await setUp();
  const second = await setUp();
  await expect(first.pipeline.render(second.photo, invert)).rejects.toMatchObject({
    code: 'ERR_INVALID_PARAMS',
  });
});

test('a closed image is refused everywhere, and close() is idempotent', async () => {
  const { pipeline, photo } = await setUp();
  photo.close();
  photo.close();
  expect(await settled(pipeline.render(photo, invert))).toBe('ERR_CLOSED');
  expect(() => pipeline.preview(photo, invert)).toThrow(expect.objectContaining({ code: 'ERR_CLOSED' }));
  expect(() => photo.read(() => 0)).toThrow(expect.objectContaining({ code: 'ERR_CLOSED' }));
  expect(() => photo.revision).toThrow(expect.objectContaining({ code: 'ERR_CLOSED' }));
  expect(() => photo.descriptor()).toThrow(expect.objectContaining({ code: 'ERR_CLOSED' }));
  expect(await settled(photo.toImageData())).toBe('ERR_CLOSED');
  expect(pipeline.stats().buffers.inUse).toBe(0);
});

test('update writes a rectangle and raises the revision', async () => {
  const { photo } = await setUp();
  expect(photo.revision).toBe(1);
  photo.update({ x: 7, y: 5, width: 1, height: 1 }, new Uint8ClampedArray([1, 2, 3, 4]));
  expect(photo.revision).toBe(2);
  expect(photo.read((view, stride) => [...view.subarray(5 * stride + 28)])).toEqual([1, 2, 3, 4]);
  expect(photo.descriptor()).toMatchObject({ width: 8, height: 6, stride: 32, revision: 2 });
  for (const rect of [
    { x: 8, y: 0, width: 1, height: 1 },
    { x: 7, y: 0, width: 2, height: 1 },
    { x: 0, y: 0, width: 0, height: 1 },
    { x: 0.5, y: 0, width: 1, height: 1 },
  ]) {
    expect(() => photo.update(rect, new Uint8ClampedArray(8))).toThrow(/Expected `rect/);
  }
  expect(() => photo.update({ x: 0, y: 0, width: 1, height: 1 }, new Uint8ClampedArray(3))).toThrow(
    /4 bytes/,
  );
});

test('dispose settles everything that is open, once, and is idempotent', async () => {
  const { engine, module, pipeline, photo } = await setUp();
  engine.auto = false;
  const importing = settled(pipeline.importImage({ data: pixels(300, 300), width: 300, height: 300 }));
  const render = settled(pipeline.render(photo, invert));
  const job = pipeline.preview(photo, invert);
  const reading = settled(job[Symbol.asyncIterator]().next());
  const disposing = pipeline.dispose();
  expect(pipeline.dispose()).toBe(disposing);
  expect(pipeline[Symbol.asyncDispose]()).toBe(disposing);
  expect(await Promise.all([importing, render, settled(job.outcome), reading])).toEqual(
    Array.from({ length: 4 }, () => 'ERR_DISPOSED'),
  );
  await disposing;
  expect([engine.images.size, engine.deleted, module.terminated]).toEqual([0, true, 1]);
  expect(pipeline.stats()).toMatchObject({
    buffers: { inUse: 0 },
    images: { open: 0 },
    workers: { live: 0 },
  });
  expect(await settled(pipeline.render(photo, invert))).toBe('ERR_DISPOSED');
  expect(() => pipeline.preview(photo, invert)).toThrow(expect.objectContaining({ code: 'ERR_DISPOSED' }));
  photo.close();
});

test('drain refuses new work and waits for what was accepted', async () => {
  const { pipeline, photo } = await setUp();
  const log: string[] = [];
  const render = pipeline.render(photo, invert).then(() => log.push('rendered'));
  const drained = pipeline.drain().then(() => log.push('drained'));
  expect(await settled(pipeline.render(photo, invert))).toBe('ERR_DISPOSED');
  await Promise.all([render, drained]);
  expect(log).toEqual(['rendered', 'drained']);
  expect(photo.read((view) => view.length)).toBe(8 * 6 * 4);
});

test('submit and dispose are legal inside callbacks', async () => {
  const { pipeline, photo } = await setUp();
  let inner: PreviewJob | undefined;
  const outer = pipeline.render(photo, invert, {
    onProgress: () => {
      inner ??= pipeline.preview(photo, invert);
    },
  });
  await outer;
  expect(await settled(inner?.outcome ?? Promise.reject(new Error('not called')))).toBe('final');
  const ending = pipeline.render(photo, invert, { onProgress: () => void pipeline.dispose() });
  expect(['resolved', 'ERR_DISPOSED']).toContain(await settled(ending));
  await pipeline.dispose();
});

test('random histories settle each request exactly once', async () => {
  for (let seed = 1; seed <= 30; seed++) {
    let state = seed;
    const random = (n: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * n);
    };
    const { engine, pipeline, photo } = await setUp();
    engine.auto = false;
    const settlements: number[] = [];
    const controllers: AbortController[] = [];
    for (let i = 0; i < 40; i++) {
      const controller = new AbortController();
      controllers.push(controller);
      const index = settlements.push(0) - 1;
      const count = () => {
        settlements[index] = (settlements[index] ?? 0) + 1;
      };
      const options = { signal: controller.signal };
      const request = random(2)
        ? pipeline.render(photo, invert, options)
        : pipeline
            .preview(photo, invert, { ...options, slot: `${random(3)}` })
            .outcome.then((end) => (end.status === 'final' ? end.frame.image : undefined));
      request.then((image) => {
        count();
        image?.close();
      }, count);
      const live = [...engine.requests.keys()];
      const victim = live[random(live.length)];
      const choice = random(5);
      if (victim && choice === 0) engine.finish(victim);
      if (victim && choice === 1) engine.fail(victim, 4, 'lost');
      if (victim && choice === 2) engine.finish(victim, false, 1);
      if (choice === 3) controllers[random(controllers.length)]?.abort();
      if (random(3) === 0) await tick();
    }
    await pipeline.dispose();
    await tick();
    expect(settlements, `seed ${seed}`).toEqual(settlements.map(() => 1));
    expect(engine.images.size, `seed ${seed}`).toBe(0);
  }
});

test('lost workers are events, and an open circuit is a mode with a reason', async () => {
  const { engine, pipeline, photo } = await setUp();
  const log: string[] = [];
  for (const type of ['workerlost', 'workerrestart', 'modechange']) {
    pipeline.addEventListener(type, () => log.push(`${type} ${pipeline.mode} ${pipeline.modeReason}`));
  }
  for (const type of [eventType.workerLost, eventType.workerRestarted, eventType.circuitOpened]) {
    engine.tellPool(type);
  }
  await pipeline.render(photo, invert);
  expect(log).toEqual([
    'workerlost single circuit-open',
    'workerrestart single circuit-open',
    'modechange single circuit-open',
  ]);
  engine.tellPool(eventType.circuitClosed);
  await pipeline.render(photo, invert);
  expect(log.at(-1)).toBe('modechange threads not-isolated');
});

test('exports say what is missing where there is no canvas', async () => {
  const { pipeline, photo } = await setUp();
  expect(await settled(photo.toBlob())).toBe('ERR_UNSUPPORTED_INPUT');
  expect(await settled(photo.toImageBitmap())).toBe('ERR_UNSUPPORTED_INPUT');
  expect(await settled(photo.toImageData())).toBe('ERR_UNSUPPORTED_INPUT');
  expect(() => photo.toVideoFrame({ timestamp: 0 })).toThrow(/VideoFrame/);
  const blob = new Blob([new Uint8Array(4)]);
  expect(await settled(pipeline.importImage(blob))).toBe('ERR_UNSUPPORTED_INPUT');
  photo.close();
  expect(pipeline.stats().buffers.inUse).toBe(0);
});

test('a frame that nobody has read goes back when its job is superseded', async () => {
  const { engine, pipeline, photo } = await setUp();
  engine.auto = false;
  const first = pipeline.preview(photo, invert);
  engine.finish(1, false, 1);
  await tick();
  expect(pipeline.stats().buffers.inUse).toBe(2);
  const second = pipeline.preview(photo, invert);
  expect(await first.outcome).toEqual({ status: 'superseded', by: 2 });
  expect(pipeline.stats().buffers.inUse).toBe(1);
  second.cancel();
});

test('an image that is closed while it is being read goes back when the read ends', async () => {
  const { engine, photo } = await setUp();
  const bytes = photo.read((view) => {
    photo.close();
    expect(engine.images.get(photo.id)).toMatchObject({ closed: true, reads: 1 });
    return [...view];
  });
  expect(bytes).toEqual([...pixels(8, 6)]);
  expect(engine.images.size).toBe(0);
  expect(() => photo.read(() => 0)).toThrow(expect.objectContaining({ code: 'ERR_CLOSED' }));
});
