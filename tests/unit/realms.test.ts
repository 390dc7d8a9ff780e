// Realms on fake engines: what becomes of images, requests and the mode when an engine is lost.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PipelineMode } from '../../web/src/choose-mode.js';
import { PipelineCoordinator } from '../../web/src/coordinator.js';
import { descriptorHash } from '../../web/src/effects.generated.js';
import { eventType } from '../../web/src/native-engine.js';
import { again } from '../../web/src/open-requests.js';
import { RealmPolicy } from '../../web/src/realms.js';
import { type FakeEngine, fakeEngine, fakeModule } from './fake-engine.js';

beforeEach(() => {
  vi.stubGlobal('crossOriginIsolated', true);
  vi.stubGlobal('Worker', class {});
});
afterEach(() => vi.unstubAllGlobals());

/** A pipeline whose every realm is a fake of its own. */
async function setUp(wish: PipelineMode, trap?: string) {
  const engines: FakeEngine[] = [];
  const modules: ReturnType<typeof fakeModule>[] = [];
  const pipeline = await PipelineCoordinator.createWith(
    async (mode) => {
      const engine = fakeEngine(mode === 'threads');
      engine.descriptorHash = () => String(Number.parseInt(descriptorHash, 16));
      engine.auto = mode === 'single';
      engine.trap = trap;
      engine.ready = engine.live = mode === 'threads' ? 1 : 0;
      engines.push(engine);
      const module = fakeModule(engine);
      modules.push(module);
      return { module, maximumMiB: 4 };
    },
    { mode: wish, workers: 1 },
  );
  const heard: string[] = [];
  for (const type of ['realmrestart', 'modechange']) {
    pipeline.addEventListener(type, () => heard.push(`${type} ${pipeline.mode}`));
  }
  const engine = (n: number): FakeEngine => {
    const found = engines[n];
    if (!found) throw new Error(`There is no engine ${n}`);
    return found;
  };
  return { pipeline, engine, engines, modules, heard };
}

const pixels = (value: number) => ({
  data: new Uint8ClampedArray(4 * 4 * 4).fill(value),
  width: 4,
  height: 4,
});

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(condition()).toBe(true);
}

test('an exhausted realm hands its images over and its open requests are asked for again, once [R58]', async () => {
  const { pipeline, engine, modules, heard } = await setUp('threads');
  const image = await pipeline.importImage(pixels(7));
  image.update({ x: 0, y: 0, width: 1, height: 1 }, new Uint8ClampedArray([1, 2, 3, 4]));
  let settled = 0;
  const result = pipeline.render(image, []).finally(() => settled++);
  engine(0).tellPool(eventType.exhausted);
  await until(() => heard.length > 0);
  expect(heard).toEqual(['realmrestart threads']);
  expect([...image.read((bytes) => bytes.slice(0, 5))]).toEqual([1, 2, 3, 4, 7]);
  expect([image.id, image.revision]).toEqual([1, 2]);
  expect([engine(1).requests.size, modules[0]?.terminated, settled]).toEqual([1, 1, 0]);
  engine(1).finish(1);
  pipeline.render(image, []).catch(() => {}); // wakes the page
  (await result).close();
  expect(settled).toBe(1);
  await pipeline.dispose();
});

test('a crashed realm is not trusted: images come back through `reload` or are lost with a typed error [R58]', async () => {
  const { pipeline, engine, heard } = await setUp('single');
  const kept = await pipeline.importImage(pixels(7), { reload: () => pixels(7) });
  const lost = await pipeline.importImage(pixels(8));
  const other = await pipeline.importImage(pixels(9), {
    reload: async () => ({ ...pixels(9), width: 2, height: 8 }),
  });
  const work = [kept, lost, other].map((image) => pipeline.render(image, []));
  const codes = Promise.all(work.slice(1).map((promise) => promise.catch((error) => error.code)));
  engine(0).trap = 'unreachable';
  await until(() => heard.length > 0);
  expect(await codes).toEqual(['ERR_TASK_FAILED', 'ERR_TASK_FAILED']);
  expect(kept.read((bytes) => bytes[0])).toBe(7);
  expect(() => lost.read(() => 0)).toThrow(/were lost/);
  (await work[0])?.close();
  expect(pipeline.stats().counters.realmsReplaced).toBe(1);
  for (const image of [kept, lost, other]) image.close();
  await pipeline.dispose();
});

test("work whose chain names a lost image ends with that image's error [R58]", async () => {
  const { pipeline, engine, heard } = await setUp('single');
  const photo = await pipeline.importImage(pixels(7), { reload: () => pixels(7) });
  const layer = await pipeline.importImage(pixels(8));
  engine(0).auto = false;
  const work = pipeline.render(photo, [{ effect: 'blend', image: layer }]);
  const failure = work.catch((error) => error);
  engine(0).trap = 'unreachable';
  await until(() => heard.length > 0);
  expect(await failure).toMatchObject({ code: 'ERR_TASK_FAILED', message: /image 2 were lost/ });
  await expect(pipeline.render(photo, [{ effect: 'blend', image: layer }])).rejects.toThrow(/were lost/);
  await pipeline.dispose();
});

test('losses beyond two in a minute open the circuit, beyond four nothing follows [R59]', () => {
  const threads = new RealmPolicy('threads');
  const at = [0, 1000, 2000, 3000, 4000, 70_000];
  expect(at.map((ms) => threads.afterLoss(ms))).toEqual([
    'threads',
    'threads',
    'single',
    'single',
    undefined,
    'threads',
  ]);
  const single = new RealmPolicy('single');
  expect([0, 1, 2].map((ms) => single.afterLoss(ms))).toEqual(['single', 'single', undefined]);
  expect([1, 2, 3].map(() => threads.probePauseMs())).toEqual([5000, 10_000, 20_000]);
});

test('an engine that traps whatever it is given ends with typed errors, not with a loop [R59][R27]', async () => {
  const { pipeline, engines } = await setUp('single', 'unreachable');
  const image = await pipeline.importImage(pixels(7), { reload: () => pixels(7) });
  await expect(pipeline.render(image, [])).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_/) });
  expect(engines.length).toBeLessThanOrEqual(4);
  await pipeline.dispose();
});

test('after a loss a preview is asked for once more, a render twice, background work never [R60]', () => {
  const request = (kind: number, lane: number, losses: number, timeoutMs = 0) => {
    const what = {
      wire: [],
      image: 1,
      kind,
      slot: 0,
      lane,
      reduce: 0,
      budgetMs: 0,
      timeoutMs,
      reject: false,
      queueTimeoutMs: 0,
      runTimeoutMs: 0,
      urgency: 3,
    };
    const sink = { frame() {}, superseded() {}, failed() {} };
    return again({ id: 1, sink, what, sinceMs: 0, engineId: 0, progress: 0, losses }, 600);
  };
  expect(request(0, 0, 1)).toMatchObject({ kind: 0 });
  expect(request(0, 0, 2)).toMatchObject({ code: 'ERR_WORKER_LOST' });
  expect(request(1, 1, 2)).toMatchObject({ kind: 1 });
  expect(request(1, 1, 3)).toMatchObject({ code: 'ERR_WORKER_LOST' });
  expect(request(1, 2, 1)).toMatchObject({ code: 'ERR_WORKER_LOST' });
  expect(request(1, 1, 1, 1000)).toMatchObject({ timeoutMs: 400 });
  expect(request(1, 1, 1, 500)).toMatchObject({ code: 'ERR_DEADLINE' });
});
