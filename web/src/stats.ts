// The pipeline's numbers as plain data: the core's counters by their names, next to what only the page knows.

import type { ModeReason, PipelineMode } from './choose-mode.js';
import type { EngineHost } from './engine-host.js';
import type { ImageStore } from './image-store.js';

/** Reasons of the pool's size, in the core's order (src/workers/pool_scaling.h). */
const scaleReasons = [
  'enough',
  'warm',
  'demand',
  'idle',
  'memory',
  'hidden',
  'losses',
  'circuit',
  'wish',
  'failed',
  'coolDown',
] as const;

/**
 * Why the pool has the size that it has: `enough`; fewer than the `warm` ones; one more pays (`demand`); `idle` for long; short
 * of `memory`; the page is `hidden`; `losses` of workers lately; the `circuit` is open; the user's `wish`; a start has `failed`;
 * wanted, and put off (`coolDown`).
 */
export type ScaleReason = (typeof scaleReasons)[number];

const scaleStat = (name: string) => `scale${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** A snapshot; nothing in it is live. */
export interface PipelineStats {
  readonly mode: PipelineMode;
  readonly modeReason: ModeReason;
  readonly workers: {
    /** Workers that take work. */
    readonly ready: number;
    /** Workers that exist. */
    readonly live: number;
    /** Workers that hold a unit of work. */
    readonly busy: number;
    /** Workers that were added since the first, and those that left after idleness. */
    readonly grown: number;
    readonly retired: number;
    /** Why the number of workers was last changed or left as it is, and how often each reason came up. */
    readonly scaling: {
      readonly reason: ScaleReason;
      readonly reasons: Readonly<Record<ScaleReason, number>>;
    };
    /** Workers that hung or crashed, since the start. */
    readonly lost: number;
    /** Workers that took the place of lost ones. */
    readonly restarted: number;
  };
  readonly buffers: {
    /** Pixel buffers that images, results and scratch hold now. */
    readonly inUse: number;
    readonly bytesInUse: number;
    /** Bytes taken from the heap, in use or pooled. */
    readonly bytesReserved: number;
    /** The most bytes that were in use at one time. */
    readonly highWaterBytes: number;
  };
  /** Requests since the start; `submitted` = `live` + the others but `joined`. */
  readonly requests: {
    readonly submitted: number;
    /** Not settled yet. */
    readonly live: number;
    readonly delivered: number;
    readonly superseded: number;
    readonly cancelled: number;
    readonly failed: number;
    /** Requests that shared the work of an equal one. */
    readonly joined: number;
  };
  /** Executions since the start; one may serve several requests. */
  readonly flights: {
    readonly created: number;
    readonly published: number;
    readonly cancelled: number;
    readonly failed: number;
  };
  /** Units of work since the start. */
  readonly units: {
    readonly started: number;
    readonly finished: number;
    /** Finished for nobody: their request had been replaced or cancelled. */
    readonly discarded: number;
  };
  readonly images: {
    /** Handles that are not closed. */
    readonly open: number;
    /** Handles that were garbage collected without `close()`. */
    readonly leaked: number;
  };
  /** Copies of whole images between the heap and the rest of the browser; frames drawn on canvases are apart. */
  readonly copies: { readonly in: number; readonly out: number; readonly drawn: number };
  /** All counters of the core by their own names, for reports; names may change between versions. */
  readonly counters: Readonly<Record<string, number>>;
  /** The most time that the library held the page's thread in one task, milliseconds. */
  readonly longestTaskMs: number;
}

/** Takes a snapshot. `frozen` counters stand in when the engine is gone. */
export function takeStats(
  host: EngineHost,
  store: ImageStore,
  mode: PipelineMode,
  modeReason: ModeReason,
  frozen: Readonly<Record<string, number>> | undefined,
): PipelineStats {
  const counters = frozen ?? readCounters(host);
  const count = (name: string) => counters[name] ?? 0;
  return {
    mode,
    modeReason,
    workers: {
      ready: count('workersReady'),
      live: count('workersLive'),
      busy: count('workersBusy'),
      grown: count('workersGrown'),
      retired: count('workersRetired'),
      scaling: {
        reason: scaleReasons[count('scaleReason')] ?? 'enough',
        reasons: Object.fromEntries(scaleReasons.map((name) => [name, count(scaleStat(name))])) as Record<
          ScaleReason,
          number
        >,
      },
      lost: count('workersLost'),
      restarted: count('workersRestarted'),
    },
    buffers: {
      inUse: count('buffersInUse'),
      bytesInUse: count('buffersBytesInUse'),
      bytesReserved: count('buffersBytesReserved'),
      highWaterBytes: count('buffersHighWaterBytes'),
    },
    requests: {
      submitted: count('requestsSubmitted'),
      live: count('requestsLive'),
      delivered: count('requestsDelivered'),
      superseded: count('requestsSuperseded'),
      cancelled: count('requestsCancelled'),
      failed: count('requestsFailed'),
      joined: count('requestsJoined'),
    },
    flights: {
      created: count('flightsCreated'),
      published: count('flightsPublished'),
      cancelled: count('flightsCancelled'),
      failed: count('flightsFailed'),
    },
    units: {
      started: count('unitsStarted'),
      finished: count('unitsFinished'),
      discarded: count('unitsDiscarded'),
    },
    images: { open: store.open, leaked: store.leaked },
    copies: { ...store.copies, drawn: store.presenter.drawn },
    counters: { ...counters },
    longestTaskMs: host.turns.longestMs,
  };
}

/** The core's counters now; none when it crashed. */
export function readCounters(host: EngineHost): Record<string, number> {
  if (host.crashed || host.disposed) return {};
  const names = host.engine.statNames().split(',').filter(Boolean);
  const values = new Float64Array(host.memory.buffer, host.engine.statsAddress(), names.length);
  return Object.fromEntries(names.map((name, i) => [name, values[i] ?? 0]));
}
