// Ours beside its peers, all alive in one page and taking turns, so that they meet the same machine. Every side reuses its
// buffers as far as its library lets a user do so. Plain data comes out; bench/kernels.mjs repeats, summarises and shows.
import { scene } from '/pages/scene.js';
import { makeCanvas } from './sides/canvas.js';
import { operations } from './sides/operations.js';
import { makePhoton } from './sides/photon.js';
import { makeStopbath } from './sides/stopbath.js';
import { makeVips } from './sides/vips.js';

let sides = {};

/** Copies as many bytes as the picture has, from one reused array to another. */
function makeCopy({ data }) {
  const out = new Uint8ClampedArray(data.length);
  const copy = async () => {
    const start = performance.now();
    out.set(data);
    return performance.now() - start;
  };
  return { supports: () => true, endToEnd: copy, compute: copy, dispose: async () => {} };
}

/** Opaque, as photos are: with alpha the peers, which take it for a colour, would have less to do than ours. */
function photo(width, height) {
  const data = scene(width, height);
  for (let i = 3; i < data.length; i += 4) data[i] = 255;
  return data;
}

/** Opens the named sides on a picture of this size. */
async function open(names, width, height) {
  await close();
  const picture = { data: photo(width, height), width, height };
  const makers = {
    'stopbath-2': () => makeStopbath({ mode: 'threads', workers: 2 }, picture),
    'stopbath-1': () => makeStopbath({ mode: 'threads', workers: 1 }, picture),
    'vips-2': () => makeVips(2, picture),
    'vips-1': () => makeVips(1, picture),
    canvas: () => makeCanvas(picture),
    photon: () => makePhoton(picture),
    memcpy: () => makeCopy(picture),
  };
  for (const name of names) sides[name] = await makers[name]();
}

async function close() {
  for (const side of Object.values(sides)) await side.dispose();
  sides = {};
}

/**
 * Milliseconds per side and round of these steps (see sides/operations.js); a side that does not know them is left out, ours too.
 * `what` is `endToEnd` or `compute`. Slow sides run in the first `slowRounds` rounds only.
 */
async function measure(steps, what, rounds, slow = [], slowRounds = rounds) {
  const names = Object.keys(sides).filter((name) => sides[name].supports(steps));
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -1; round < rounds; ++round) {
    for (const name of round % 2 ? [...names].reverse() : names) {
      if (slow.includes(name) && round >= slowRounds) continue;
      const took = await sides[name][what](steps);
      if (round >= 0) times[name].push(took);
    }
  }
  return times;
}

window.kernels = { operations, open, close, measure };
