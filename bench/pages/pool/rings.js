// The limit that any pool on shared memory has: one ring of task numbers per worker each way, one word that the page awaits, and
// one promise per task. No priorities, no cancellation, no supervision: what is left when everything that a scheduler does is taken away.

import { completions, ringWords, slots, words } from './rings-layout.js';

/** Starts `count` workers; `task()` resolves when a worker has taken and returned its number. */
export async function makeRings(count) {
  const shared = new Int32Array(new SharedArrayBuffer(4 * (1 + count * ringWords)));
  const lanes = [];
  for (let i = 0; i < count; ++i) {
    const worker = new Worker(new URL('./rings.worker.js', import.meta.url), { type: 'module' });
    const base = 1 + i * ringWords;
    worker.postMessage({ shared, base });
    await new Promise((ready) => worker.addEventListener('message', ready, { once: true }));
    lanes.push({ worker, base, submitted: 0, taken: 0 });
  }
  const pending = new Map();
  const waiting = []; // tasks that no ring had room for
  let last = 0;
  let turn = 0;
  let open = true;

  function push(lane, id) {
    const { base } = lane;
    shared[base + words.tasks + (lane.submitted & (slots - 1))] = id;
    Atomics.store(shared, base + words.submitted, ++lane.submitted);
    if (Atomics.load(shared, base + words.asleep) === 1) Atomics.notify(shared, base + words.submitted);
  }

  const vacant = (lane) => lane.submitted - lane.taken < slots;

  function drain(lane) {
    const { base } = lane;
    const ended = Atomics.load(shared, base + words.ended);
    while (lane.taken !== ended) {
      const id = shared[base + words.results + (lane.taken++ & (slots - 1))];
      const resolve = pending.get(id);
      pending.delete(id);
      resolve();
    }
    while (waiting.length > 0 && vacant(lane)) push(lane, waiting.shift());
  }

  (async () => {
    while (open) {
      const seen = Atomics.load(shared, completions);
      for (const lane of lanes) drain(lane);
      const wait = Atomics.waitAsync(shared, completions, seen);
      await wait.value;
    }
  })();

  return {
    task: () =>
      new Promise((resolve) => {
        const id = ++last;
        pending.set(id, resolve);
        const lane = lanes[turn++ % lanes.length];
        if (vacant(lane)) push(lane, id);
        else waiting.push(id);
      }),
    close: () => {
      open = false;
      Atomics.add(shared, completions, 1);
      Atomics.notify(shared, completions);
      for (const { worker } of lanes) worker.terminate();
    },
  };
}
