// Starting an engine: memory ladder, load errors, workers that do not answer, and the fall back to single.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { descriptorHash } from '../../web/src/effects.generated.js';
import { PipelineError } from '../../web/src/errors.js';
import { createMemory, loadCore } from '../../web/src/load-core.js';
import { type CoreLoader, startEngine } from '../../web/src/start-engine.js';
import { fakeEngine, fakeModule } from './fake-engine.js';

class FakeWorker {}

beforeEach(() => {
  vi.stubGlobal('crossOriginIsolated', true);
  vi.stubGlobal('Worker', FakeWorker);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** A loader of two fakes; `prepare` sees the one for threads when it starts. */
function loader(prepare: (engine: ReturnType<typeof fakeEngine>) => void = () => {}) {
  const made = { threads: fakeEngine(true), single: fakeEngine() };
  const modules = { threads: fakeModule(made.threads), single: fakeModule(made.single) };
  for (const engine of Object.values(made)) {
    engine.descriptorHash = () => String(Number.parseInt(descriptorHash, 16));
  }
  prepare(made.threads);
  const load: CoreLoader = async (mode) => ({ module: modules[mode], maximumMiB: 4 });
  return { load, made, modules };
}

test('threads start when workers report for duty', async () => {
  const { load, made } = loader((engine) => {
    engine.spawnWorkers = (count) => {
      engine.live = count;
      setTimeout(() => {
        engine.ready = count;
      }, 10);
    };
  });
  const started = await startEngine({ workers: 3 }, load);
  expect([started.mode, started.modeReason, started.warm]).toEqual(['threads', 'ok', 3]);
  expect([made.threads.live, made.threads.calls[0]]).toEqual([1, 'pool 3 to 3, idle 15000']);
});

test('one worker of several is enough', async () => {
  const { load } = loader((engine) => {
    engine.ready = 1;
  });
  const started = await startEngine({ workers: 4, mode: 'threads' }, load);
  expect([started.mode, started.modeReason]).toEqual(['threads', 'forced']);
});

test('workers that stay silent mean single mode, and everything of the attempt is ended', async () => {
  const { load, made, modules } = loader();
  const started = await startEngine({ startTimeoutMs: 30 }, load);
  expect([started.mode, started.modeReason]).toEqual(['single', 'worker-init-failed']);
  expect(started.modeCause).toMatchObject({ code: 'ERR_WORKER_LOST' });
  expect(started.engine).toBe(made.single);
  expect([made.threads.calls.at(-1), modules.threads.terminated]).toEqual(['shutdown', 1]);
});

test('a threads build that cannot be loaded means single mode', async () => {
  const { load } = loader();
  const broken: CoreLoader = (mode, options) =>
    mode === 'threads' ? Promise.reject(new PipelineError('ERR_WASM_LOAD', 'gone')) : load(mode, options);
  const started = await startEngine({}, broken);
  expect([started.mode, started.modeReason]).toEqual(['single', 'worker-init-failed']);
  expect(started.modeCause).toMatchObject({ message: 'gone' });
});

test('when no build can be loaded the start rejects', async () => {
  const broken: CoreLoader = () => Promise.reject(new PipelineError('ERR_WASM_LOAD', 'gone'));
  await expect(startEngine({}, broken)).rejects.toMatchObject({ code: 'ERR_WASM_LOAD' });
});

test('an abort during the start ends what was started and rejects with its reason', async () => {
  const { load, modules } = loader();
  const controller = new AbortController();
  const starting = startEngine({ signal: controller.signal }, load);
  setTimeout(() => controller.abort(new Error('never mind')), 20);
  await expect(starting).rejects.toThrow('never mind');
  expect(modules.threads.terminated).toBe(1);
  await expect(startEngine({ signal: AbortSignal.abort(new Error('early')) }, load)).rejects.toThrow('early');
});

test('a core with another effect table is refused', async () => {
  const { load, made } = loader();
  made.single.descriptorHash = () => '1';
  await expect(startEngine({ mode: 'single' }, load)).rejects.toThrow(/another version/);
});

test('memory steps down while the browser throws RangeError', () => {
  const asked: number[] = [];
  class Stingy {
    constructor({ maximum }: WebAssembly.MemoryDescriptor) {
      asked.push((maximum ?? 0) / 16);
      if ((maximum ?? 0) > 512 * 16) throw new RangeError('could not allocate memory');
    }
  }
  vi.spyOn(WebAssembly, 'Memory').mockImplementation(Stingy as never);
  expect(createMemory(true, 256, 2048).maximumMiB).toBe(512);
  expect(asked).toEqual([2048, 1024, 512]);
});

test('no memory at all is ERR_OUT_OF_MEMORY', () => {
  class Broke {
    constructor() {
      throw new RangeError('could not allocate memory');
    }
  }
  vi.spyOn(WebAssembly, 'Memory').mockImplementation(Broke as never);
  expect(() => createMemory(true, 256, 512)).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_MEMORY' }));
});

test('a failure to load names the URL, the content type and the first bytes', async () => {
  const page = () =>
    new Response('<!doctype html><title>Not found', { headers: { 'content-type': 'text/html' } });
  vi.stubGlobal('fetch', async () => page());
  const glue = `data:text/javascript,export default () => {}`;
  const loading = loadCore('single', {
    workerUrl: { single: glue },
    wasmUrl: { single: 'https://example.test/stopbath-single.wasm' },
    initialMiB: 16,
    maximumMiB: 16,
  });
  await expect(loading).rejects.toMatchObject({ code: 'ERR_WASM_LOAD' });
  await expect(loading).rejects.toThrow('https://example.test/stopbath-single.wasm');
  await expect(loading).rejects.toThrow('content type text/html, first bytes "<!doctype html><title>No"');
});
