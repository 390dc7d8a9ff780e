// Which of the two builds runs, and why: one pure function, so that every answer is a row of a table in the tests.
//
// The result is a plan. Starting the threads may still fail; the reason is then 'worker-init-failed'.

import type { QuickCapabilities } from './capabilities.js';
import type { PipelineOptions } from './options.js';

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

/** The fewest and the most workers, and the milliseconds of idleness after which those between leave. */
export interface PoolLimits {
  readonly warm: number;
  readonly max: number;
  readonly idleMs: number;
}

/** MiB of pixel memory that make one more worker worth while: results, sources and temporaries of its work. */
const workerMiB = 64;
/** Workers that `'auto'` keeps. */
const autoWarm = 2;

/**
 * The most workers that `'auto'` means: one processor is left to the page, at least 2 where there are 2, at most 8, and not
 * more than the memory serves.
 */
export function autoWorkers(hardwareConcurrency: number, maximumMiB: number): number {
  const floor = hardwareConcurrency >= 2 ? 2 : 1;
  const served = Math.max(1, Math.floor(maximumMiB / workerMiB));
  return Math.min(8, served, Math.max(floor, hardwareConcurrency - 1));
}

/** The limits of the pool. Options are valid. */
export function poolLimits(
  workers: PipelineOptions['workers'],
  hardwareConcurrency: number,
  maximumMiB: number,
): PoolLimits {
  const idleMs = 15_000;
  if (typeof workers === 'number') return { warm: workers, max: workers, idleMs };
  if (typeof workers === 'object')
    return { warm: workers.warm, max: workers.max, idleMs: workers.idleMs ?? idleMs };
  const max = autoWorkers(hardwareConcurrency, maximumMiB);
  return { warm: Math.min(autoWarm, max), max, idleMs };
}
