// comlink: one proxy per worker, calls by turns.

import { wrap } from '/packages/comlink/dist/esm/comlink.mjs';

export async function makeComlink(count) {
  const workers = Array.from(
    { length: count },
    () => new Worker(new URL('./comlink.worker.js', import.meta.url), { type: 'module' }),
  );
  const proxies = workers.map((worker) => wrap(worker));
  let turn = 0;
  return {
    task: () => proxies[turn++ % proxies.length].empty(),
    close: () => {
      for (const worker of workers) worker.terminate();
    },
  };
}
