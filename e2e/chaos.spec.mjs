// Chaos in one engine (environment STOPBATH_BROWSER): thousands of operations while workers hang, trap, stall, starve and die.
// What must hold in every history: each promise settles, bytes are right, the pool heals, nothing is held at the end.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch } from './browsers/index.mjs';
import { startServer } from './server.mjs';

const name = process.env.STOPBATH_BROWSER ?? 'chromium';
const seed = Number(process.env.STOPBATH_SEED ?? 1);

/** A hung loop of WebAssembly is never ended by WebKit and keeps a processor busy: there it is used sparingly. */
const plans = {
  chromium: { operations: 5000, mostMs: 45_000, menu: ['hang', 'spin', 'trap', 'stall', 'kill', 'starve'] },
  firefox: { operations: 1500, mostMs: 15_000, menu: ['hang', 'trap', 'stall', 'kill', 'starve'] },
  webkit: {
    operations: 1500,
    mostMs: 15_000,
    menu: ['spin', 'trap', 'stall', 'kill', 'starve', 'hang'],
    most: { hang: 1 },
  },
};

/** Calls a function of the page's `chaos`. */
async function call(page, method, argument) {
  return page.evaluate(
    async ([given, value]) => {
      while (!window.chaos) await new Promise((done) => setTimeout(done, 10));
      return window.chaos[given](value);
    },
    [method, argument],
  );
}

describe(`${name}, chaos`, () => {
  let browser;
  let server;
  before(async () => {
    server = await startServer();
    browser = await launch(name);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  test('every promise settles once with right bytes, the pool heals and nothing is held [R27] [R49] [R57] [R59]', {
    timeout: 300_000,
  }, async (t) => {
    const page = await browser.open(`${server.origin}/pages/chaos.html`);
    t.after(page.close);
    const plan = { seed, faultEveryMs: 800, ...plans[name] };
    const result = await call(page, 'storm', plan);
    const { counters, ...shown } = result;
    t.diagnostic(`seed ${seed}: ${JSON.stringify(shown)}`);
    assert.deepEqual(result.strange, [], `seed ${seed}`);
    assert.equal(result.settlements, result.operations);
    assert.equal(result.lies, 0);
    assert.deepEqual(result.wrong, []);
    assert.deepEqual(result.unhandled, []);
    assert.equal(result.health, 'healthy');
    assert.equal(result.requestsLive, 0);
    // What a worker could still write stays reserved [R57], and that which WebKit never ends could for ever.
    assert.ok(result.undead <= (plan.most?.hang ?? 0), `${result.undead} lost workers have not ended`);
    assert.ok(result.buffersInUse <= 4 * result.undead, `${result.buffersInUse} buffers are in use`);
    assert.equal(
      counters.requestsSubmitted,
      counters.requestsDelivered +
        counters.requestsSuperseded +
        counters.requestsCancelled +
        counters.requestsFailed,
    );
    assert.ok(
      result.taken > 0 && result.outcomes.rendered > result.operations / 20,
      'there were faults and there was work',
    );
    assert.ok(result.longestTaskMs < 1000, `the longest task took ${result.longestTaskMs} ms`);
  });
  test('a worker that hangs, traps, dies or finds no memory: the next job is right and the pool is whole [R56] [R60] [R62]', {
    timeout: 120_000,
  }, async (t) => {
    const page = await browser.open(`${server.origin}/pages/chaos.html`);
    t.after(page.close);
    const { rows, unhandled } = await call(page, 'recover', [
      'trap',
      'starve',
      'kill',
      name === 'webkit' ? 'spin' : 'hang',
    ]);
    for (const { kind, hit, hitMs, wholeMs } of rows)
      t.diagnostic(
        `${kind}: its job ended ${hit} after ${Math.round(hitMs)} ms, the pool was whole after ${Math.round(wholeMs)} ms`,
      );
    const ends = { trap: 'ERR_TASK_FAILED', kill: 'right', hang: 'right', spin: 'right' };
    for (const { kind, hit, next, whole } of rows) {
      if (kind in ends) assert.equal(hit, ends[kind], kind);
      assert.deepEqual([kind, next, whole], [kind, 'right', true]);
    }
    assert.deepEqual(unhandled, []);
  });

  test('an engine that traps on the page is replaced, too often by the single build until threads hold again [R58] [R59] [R64]', {
    timeout: 120_000,
  }, async (t) => {
    const page = await browser.open(`${server.origin}/pages/chaos.html`);
    t.after(page.close);
    const { rows, log, after, late, buffersInUse, unhandled } = await call(page, 'crash', 3);
    t.diagnostic(rows.map(({ mode, ms }) => `${mode} again after ${Math.round(ms)} ms`).join(', '));
    assert.deepEqual(
      rows.map(({ kept, lost, mode }) => [kept, lost, mode]),
      ['threads', 'threads', 'single'].map((mode) => ['right', 'ERR_TASK_FAILED', mode]),
    );
    assert.deepEqual(log, [
      'realmrestart threads ok',
      'realmrestart threads ok',
      'realmrestart single circuit-open',
      'modechange single circuit-open',
      'realmrestart threads ok',
      'modechange threads ok',
    ]);
    assert.deepEqual(after.slice(0, 2), ['threads', 'right']);
    assert.deepEqual([late, buffersInUse, unhandled], [true, 0, []]);
  });
});
