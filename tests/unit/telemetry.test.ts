// Telemetry on the page's side: statistics that hold together, batches, traces, task events and warm-ups.
import { afterEach, expect, test, vi } from 'vitest';
import { brokenIdentity } from '../../e2e/pages/conservation.js';
import { PipelineCoordinator } from '../../web/src/coordinator.js';
import { descriptorHash } from '../../web/src/effects.generated.js';
import {
  type PipelineOptions,
  type TaskEndEvent,
  type TelemetryBatch,
  TraceRecorder,
} from '../../web/src/index.js';
import { fakeEngine, fakeModule } from './fake-engine.js';
import { invert, pixels, settled, tick } from './small-data.js';

const open: PipelineCoordinator[] = [];
afterEach(async () => {
  vi.unstubAllGlobals();
  const pipelines = open.splice(0);
  await Promise.all(pipelines.map((pipeline) => pipeline.dispose()));
  expect(pipelines.map((pipeline) => brokenIdentity(pipeline.stats())).filter(Boolean)).toEqual([]);
});

async function setUp(options?: PipelineOptions) {
  const engine = fakeEngine();
  engine.descriptorHash = () => String(Number.parseInt(descriptorHash, 16));
  const module = fakeModule(engine);
  const pipeline = await PipelineCoordinator.createWith(async () => ({ module, maximumMiB: 4 }), options);
  open.push(pipeline);
  const photo = await pipeline.importImage({ data: pixels(8, 6), width: 8, height: 6 });
  return { engine, pipeline, photo };
}

const unit = [0, 2, 7, 0, 10, 12.5, 0, 3];
const discarded = [0, 0, 7, 1, 13, 14, 1, 4];
const flight = [1, 1, 7, 0, 9, 15, 8, 3.5];

test('a statistic that contradicts another is found [R69]', async () => {
  const { pipeline, photo } = await setUp();
  (await pipeline.render(photo, invert)).close();
  const stats = pipeline.stats();
  expect(brokenIdentity(stats)).toBe(undefined);
  const { requests } = stats;
  expect(brokenIdentity({ ...stats, requests: { ...requests, delivered: 5 } })).toMatch(/^requests/);
  expect(stats.latencies.wall.count).toBe(1);
  expect(stats.workers.each).toEqual([{ worker: 1, inFlight: 0, units: 7, busyMs: 3.5 }]);
});

test('without the option nothing is recorded; with it batches come outside of the step [R70][R29]', async () => {
  const { engine } = await setUp();
  expect(engine.calls.filter((call) => call.startsWith('tracing'))).toEqual([]);
  const batches: TelemetryBatch[] = [];
  let stepping = false;
  const traced = await setUp({
    telemetry: {
      onBatch: (batch) => {
        expect(stepping).toBe(false);
        batches.push(batch);
      },
    },
  });
  expect(traced.engine.calls[0]).toBe('tracing true');
  const step = traced.engine.step.bind(traced.engine);
  traced.engine.step = () => {
    stepping = true;
    traced.engine.trace.push(unit, discarded, flight);
    const count = step();
    stepping = false;
    return count;
  };
  (await traced.pipeline.render(traced.photo, invert)).close();
  await tick();
  expect(batches.length).toBeGreaterThan(0);
  expect(batches[0]?.units[0]).toEqual({
    worker: 2,
    flight: 7,
    pass: 0,
    unit: 3,
    start: 10,
    end: 12.5,
    outcome: 'finished',
  });
  expect(batches[0]?.flights[0]).toMatchObject({
    priority: 'user-visible',
    admitted: 8,
    outcome: 'delivered',
  });
});

test('a hook that throws is reported and disturbs nothing [R70]', async () => {
  const reported: unknown[] = [];
  vi.stubGlobal('reportError', (error: unknown) => reported.push(error));
  const onBatch = () => {
    throw new Error('mine');
  };
  const { engine, pipeline, photo } = await setUp({ telemetry: { onBatch } });
  engine.trace.push(unit);
  (await pipeline.render(photo, invert)).close();
  await tick();
  expect(reported).toEqual([new Error('mine')]);
});

test('a recorder gives valid trace JSON with a track per worker and priority [R70]', async () => {
  const recorder = new TraceRecorder();
  recorder.onBatch({ units: [], flights: [], lost: 2 });
  const { engine, pipeline, photo } = await setUp({ telemetry: recorder });
  engine.trace.push(unit, discarded, flight);
  (await pipeline.render(photo, invert)).close();
  await tick();
  const { traceEvents, metadata } = JSON.parse(JSON.stringify(recorder));
  const of = (ph: string) => traceEvents.filter((event: { ph: string }) => event.ph === ph);
  expect(of('X')).toMatchObject([
    { tid: 2, ts: 10_000, dur: 2500, args: { flight: 7, outcome: 'finished' } },
    { tid: 0, ts: 13_000, dur: 1000, args: { pass: 1, unit: 4, outcome: 'discarded' } },
  ]);
  expect(of('b').length).toBe(of('e').length);
  expect(of('M').map((event: { args: { name: string } }) => event.args.name)).toEqual([
    'stopbath',
    'worker 2',
    'page',
    'user-visible',
  ]);
  const times = traceEvents.filter((event: { ts?: number }) => event.ts !== undefined);
  expect(times.every(({ ts }: { ts: number }, i: number) => i === 0 || ts >= times[i - 1].ts)).toBe(true);
  expect(metadata).toEqual({ lost: 0 });
});

test('a recorder keeps the newest records and counts the others [R70]', () => {
  const recorder = new TraceRecorder({ limit: 2 });
  const record = { worker: 1, flight: 1, pass: 0, start: 0, end: 1, outcome: 'finished' } as const;
  for (let i = 0; i < 5; i++) recorder.onBatch({ units: [{ ...record, unit: i }], flights: [], lost: 1 });
  const { traceEvents, metadata } = recorder.toJSON();
  expect(traceEvents.filter(({ ph }) => ph === 'X').map(({ args }) => args?.unit)).toEqual([3, 4]);
  expect(metadata.lost).toBe(4);
  recorder.clear();
  expect(recorder.toJSON().traceEvents).toHaveLength(1);
});

test('user timing goes to tracks of its own and leaves no entries behind [R70]', async () => {
  const measured = vi.spyOn(performance, 'measure');
  const { engine, pipeline, photo } = await setUp({ telemetry: { userTiming: true } });
  engine.trace.push(unit, flight);
  (await pipeline.render(photo, invert)).close();
  await tick();
  const tracks = measured.mock.calls.map(
    ([, options]) => (options as { detail: { devtools: { track: string } } }).detail.devtools.track,
  );
  expect(tracks).toEqual(['worker 2', 'user-visible']);
  expect(performance.getEntriesByType('measure').filter(({ name }) => name.startsWith('stopbath'))).toEqual(
    [],
  );
});

test('taskend tells how each request ended, once somebody listens [R69]', async () => {
  const { engine, pipeline, photo } = await setUp();
  (await pipeline.render(photo, invert)).close();
  const log: string[] = [];
  pipeline.addEventListener('taskend', (event) => {
    const { request, outcome, timings } = (event as TaskEndEvent).task;
    log.push(`${request} ${outcome}${timings ? ` ${timings.wallMs} ms` : ''}`);
  });
  const old = pipeline.preview(photo, invert);
  const { outcome } = pipeline.preview(photo, invert);
  await Promise.all([old.outcome, outcome]);
  engine.auto = false;
  const controller = new AbortController();
  const aborted = settled(pipeline.render(photo, invert, { signal: controller.signal }));
  const failing = settled(pipeline.render(photo, invert));
  controller.abort();
  engine.fail(5, 4, 'lost');
  await aborted;
  pipeline.preview(photo, invert, { slot: 'other' }).cancel();
  await failing;
  await tick();
  expect(log.sort()).toEqual(['2 superseded', '3 delivered 1 ms', '4 aborted', '5 failed', '6 aborted']);
});

test('warmup starts the workers, builds the levels of the images, and waits for both [R65]', async () => {
  const { engine, pipeline, photo } = await setUp();
  engine.levels = 3;
  let done = false;
  const warming = pipeline.warmup([photo]).then(() => {
    done = true;
  });
  await tick();
  expect(engine.calls.slice(-2)).toEqual(['warm up', `warm ${photo.id}`]);
  expect(done).toBe(false);
  engine.levels = 0;
  const job = pipeline.preview(photo, invert);
  await job.outcome;
  await warming;
  photo.close();
  await expect(pipeline.warmup([photo])).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  await expect(pipeline.warmup(photo as never)).rejects.toMatchObject({ code: 'ERR_INVALID_PARAMS' });
});
