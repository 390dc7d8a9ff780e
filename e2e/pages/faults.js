// Faults on command, from the page: which worker fails, how and when is one order in shared memory, taken by the first worker
// that it fits. A kill is one too: the worker that takes it is busy, and is ended behind the pipeline's back.
import { kinds, word } from './faults/inject.js';

const words = new Int32Array(new SharedArrayBuffer(4 * word.length));
globalThis.stopbathFaults = words;
const workers = [];

globalThis.Worker = class extends Worker {
  constructor(url, options) {
    super(url, options);
    if (options?.name !== 'em-pthread') return;
    this.postMessage({ faults: words.buffer, number: workers.push(this) - 1 });
  }
};

/** Options of `create` that load the glue with faults. */
export const options = { workerUrl: { threads: '/pages/faults/threads.mjs' } };

/** Orders a fault; `holding` false: of a worker that holds no unit. Replaces an order that nobody has taken. */
export function order(kind, { holding = true, ms = 0 } = {}) {
  Atomics.store(words, word.holding, holding ? 1 : 0);
  Atomics.store(words, word.ms, ms);
  Atomics.store(words, word.kind, kinds[kind]);
}

/** Takes the order back. */
export const withdraw = () => Atomics.store(words, word.kind, 0);

/** Orders that were taken so far. */
export const taken = () => Atomics.load(words, word.taken);

/** Until the order has been taken or withdrawn; the worker that took it. */
export async function takenBy() {
  while (Atomics.load(words, word.kind) !== 0) await new Promise((done) => setTimeout(done, 1));
  return workers[Atomics.load(words, word.taker)];
}

/** Ends the next worker that works. */
export async function kill() {
  const before = taken();
  order('spin');
  const victim = await takenBy();
  if (taken() > before) victim.terminate();
}
