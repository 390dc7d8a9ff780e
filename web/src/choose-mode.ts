// Which of the two builds runs, and why: one pure function, so that every answer is a row of a table in the tests.
//
// The result is a plan. Starting the threads may still fail; the reason is then 'worker-init-failed'.

import type { QuickCapabilities } from './capabilities.js';

/** `threads`: workers on shared memory. `single`: the same core in short slices on the page. Same API, same bytes. */
export type PipelineMode = 'threads' | 'single';

/**
 * Why the mode is what it is.
 *
 * - `ok`: threads, because everything that they need is there.
 * - `forced`: the `mode` option asked for it and it was possible.
 * - `flag-off`: `workerPipelineV2: false`.
 * - `not-isolated`: the page is not cross-origin isolated.
 * - `no-shared-memory`: the engine has no SharedArrayBuffer, or cannot create shared memory.
 * - `no-threads`: shared memory cannot be handed to a worker here, or there are no workers.
 * - `worker-init-failed`: the threads build or its workers did not start in time.
 * - `circuit-open`: workers were lost again and again; the page does the work until a trial worker holds.
 */
export type ModeReason =
  | 'ok'
  | 'forced'
  | 'flag-off'
  | 'not-isolated'
  | 'no-shared-memory'
  | 'no-threads'
  | 'worker-init-failed'
  | 'circuit-open';

/** The options that the choice depends on. */
export interface ModeRequest {
  readonly workerPipelineV2?: boolean | 'auto' | undefined;
  readonly mode?: 'auto' | PipelineMode | undefined;
}

/** What the choice depends on besides the options. */
export type ModeFacts = Pick<QuickCapabilities, 'crossOriginIsolated' | 'sharedMemory' | 'sharedClone'> & {
  /** The `Worker` constructor exists. */
  readonly workers: boolean;
};

/** The decision. */
export interface ModeChoice {
  readonly mode: PipelineMode;
  readonly modeReason: ModeReason;
}

/** Chooses. The flag outranks `mode`; forcing threads where they are impossible gives single and what made it impossible. */
export function chooseMode(request: ModeRequest, facts: ModeFacts): ModeChoice {
  if (request.workerPipelineV2 === false) return { mode: 'single', modeReason: 'flag-off' };
  if (request.mode === 'single') return { mode: 'single', modeReason: 'forced' };
  if (!facts.crossOriginIsolated) return { mode: 'single', modeReason: 'not-isolated' };
  if (!facts.sharedMemory) return { mode: 'single', modeReason: 'no-shared-memory' };
  if (!facts.sharedClone || !facts.workers) return { mode: 'single', modeReason: 'no-threads' };
  return { mode: 'threads', modeReason: request.mode === 'threads' ? 'forced' : 'ok' };
}

/** How many workers `'auto'` means: one processor is left to the page, at least 2 where there are 2, at most 8. */
export function autoWorkers(hardwareConcurrency: number): number {
  const floor = hardwareConcurrency >= 2 ? 2 : 1;
  return Math.min(8, Math.max(floor, hardwareConcurrency - 1));
}
