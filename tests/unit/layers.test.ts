// The check that nothing the page calls can wait: what it finds, and what it allows.

import { expect, test } from 'vitest';

// @ts-expect-error: a script without types
import { layerProblems, waitProblems } from '../../scripts/check-layers.mjs';

const found = (path: string, text: string): string[] => [...waitProblems(path, text)];

test('nothing that the page calls waits for a worker [R39]', () => {
  expect([...layerProblems()]).toEqual([]);
});

test.each([
  ['src/pipeline/plan.cc', 'std::mutex m;'],
  ['src/tasks/a.cc', 'std::lock_guard lock(m);'],
  ['src/workers/flight_board.cc', 'park(work_sequence_, seen);'],
  ['src/workers/worker_pool.cc', 'word.wait(0);'],
  ['src/bind/pthread_host.cc', 'pthread_join(thread.id, nullptr);'],
  ['src/bind/engine.cc', 'std::this_thread::sleep_for(1ms);'],
  ['web/src/engine-host.ts', 'Atomics.wait(word, 0, seen);'],
])('a wait in %s is found: %s [R39]', (path, text) => {
  expect(found(path, text)).toHaveLength(1);
});

test('a worker may park, the page may await, and comments may tell of both [R39]', () => {
  expect(found('src/workers/worker.cc', 'park(board.work_sequence(), seen);')).toEqual([]);
  expect(found('web/src/engine-host.ts', 'await wait.value; Atomics.waitAsync(word, 0, 0);')).toEqual([]);
  expect(found('src/pipeline/plan.cc', '// no std::mutex here')).toEqual([]);
});
