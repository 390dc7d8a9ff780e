// Which build is chosen, and for which reason, for every combination of wish and capability.
import { expect, test } from 'vitest';
import { autoWorkers, chooseMode, type ModeRequest } from '../../web/src/choose-mode.js';

const all = { crossOriginIsolated: true, sharedMemory: true, sharedClone: true, workers: true };

test.each<[string, ModeRequest, Partial<typeof all>, string]>([
  ['everything is there', {}, {}, 'threads ok'],
  ["the flag is 'auto'", { workerPipelineV2: 'auto', mode: 'auto' }, {}, 'threads ok'],
  ['the flag is on', { workerPipelineV2: true }, {}, 'threads ok'],
  ['the flag is off', { workerPipelineV2: false }, {}, 'single flag-off'],
  [
    'the flag is off and threads are forced',
    { workerPipelineV2: false, mode: 'threads' },
    {},
    'single flag-off',
  ],
  ['single is forced', { mode: 'single' }, {}, 'single forced'],
  ['threads are forced', { mode: 'threads' }, {}, 'threads forced'],
  [
    'the page is not isolated',
    {},
    { crossOriginIsolated: false, sharedMemory: false },
    'single not-isolated',
  ],
  [
    'threads are forced on a page that is not isolated',
    { mode: 'threads' },
    { crossOriginIsolated: false },
    'single not-isolated',
  ],
  [
    'an isolated page has no SharedArrayBuffer',
    {},
    { sharedMemory: false, sharedClone: false },
    'single no-shared-memory',
  ],
  ['shared memory cannot be posted', {}, { sharedClone: false }, 'single no-threads'],
  ['there is no Worker', {}, { workers: false }, 'single no-threads'],
])('when %s', (_, request, missing, expected) => {
  const { mode, modeReason } = chooseMode(request, { ...all, ...missing });
  expect(`${mode} ${modeReason}`).toBe(expected);
});

test('auto leaves a processor to the page, between 2 and 8 workers', () => {
  expect([1, 2, 3, 4, 8, 9, 64].map((processors) => autoWorkers(processors, 2048))).toEqual([
    1, 2, 2, 3, 7, 8, 8,
  ]);
});
