// Empty tasks through every pool, all alive in one page with two workers each and taking turns, so that they meet the same
// machine. Plain data comes out; bench/suites/pool.mjs repeats, summarises and shows.
import { makeComlink } from './pool/comlink.js';
import { makeMessages } from './pool/messages.js';
import { makeRings } from './pool/rings.js';
import { makeEmpty, makeRender } from './pool/stopbath.js';
import { makeWorkerpool } from './pool/workerpool.js';

const workers = 2;
const makers = {
  'bare rings': () => makeRings(workers),
  'stopbath, empty': () => makeEmpty({ mode: 'threads', workers }),
  'stopbath, render': () => makeRender({ mode: 'threads', workers }),
  postMessage: () => makeMessages(workers),
  comlink: () => makeComlink(workers),
  workerpool: () => makeWorkerpool(workers),
};

const sides = {};

async function open(names) {
  for (const name of names) {
    sides[name] = await makers[name]();
    for (let i = 0; i < 200; ++i) await sides[name].task(); // the first calls start workers and compile
  }
}

/** Microseconds of one round trip, from `count` in a row: the clock of a page ticks every five. */
async function roundTrip({ task }, count) {
  const start = performance.now();
  for (let i = 0; i < count; ++i) await task();
  return (1000 * (performance.now() - start)) / count;
}

/** What is measured of one side, in one visit. */
const measures = {
  /** Round trips in a stream: the next is submitted when one has settled. */
  async busy(side) {
    const times = [];
    for (let i = 0; i < 30; ++i) times.push(await roundTrip(side, 20));
    return times;
  },
  /** Round trips after a pause in which everybody falls asleep. */
  async idle(side) {
    const times = [];
    for (let i = 0; i < 12; ++i) {
      await new Promise((done) => setTimeout(done, 20));
      times.push(await roundTrip(side, 1));
    }
    return times;
  },
  /** Tasks per second with a deep queue: a thousand are submitted at once, six times. */
  async rate(side) {
    const depth = 1000;
    const bursts = 6;
    const start = performance.now();
    for (let burst = 0; burst < bursts; ++burst) await Promise.all(Array.from({ length: depth }, side.task));
    return [(1000 * depth * bursts) / (performance.now() - start)];
  },
};

/** For every side a list per round of what `measure` gives; the order turns around every round. The first round is a warm-up. */
async function run(measure, rounds) {
  const names = Object.keys(sides);
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -1; round < rounds; ++round) {
    for (const name of round % 2 ? [...names].reverse() : names) {
      const sample = await measures[measure](sides[name]);
      if (round >= 0) samples[name].push(sample);
    }
  }
  return samples;
}

async function close() {
  for (const [name, side] of Object.entries(sides)) {
    await side.close();
    delete sides[name];
  }
}

window.pool = { names: Object.keys(makers), open, run, close };
