// The user's function on the number of workers: asked after a step, in a microtask of its own, so that it never runs inside one.

import type { EngineHost } from './engine-host.js';
import { PipelineError } from './errors.js';
import type { PipelineOptions, PoolSnapshot, WorkerOptions } from './options.js';
import { reportUncaught } from './signals.js';
import { show } from './validate.js';

/** The user's function, if there is one. */
export function scaleOf({ workers }: PipelineOptions): WorkerOptions['scale'] {
  return typeof workers === 'object' ? workers.scale : undefined;
}

/** Asks `scale` whenever the engine has a question. A failure is reported once until an answer is good again. */
export function answerScale(host: EngineHost, scale: (snapshot: PoolSnapshot) => number): void {
  let failing = false;
  const ask = (snapshot: PoolSnapshot): number => {
    try {
      const answer: unknown = scale(snapshot);
      if (typeof answer === 'number' && answer >= 0) {
        failing = false;
        return answer;
      }
      throw new PipelineError(
        'ERR_INVALID_PARAMS',
        `Expected \`workers.scale\` to return a number of at least 0, got ${show(answer)}`,
      );
    } catch (error) {
      if (!failing) reportUncaught(error);
      failing = true;
      return -1;
    }
  };
  host.steps.add((engine) => {
    const at = engine?.scaleQuestion() ?? 0;
    if (!engine || at === 0) return engine === undefined;
    const names = engine.snapshotNames().split(',');
    const snapshot = readSnapshot(names, new Float64Array(host.memory.buffer, at, names.length));
    queueMicrotask(() => {
      const answer = ask(snapshot);
      if (host.disposed || host.crashed) return;
      host.engine.answerScale(answer);
      host.kick();
    });
    return false;
  });
}

/** Milliseconds that warm workers get to start before nobody waits for them any more. */
const stragglerMs = 250;

/** Resolves when so many workers have started, after 250 ms at the latest. */
export async function whenWarm(host: EngineHost, warm: number): Promise<void> {
  if (warm === 0 || host.engine.readyWorkers() >= warm) return;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    host.kick();
  }, stragglerMs);
  await host.steps.until((engine) => late || engine.readyWorkers() >= warm);
  clearTimeout(timer);
}

/** Starts all workers and builds the levels of open images; resolves when both is done, or will not be. */
export async function warmUp(host: EngineHost, images: readonly { readonly id: number }[]): Promise<void> {
  const { engine } = host;
  engine.warmUpPool();
  for (const { id } of images) engine.warmImage(id, host.turns.now());
  await Promise.all([
    host.steps.until((running) => running.levelsPending() === 0),
    whenWarm(host, engine.liveWorkers()),
  ]);
}

/** Tells the engine whether anybody can see the page. */
export function followVisibility(host: EngineHost): void {
  if (typeof document !== 'object') return;
  const tell = () => {
    if (host.disposed || host.crashed) return;
    host.engine.setPageVisible(document.visibilityState !== 'hidden');
    host.kick();
  };
  tell();
  document.addEventListener('visibilitychange', tell, { signal: host.closing });
}

function readSnapshot(names: readonly string[], values: Float64Array): PoolSnapshot {
  const fields = Object.fromEntries(names.map((name, i) => [name, values[i] ?? 0]));
  const { interactiveWaitMs = 0, exportWaitMs = 0, backgroundWaitMs = 0, ...rest } = fields;
  return {
    ...(rest as unknown as PoolSnapshot),
    waitMs: {
      'user-blocking': interactiveWaitMs,
      'user-visible': exportWaitMs,
      background: backgroundWaitMs,
    },
    memoryPressure: fields.memoryPressure === 1,
    pageVisible: fields.pageVisible === 1,
  };
}
