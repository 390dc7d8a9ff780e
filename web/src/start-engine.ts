// From options to a running engine: chooses a build, loads it, starts workers, and falls back to single when that fails.
//
// Workers fail in three ways: by throwing, by an error event, and by silence. All three look the same from here: they do not
// report for duty before the deadline.

import { quickCapabilities } from './capabilities.js';
import {
  chooseMode,
  type ModeReason,
  type PipelineMode,
  type PoolLimits,
  poolLimits,
} from './choose-mode.js';
import { descriptorHash } from './effects.generated.js';
import { PipelineError } from './errors.js';
import { type LoadedCore, type LoadOptions, loadCore } from './load-core.js';
import type { NativeEngine, NativeModule } from './native-engine.js';
import type { PipelineOptions } from './options.js';
import { scaleOf } from './pool-scaling.js';
import { abortable, throwIfAborted } from './signals.js';

/** A running engine and how it came to be. */
export interface StartedEngine {
  readonly module: NativeModule;
  readonly engine: NativeEngine;
  readonly mode: PipelineMode;
  readonly modeReason: ModeReason;
  /** The failure behind `worker-init-failed`. */
  readonly modeCause: unknown;
  /** Workers that the pool keeps; 0 in single mode. */
  readonly warm: number;
}

/** Loads a build; replaced in tests. */
export type CoreLoader = (mode: PipelineMode, options: LoadOptions) => Promise<LoadedCore>;

const defaultStartTimeoutMs = 5000;
/** Milliseconds between looks at the number of ready workers. */
const lookMs = 4;

/** Starts. Options are valid. Rejects with `ERR_WASM_LOAD`, `ERR_OUT_OF_MEMORY` or the signal's reason. */
export async function startEngine(
  options: PipelineOptions,
  load: CoreLoader = loadCore,
): Promise<StartedEngine> {
  const found = quickCapabilities();
  const { signal } = options;
  throwIfAborted([signal]);
  if (!found.simd)
    throw new PipelineError('ERR_WASM_LOAD', 'This engine has no WebAssembly SIMD, which stopbath needs');
  const choice = chooseMode(options, { ...found, workers: typeof Worker === 'function' });
  const loading = (mode: PipelineMode): Promise<LoadedCore> =>
    abortable(load(mode, loadOptions(options)), [signal], ({ module }) => module.terminateRuntime?.());
  let modeReason = choice.modeReason;
  let modeCause: unknown;
  if (choice.mode === 'threads') {
    try {
      const { module, maximumMiB } = await loading('threads');
      const limits = poolLimits(options.workers, found.hardwareConcurrency, maximumMiB);
      const engine = await startWorkers(module, maximumMiB, limits, options);
      return { module, engine, mode: 'threads', modeReason, modeCause, warm: limits.warm };
    } catch (error) {
      throwIfAborted([signal]);
      modeReason = 'worker-init-failed';
      modeCause = error;
    }
  }
  const { module, maximumMiB } = await loading('single');
  const engine = new module.Engine(0, maximumMiB);
  checkTable(engine);
  return { module, engine, mode: 'single', modeReason, modeCause, warm: 0 };
}

function loadOptions(options: PipelineOptions): LoadOptions {
  const { baseUrl, workerUrl, wasmUrl, wasmModule, memory } = options;
  const maximumMiB = memory?.maximumMiB ?? 2048;
  return {
    baseUrl,
    workerUrl,
    wasmUrl,
    wasmModule,
    initialMiB: Math.min(memory?.initialMiB ?? 256, maximumMiB),
    maximumMiB,
  };
}

/**
 * Resolves with the first worker ready: the engine starts the others when this one has shown that workers work here, or when
 * there is work for them. Ends everything it started when there is none in time.
 */
async function startWorkers(
  module: NativeModule,
  maximumMiB: number,
  { warm, max, idleMs }: PoolLimits,
  options: PipelineOptions,
): Promise<NativeEngine> {
  let engine: NativeEngine | undefined;
  const failures = watchWorkerFailures();
  try {
    engine = new module.Engine(max, maximumMiB);
    checkTable(engine);
    engine.configurePool(warm, max, idleMs, scaleOf(options) !== undefined);
    engine.spawnWorkers(1);
    const timeoutMs = options.startTimeoutMs ?? defaultStartTimeoutMs;
    const deadline = performance.now() + timeoutMs;
    while (engine.readyWorkers() === 0 && performance.now() < deadline) {
      if (failures.count > 0) break; // none is left to wait for
      await new Promise((resolve) => setTimeout(resolve, lookMs));
      throwIfAborted([options.signal]);
      module._stopbath_step(engine.address(), performance.now());
    }
    if (engine.readyWorkers() > 0) return engine;
    const why =
      failures.count > 0 ? 'their script could not be loaded' : `none answered within ${timeoutMs} ms`;
    throw new PipelineError('ERR_WORKER_LOST', `No worker started: ${why}`);
  } catch (error) {
    engine?.shutdown();
    module.terminateRuntime?.();
    throw error;
  } finally {
    failures.stop();
  }
}

/**
 * Counts workers whose script did not load. The glue throws their bare error event at the page, where nobody else would know
 * what it is; it is caught here for as long as a start lasts.
 */
function watchWorkerFailures(): { readonly count: number; stop(): void } {
  let count = 0;
  const listener = (event: Event) => {
    const { error } = event as ErrorEvent;
    if (typeof Event !== 'function' || !(error instanceof Event) || !(error.target instanceof Worker)) return;
    event.preventDefault();
    count++;
  };
  const scope = typeof globalThis.addEventListener === 'function' ? globalThis : undefined;
  scope?.addEventListener('error', listener);
  return {
    get count() {
      return count;
    },
    stop: () => scope?.removeEventListener('error', listener),
  };
}

/** The chains that this package encodes must be the ones that the core decodes. */
function checkTable(engine: NativeEngine): void {
  const hash = Number(engine.descriptorHash()).toString(16).padStart(8, '0'); // the core says it in decimal
  if (hash === descriptorHash) return;
  throw new PipelineError(
    'ERR_WASM_LOAD',
    `The wasm was built for another version of the package (effect table ${hash}, expected ${descriptorHash})`,
  );
}
