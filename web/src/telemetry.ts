// What was run, by whom and when: records out of the core's rings, in batches, to functions of the user.
//
// Off unless the `telemetry` option is given: then no ring exists and workers test one pointer per unit. On, a worker writes 32
// bytes per unit; nothing is allocated or posted. Batches leave after a step, never inside one.

import type { EngineHost } from './engine-host.js';
import { lanes, type NativeEngine, traceDoubles } from './native-engine.js';
import type { Priority } from './options.js';
import { reportUncaught } from './signals.js';

/** One unit of work. Times are milliseconds of `performance.now()`. */
export interface UnitRecord {
  /** Seat of the worker; 0 is the page's own thread. */
  readonly worker: number;
  /** The execution that it belongs to. */
  readonly flight: number;
  readonly pass: number;
  readonly unit: number;
  readonly start: number;
  readonly end: number;
  /** `discarded`: its request had been replaced or cancelled. `trapped`: it failed. */
  readonly outcome: 'finished' | 'discarded' | 'trapped';
}

/** One execution that ran. Times are milliseconds of `performance.now()`. */
export interface FlightRecord {
  readonly flight: number;
  readonly priority: Priority;
  readonly admitted: number;
  readonly started: number;
  readonly ended: number;
  /** Unit time, summed over workers. */
  readonly runMs: number;
  /** `unwanted`: finished for nobody. `withdrawn`: stopped while it ran. */
  readonly outcome: 'delivered' | 'unwanted' | 'withdrawn' | 'failed';
}

/** What was recorded since the batch before. */
export interface TelemetryBatch {
  readonly units: readonly UnitRecord[];
  readonly flights: readonly FlightRecord[];
  /** Records since the start for which there was no room. */
  readonly lost: number;
}

/** Who gets the records. */
export interface TelemetryHooks {
  /** Gets batches, every 100 ms while there is work and when it ends; outside of any scheduler step. */
  readonly onBatch?: ((batch: TelemetryBatch) => void) | undefined;
  /** Also writes User Timing entries, which DevTools shows on tracks of their own, one per worker and priority. Default false. */
  readonly userTiming?: boolean | undefined;
}

const unitOutcomes = ['finished', 'discarded', 'trapped'] as const;
const flightOutcomes = ['delivered', 'unwanted', 'withdrawn', 'failed'] as const;
/** Milliseconds between batches while there is work. */
const batchMs = 100;

/** Turns the recording on and hands out batches until the engine ends. */
export function followTelemetry(host: EngineHost, hooks: TelemetryHooks): void {
  host.engine.setTracing(true);
  let last = -Infinity;
  host.steps.add((engine) => {
    if (!engine) return true;
    const now = host.turns.now();
    if (host.open > 0 && now - last < batchMs) return false;
    last = now;
    const batch = takeBatch(engine, host.memory);
    if (batch) queueMicrotask(() => deliver(hooks, batch));
    return false;
  });
}

function takeBatch(engine: NativeEngine, memory: WebAssembly.Memory): TelemetryBatch | undefined {
  const count = engine.takeTrace();
  if (count === 0) return undefined;
  const all = new Float64Array(memory.buffer, engine.traceAddress(), count * traceDoubles);
  const units: UnitRecord[] = [];
  const flights: FlightRecord[] = [];
  for (let at = 0; at < all.length; at += traceDoubles) {
    const [type = 0, place = 0, flight = 0, outcome = 0, start = 0, end = 0, a = 0, b = 0] = all.subarray(
      at,
      at + traceDoubles,
    );
    if (type === 0) {
      units.push({
        worker: place,
        flight,
        pass: a,
        unit: b,
        start,
        end,
        outcome: unitOutcomes[outcome] ?? 'finished',
      });
    } else {
      flights.push({
        flight,
        priority: lanes[place] ?? 'user-visible',
        admitted: a,
        started: start,
        ended: end,
        runMs: b,
        outcome: flightOutcomes[outcome] ?? 'delivered',
      });
    }
  }
  return { units, flights, lost: engine.traceLost() };
}

function deliver(hooks: TelemetryHooks, batch: TelemetryBatch): void {
  try {
    if (hooks.userTiming) writeUserTiming(batch);
    hooks.onBatch?.(batch);
  } catch (error) {
    reportUncaught(error);
  }
}

/** Colours of DevTools tracks by outcome. */
const colours: Readonly<Record<string, string>> = {
  finished: 'primary',
  delivered: 'primary',
  trapped: 'error',
  failed: 'error',
};

function writeUserTiming({ units, flights }: TelemetryBatch): void {
  const measure = (name: string, track: string, start: number, end: number, outcome: string) => {
    const devtools = { track, trackGroup: 'stopbath', color: colours[outcome] ?? 'tertiary' };
    performance.measure(name, {
      start: Math.max(0, start),
      end: Math.max(0, start, end),
      detail: { devtools },
    });
    performance.clearMeasures(name); // DevTools has seen it; the page's own buffer does not grow
  };
  for (const { worker, flight, start, end, outcome } of units) {
    measure(`stopbath unit of ${flight}`, trackOfWorker(worker), start, end, outcome);
  }
  for (const { flight, priority, started, ended, outcome } of flights) {
    measure(`stopbath flight ${flight}`, priority, started, ended, outcome);
  }
}

/** The name of a worker's track. */
export function trackOfWorker(worker: number): string {
  return worker === 0 ? 'page' : `worker ${worker}`;
}
