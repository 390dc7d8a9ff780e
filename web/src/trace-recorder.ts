// Keeps telemetry and gives it as a trace that Chrome's tracing page, DevTools and Perfetto open.
//
// The format is the JSON of "Trace Event Format" (Chromium project): complete events (`X`) per unit on one track per worker,
// and nestable asynchronous events (`b`, `e`) per execution on one track per priority, since executions overlap.

import type { Priority } from './options.js';
import { type TelemetryBatch, type TelemetryHooks, trackOfWorker } from './telemetry.js';

/** One event of the trace; times are microseconds. */
export interface TraceEvent {
  readonly ph: 'X' | 'b' | 'e' | 'M';
  readonly name: string;
  readonly cat?: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly id?: string;
  readonly args?: Readonly<Record<string, string | number>>;
}

/** What `JSON.stringify` of a recorder gives. */
export interface Trace {
  readonly traceEvents: readonly TraceEvent[];
  readonly displayTimeUnit: 'ms';
  /** Records for which there was no room, in the core or here. */
  readonly metadata: { readonly lost: number };
}

/** Tracks of priorities come after those of workers, which have their seat's number. */
const laneTracks: Readonly<Record<Priority, number>> = {
  'user-blocking': 1000,
  'user-visible': 1001,
  background: 1002,
};
const pid = 1;
const microseconds = (ms: number) => Math.round(ms * 1000);

/**
 * Records a pipeline: give it as the `telemetry` option, and store what `JSON.stringify` makes of it as a `.json` file.
 *
 * @example
 * ```ts
 * const telemetry = new TraceRecorder();
 * const pipeline = await PipelineCoordinator.create({ telemetry });
 * await (await pipeline.render(photo, chain)).close();
 * await pipeline.drain();
 * const file = new Blob([JSON.stringify(telemetry)], { type: 'application/json' });
 * ```
 */
export class TraceRecorder implements TelemetryHooks {
  readonly userTiming: boolean;
  readonly onBatch = (batch: TelemetryBatch): void => this.#add(batch);
  readonly #limit: number;
  #batches: TelemetryBatch[] = [];
  #records = 0;
  #dropped = 0;
  #lost = 0;

  /** `limit`: records that are kept, the newest ones; default 100000. `userTiming`: see {@link TelemetryHooks}. */
  constructor(options: { readonly limit?: number; readonly userTiming?: boolean } = {}) {
    this.#limit = options.limit ?? 100_000;
    this.userTiming = options.userTiming ?? false;
  }

  /** Forgets what was recorded. */
  clear(): void {
    this.#batches = [];
    this.#records = 0;
  }

  /** The trace so far, for `JSON.stringify`. */
  toJSON(): Trace {
    const events: TraceEvent[] = [];
    const tracks = new Map<number, string>();
    for (const { units, flights } of this.#batches) {
      for (const { worker, flight, pass, unit, start, end, outcome } of units) {
        tracks.set(worker, trackOfWorker(worker));
        events.push({
          ph: 'X',
          name: `flight ${flight}`,
          cat: 'unit',
          pid,
          tid: worker,
          ts: microseconds(start),
          dur: Math.max(0, microseconds(end) - microseconds(start)),
          args: { flight, pass, unit, outcome },
        });
      }
      for (const { flight, priority, admitted, started, ended, runMs, outcome } of flights) {
        const tid = laneTracks[priority];
        tracks.set(tid, priority);
        const common = { cat: 'flight', pid, tid, id: `flight ${flight} at ${microseconds(started)}` };
        const spans: [string, number, number][] = [
          [`flight ${flight}`, admitted, ended],
          ['wait', admitted, started],
        ];
        for (const [name, from, to] of spans) {
          events.push({
            ph: 'b',
            name,
            ...common,
            ts: microseconds(from),
            args: { flight, runMs, outcome },
          });
          events.push({ ph: 'e', name, ...common, ts: Math.max(microseconds(from), microseconds(to)) });
        }
      }
    }
    events.sort((a, b) => (a.ts ?? 0) - (b.ts ?? 0));
    const names = [...tracks].map(
      ([tid, name]): TraceEvent => ({ ph: 'M', name: 'thread_name', pid, tid, args: { name } }),
    );
    const process: TraceEvent = { ph: 'M', name: 'process_name', pid, tid: 0, args: { name: 'stopbath' } };
    return {
      traceEvents: [process, ...names, ...events],
      displayTimeUnit: 'ms',
      metadata: { lost: this.#lost + this.#dropped },
    };
  }

  #add(batch: TelemetryBatch): void {
    this.#batches.push(batch);
    this.#records += sizeOf(batch);
    this.#lost = batch.lost;
    while (this.#records > this.#limit && this.#batches.length > 1) {
      const oldest = this.#batches.shift();
      if (!oldest) return;
      this.#records -= sizeOf(oldest);
      this.#dropped += sizeOf(oldest);
    }
  }
}

const sizeOf = ({ units, flights }: TelemetryBatch): number => units.length + flights.length;
