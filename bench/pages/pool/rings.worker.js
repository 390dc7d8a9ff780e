// Takes task numbers from its ring and gives them back; sleeps when there are none.

import { completions, slots, words } from './rings-layout.js';

addEventListener('message', ({ data: { shared, base } }) => {
  postMessage('ready');
  let taken = 0;
  for (;;) {
    const submitted = Atomics.load(shared, base + words.submitted);
    if (submitted === taken) {
      Atomics.store(shared, base + words.asleep, 1);
      Atomics.wait(shared, base + words.submitted, taken);
      Atomics.store(shared, base + words.asleep, 0);
      continue;
    }
    while (taken !== submitted) {
      const place = taken++ & (slots - 1);
      shared[base + words.results + place] = shared[base + words.tasks + place];
    }
    Atomics.store(shared, base + words.ended, taken);
    Atomics.add(shared, completions, 1);
    Atomics.notify(shared, completions);
  }
});
