// The size of the pool on the page's side: limits from options, the user's function, and what start and visibility tell.
import { afterEach, expect, test, vi } from 'vitest';
import { poolLimits } from '../../web/src/choose-mode.js';
import { EngineHost } from '../../web/src/engine-host.js';
import type { PoolSnapshot } from '../../web/src/options.js';
import { answerScale, followVisibility, whenWarm } from '../../web/src/pool-scaling.js';
import { Turns } from '../../web/src/turns.js';
import { fakeEngine, fakeModule } from './fake-engine.js';
import { tick } from './small-data.js';

const open: EngineHost[] = [];
afterEach(async () => {
  vi.unstubAllGlobals();
  for (const host of open.splice(0)) await host.shutdown(() => {});
});

function setUp() {
  const engine = fakeEngine();
  const host = new EngineHost(fakeModule(engine), engine, false, new Turns());
  open.push(host);
  return { engine, host };
}

test('limits: a number is kept, auto is bounded by processors and memory, an object says it all [R65]', () => {
  const limits = (workers: Parameters<typeof poolLimits>[0], processors = 8, maximumMiB = 2048) => {
    const { warm, max, idleMs } = poolLimits(workers, processors, maximumMiB);
    return `${warm} to ${max}, ${idleMs} ms`;
  };
  expect([
    limits(3),
    limits('auto'),
    limits(undefined, 64),
    limits(undefined, 2),
    limits(undefined, 1),
    limits(undefined, 8, 256),
    limits(undefined, 8, 64),
    limits({ warm: 1, max: 5 }),
    limits({ warm: 2, max: 2, idleMs: 100 }),
  ]).toEqual([
    '3 to 3, 15000 ms',
    '2 to 7, 15000 ms',
    '2 to 8, 15000 ms',
    '2 to 2, 15000 ms',
    '1 to 1, 15000 ms',
    '2 to 4, 15000 ms',
    '1 to 1, 15000 ms',
    '1 to 5, 15000 ms',
    '2 to 2, 100 ms',
  ]);
});

test("a user's function gets a snapshot outside of the step, and its answer makes another step [R66][R29]", async () => {
  const { engine, host } = setUp();
  const seen: PoolSnapshot[] = [];
  let stepping = false;
  const step = engine.step.bind(engine);
  engine.step = () => {
    stepping = true;
    const count = step();
    stepping = false;
    return count;
  };
  answerScale(host, (snapshot) => {
    expect(stepping).toBe(false);
    seen.push(snapshot);
    return 3;
  });
  engine.question = { workers: 2, exportWaitMs: 40, pageVisible: 1 };
  host.kick();
  await tick();
  expect(seen).toMatchObject([
    { workers: 2, pageVisible: true, memoryPressure: false, waitMs: { 'user-visible': 40 } },
  ]);
  expect(engine.calls).toEqual(['scale 3']);
});

test('a function that throws or gives no number is reported once, and the default decides [R66]', async () => {
  const { engine, host } = setUp();
  const reported: string[] = [];
  vi.stubGlobal('reportError', (error: Error) => reported.push(error.message));
  const answers: (() => unknown)[] = [
    () => {
      throw new Error('mine');
    },
    () => Number.NaN,
    () => Promise.resolve(2),
    () => 2,
    () => -1,
  ];
  answerScale(host, () => answers.shift()?.() as number);
  for (let i = 0; i < 5; i++) {
    engine.question = { workers: 1, exportWaitMs: 0, pageVisible: 1 };
    host.kick();
    await tick();
  }
  expect(engine.calls).toEqual(['scale -1', 'scale -1', 'scale -1', 'scale 2', 'scale -1']);
  expect(reported).toEqual([
    'mine',
    'Expected `workers.scale` to return a number of at least 0, got `-1` (number)',
  ]);
});

test('a hidden page is told to the engine, until the pipeline ends', async () => {
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  vi.stubGlobal('document', document);
  const { engine, host } = setUp();
  followVisibility(host);
  document.visibilityState = 'hidden';
  document.dispatchEvent(new Event('visibilitychange'));
  expect(engine.calls).toEqual(['visible true', 'visible false']);
  host.close(() => new Error('over') as never);
  document.dispatchEvent(new Event('visibilitychange'));
  expect(engine.calls).toHaveLength(2);
});

test('ready waits for the warm workers, but not for ever, and not for an engine that ends [R65]', async () => {
  const { engine, host } = setUp();
  engine.ready = 1;
  await whenWarm(host, 1);
  let warm = false;
  const waiting = whenWarm(host, 2).then(() => {
    warm = true;
  });
  await tick();
  expect(warm).toBe(false);
  engine.ready = 2;
  host.kick();
  await waiting;
  await whenWarm(host, 5); // 250 ms
  const ending = whenWarm(host, 5);
  await host.shutdown(() => {});
  await ending;
});
