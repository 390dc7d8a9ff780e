// The pool's size in the browser: workers come when work waits, leave when they idle, and nothing of them stays behind.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useChromium } from '../support.mjs';

const openPage = useChromium();
const timeout = 120_000;

/** Renders until the pool has grown, waits until it has shrunk, and renders again; twice. */
async function growAndShrink(createOptions) {
  const { stopbath, image, bytesOf, until, turn } = harness;
  const pipeline = await stopbath.PipelineCoordinator.create(createOptions);
  await pipeline.ready;
  const picture = await pipeline.importImage(image(2400, 1600));
  const chain = [{ effect: 'gaussian-blur', sigma: 12 }, { effect: 'vignette' }];
  const workers = () => pipeline.stats().workers;
  const locks = async () =>
    (await navigator.locks.query()).held.filter(({ name }) => name.startsWith('stopbath-')).length;
  const sameBytes = (a, b) => a.length === b.length && a.every((value, i) => value === b[i]);
  const first = await pipeline.render(picture, chain);
  const expected = bytesOf(first);
  first.close();
  const log = { start: workers(), rounds: [] };
  for (let round = 0; round < 2; round++) {
    let most = 0;
    const renders = Array.from({ length: 16 }, (_, i) =>
      pipeline.render(picture, [{ effect: 'gaussian-blur', sigma: 13 + i + round / 2 }]),
    );
    const all = Promise.all(renders);
    let done = false;
    all.then(() => {
      done = true;
    });
    while (!done) {
      most = Math.max(most, workers().ready);
      await turn();
    }
    for (const result of await all) result.close();
    await until(() => workers().live <= (createOptions.workers.warm ?? 0), 'idle workers to leave');
    const after = await pipeline.render(picture, chain);
    log.rounds.push({ most, live: workers().live, same: sameBytes(bytesOf(after), expected) });
    after.close();
  }
  if (pipeline.mode === 'threads') await until(async () => (await locks()) === 1, 'locks to be given back');
  log.end = workers();
  log.mode = pipeline.mode;
  picture.close();
  await pipeline.dispose();
  log.disposed = workers().live;
  await until(async () => (await locks()) === 0, 'the last lock to be given back');
  return log;
}

test('the pool grows on demand, shrinks after idleness, and works right after [R65]', {
  timeout,
}, async (t) => {
  const { page } = await openPage(t);
  const log = await page.evaluate(growAndShrink, {
    mode: 'threads',
    workers: { warm: 1, max: 3, idleMs: 150 },
  });
  t.diagnostic(`${log.rounds.map(({ most }) => most)} workers at most, ${log.end.retired} retired`);
  assert.equal(log.mode, 'threads');
  assert.equal(log.start.live, 1);
  for (const { most, live, same } of log.rounds) {
    assert.ok(most >= 2, `more workers came, got ${most}`);
    assert.ok(live >= 1);
    assert.ok(same, 'the bytes are those of the first render');
  }
  assert.ok(log.end.grown >= 2 && log.end.retired >= 2);
  assert.equal(log.end.lost, 0, 'nobody was lost on the way');
  assert.equal(log.disposed, 0);
});

test('in single mode the same options are accepted and change nothing [R65][R64]', { timeout }, async (t) => {
  const { page } = await openPage(t);
  const log = await page.evaluate(growAndShrink, {
    mode: 'single',
    workers: { warm: 1, max: 3, idleMs: 150 },
  });
  assert.equal(log.mode, 'single');
  assert.deepEqual([log.start.live, log.end.live, log.end.grown], [0, 0, 0]);
  assert.ok(log.rounds.every(({ same }) => same));
});

test("a user's function decides how many workers there are [R66]", { timeout }, async (t) => {
  const { page } = await openPage(t);
  const { snapshots, most } = await page.evaluate(async () => {
    const { stopbath, image, turn } = harness;
    const snapshots = [];
    const scale = (snapshot) => {
      snapshots.push(snapshot);
      return 2;
    };
    const pipeline = await stopbath.PipelineCoordinator.create({
      mode: 'threads',
      workers: { warm: 1, max: 4, idleMs: 60_000, scale },
    });
    const picture = await pipeline.importImage(image(1200, 800));
    let most = 0;
    for (let i = 0; i < 30; i++) {
      (await pipeline.render(picture, [{ effect: 'gaussian-blur', sigma: 5 + i }])).close();
      most = Math.max(most, pipeline.stats().workers.live);
      await turn();
    }
    await pipeline.dispose();
    return { snapshots, most };
  });
  assert.equal(most, 2);
  assert.ok(snapshots.length > 0);
  assert.equal(snapshots[0].workers, 1);
  assert.equal(snapshots[0].max, 4);
  assert.ok(snapshots.some(({ backlogMs }) => backlogMs > 0));
});

/** Renders with a recorder, and gives the trace as JSON beside the counters of the same work. */
async function traceInPage(createOptions) {
  const { stopbath, image } = harness;
  const telemetry = new stopbath.TraceRecorder({ userTiming: true });
  const ends = [];
  const pipeline = await stopbath.PipelineCoordinator.create({ ...createOptions, telemetry });
  pipeline.addEventListener('taskend', ({ task }) => ends.push(task.outcome));
  const picture = await pipeline.importImage(image(1600, 1000));
  for (let i = 0; i < 4; i++) {
    (await pipeline.render(picture, [{ effect: 'gaussian-blur', sigma: 3 + 4 * i }])).close();
  }
  await pipeline.drain();
  await harness.until(() => pipeline.stats().units.held === 0, 'the last unit to be let go');
  await pipeline.dispose();
  await harness.turn();
  const { units, flights, counters, latencies } = pipeline.stats();
  return { json: JSON.stringify(telemetry), units, flights, rings: counters.traceRings, latencies, ends };
}

for (const createOptions of [{ mode: 'threads', workers: 2 }, { mode: 'single' }]) {
  test(`a trace has a span per unit and per execution, ${createOptions.mode} [R70][R69]`, {
    timeout,
  }, async (t) => {
    const { page } = await openPage(t);
    const { json, units, flights, rings, latencies, ends } = await page.evaluate(traceInPage, createOptions);
    const { traceEvents, metadata } = JSON.parse(json);
    const of = (ph, cat) => traceEvents.filter((event) => event.ph === ph && event.cat === cat);
    t.diagnostic(`${of('X', 'unit').length} units of ${flights.created} executions, ${rings} rings`);
    assert.equal(metadata.lost, 0);
    assert.equal(of('X', 'unit').length, units.started);
    assert.equal(of('b', 'flight').length, 2 * flights.created);
    assert.equal(of('e', 'flight').length, 2 * flights.created);
    assert.ok(of('X', 'unit').every(({ ts, dur }) => ts > 0 && dur >= 0 && dur < 5e6));
    const tracks = traceEvents.filter(({ name }) => name === 'thread_name').map(({ args }) => args.name);
    assert.ok(tracks.includes('user-visible'));
    assert.ok(
      createOptions.mode === 'single' ? tracks.includes('page') : tracks.some((name) => /^worker/.test(name)),
    );
    assert.equal(latencies.wall.count, flights.published);
    assert.ok(latencies.wall.p50 > 0 && latencies.run.p95 >= latencies.run.p50);
    assert.deepEqual(ends, ['delivered', 'delivered', 'delivered', 'delivered']);
  });

  test(`nobody traces: no ring exists, ${createOptions.mode} [R70]`, { timeout }, async (t) => {
    const { page } = await openPage(t);
    const rings = await page.evaluate(async (options) => {
      const pipeline = await harness.stopbath.PipelineCoordinator.create(options);
      const picture = await pipeline.importImage(harness.image(300, 200));
      (await pipeline.render(picture, [{ effect: 'invert' }])).close();
      const { counters } = pipeline.stats();
      await pipeline.dispose();
      return counters.traceRings;
    }, createOptions);
    assert.equal(rings, 0);
  });

  test(`the first preview of an image is coarse first, after warmup() and without, ${createOptions.mode} [R50]`, {
    timeout,
  }, async (t) => {
    const { page } = await openPage(t);
    const first = await page.evaluate(async (options) => {
      const { stopbath, image } = harness;
      const pipeline = await stopbath.PipelineCoordinator.create(options);
      const frames = [];
      for (const warm of [false, true]) {
        const picture = await pipeline.importImage(image(1600, 1000));
        if (warm) await pipeline.warmup([picture]);
        const chain = [{ effect: 'gaussian-blur', sigma: warm ? 5 : 6 }];
        for await (const frame of pipeline.preview(picture, chain, { scale: 0.25, budgetMs: 0 })) {
          frames.push(frame.exact);
          frame.image.close();
          break;
        }
        picture.close();
      }
      await pipeline.dispose();
      return frames;
    }, createOptions);
    assert.deepEqual(first, [false, false]);
  });
}
