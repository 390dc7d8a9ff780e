// The host of the engine on a fake one: steps, settlements, abort, crash and shutdown.
import { expect, test, vi } from 'vitest';
import { EngineHost } from '../../web/src/engine-host.js';
import { PipelineError } from '../../web/src/errors.js';
import type { RequestSink, Submission } from '../../web/src/submission.js';
import { Turns } from '../../web/src/turns.js';
import { type FakeEngine, fakeEngine, fakeModule } from './fake-engine.js';

const submission: Submission = {
  wire: [],
  image: 1,
  kind: 1,
  slot: 0,
  lane: 1,
  reduce: 0,
  budgetMs: 0,
  timeoutMs: 0,
  reject: false,
  queueTimeoutMs: 0,
  runTimeoutMs: 0,
  urgency: 3,
};

function setUp(threads = false) {
  const engine = fakeEngine(threads);
  const module = fakeModule(engine);
  if (threads) engine.live = 1;
  const host = new EngineHost(module, engine, threads, new Turns());
  engine.createImage(4, 4);
  const log: string[] = [];
  const sink = (name: string): RequestSink => ({
    frame: ({ last, image }) => {
      log.push(`${name} ${last ? 'final' : 'coarse'}`);
      engine.closeImage(image);
    },
    superseded: (by) => log.push(`${name} superseded by ${by}`),
    failed: (error) => log.push(`${name} ${error.code} ${error.message}`),
  });
  return { engine, module, host, log, sink };
}

/** Lets everything that is under way run: a few turns of the event loop. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve));
}

function raise(engine: FakeEngine): void {
  const word = new Int32Array(engine.memory.buffer, engine.completionWord(), 1);
  Atomics.add(word, 0, 1);
  Atomics.notify(word, 0);
}

test('a failure names its request, its key, the execution and where that stood [R28]', async () => {
  const { engine, host, sink } = setUp();
  engine.auto = false;
  const tasks: unknown[] = [];
  const noted = (name: string) => ({
    ...sink(name),
    failed: (error: PipelineError) => tasks.push(error.task),
  });
  const ids = ['a', 'b', 'c'].map((name) => host.submit(submission, noted(name)));
  engine.fail(1, 11, 'It broke', { attempt: 2, executing: 1, keyHigh: 0xa, keyLow: 0xfedcba98 });
  engine.fail(2, 7, 'Too late', { attempt: 0, executing: 0, keyHigh: 0, keyLow: 1 });
  host.kick();
  await vi.waitFor(() => expect(tasks.length).toBe(2));
  host.close((task) => new PipelineError('ERR_DISPOSED', 'It ends', { task }));
  expect(tasks).toEqual([
    { id: ids[0], key: '0000000afedcba98', attempt: 2, phase: 'running' },
    { id: ids[1], key: '0000000000000001', attempt: 0, phase: 'queued' },
    { id: ids[2], key: '', attempt: 1, phase: 'running' },
  ]);
});

test('settlements of one step come in the order of request ids', async () => {
  const { engine, host, log, sink } = setUp();
  engine.auto = false;
  for (const name of ['a', 'b', 'c']) host.submit(submission, sink(name));
  engine.finish(3);
  engine.fail(1, 11, 'It broke');
  engine.finish(2);
  host.kick();
  await settle();
  expect(log).toEqual(['a ERR_TASK_FAILED It broke', 'b final', 'c final']);
  expect(host.open).toBe(0);
});

test('a frame of a request that was cancelled in the same turn goes back to the engine', async () => {
  const { engine, host, log, sink } = setUp();
  engine.auto = false;
  const request = host.submit(submission, sink('a'));
  engine.finish(request);
  const images = engine.images.size;
  expect(host.cancel(request)).toBe(true);
  expect(host.cancel(request)).toBe(false);
  await settle();
  expect(log).toEqual([]);
  expect(engine.images.size).toBe(images - 1);
});

test('a refusal throws its code and sentence, and the sink hears nothing', () => {
  const { engine, host, log, sink } = setUp();
  engine.refuse = { code: 6, message: 'Too much is waiting' };
  expect(() => host.submit(submission, sink('a'))).toThrow(
    expect.objectContaining({ code: 'ERR_QUEUE_FULL', message: 'Too much is waiting', retryable: true }),
  );
  expect(host.open).toBe(0);
  expect(log).toEqual([]);
});

test('single mode runs slices in tasks of their own until nothing waits', async () => {
  const { host, log, sink } = setUp();
  for (const name of ['a', 'b', 'c']) host.submit(submission, sink(name));
  await Promise.resolve();
  expect(log).toEqual([]);
  await host.whenIdle();
  expect(log).toEqual(['a final', 'b final', 'c final']);
});

test('threads mode steps when a worker raises the completion word', async () => {
  const { engine, host, log, sink } = setUp(true);
  const request = host.submit(submission, sink('a'));
  await settle();
  engine.finish(request, false, 2);
  raise(engine);
  await settle();
  expect(log).toEqual(['a coarse']);
  engine.finish(request);
  raise(engine);
  await settle();
  expect(log).toEqual(['a coarse', 'a final']);
  await host.shutdown(() => {});
});

test('progress is told as it grows, and 1 before the result', async () => {
  const { engine, host, sink } = setUp();
  engine.auto = false;
  const seen: number[] = [];
  const request = host.submit(submission, { ...sink('a'), progress: (fraction) => seen.push(fraction) });
  const open = engine.requests.get(request);
  if (!open) throw new Error('not open');
  for (const progress of [0.25, 0.25, 0.2, 0.5]) {
    open.progress = progress;
    host.kick();
    await settle();
  }
  engine.finish(request);
  host.kick();
  await settle();
  expect(seen).toEqual([0.25, 0.5, 1]);
});

test('a trap in the engine fails every open request and refuses new ones', async () => {
  const { engine, host, log, sink } = setUp();
  engine.auto = false;
  host.submit(submission, sink('a'));
  host.submit(submission, sink('b'));
  engine.trap = 'unreachable';
  host.kick();
  await settle();
  expect(log).toEqual([
    'a ERR_TASK_FAILED The engine crashed: unreachable',
    'b ERR_TASK_FAILED The engine crashed: unreachable',
  ]);
  expect(() => host.submit(submission, sink('c'))).toThrow(/crashed/);
  await host.shutdown(() => {});
  expect(host.disposed).toBe(true);
});

test('shutdown waits for the workers and then lets the memory go', async () => {
  const { engine, module, host } = setUp(true);
  engine.live = 2;
  engine.hung = true;
  let released = false;
  const done = host.shutdown(() => {
    released = true;
  });
  await settle();
  expect([released, module.terminated]).toEqual([false, 0]);
  engine.live = 0;
  await done;
  expect([released, module.terminated, engine.deleted]).toEqual([true, 1, true]);
  expect(() => host.engine).toThrow(PipelineError);
});

test('shutdown abandons workers that hang after 2 s', async () => {
  const { engine, module, host } = setUp(true);
  engine.live = 1;
  engine.hung = true;
  const start = performance.now();
  await host.shutdown(() => {});
  const took = performance.now() - start;
  expect(took).toBeGreaterThan(1900);
  expect(took).toBeLessThan(3500);
  expect([module.terminated, engine.deleted]).toEqual([1, false]);
});
