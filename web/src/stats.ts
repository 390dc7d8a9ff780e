// The pipeline's numbers as plain data: the core's counters by their names, next to what only the page knows.

import type { ModeReason, PipelineMode } from './choose-mode.js';
import type { EngineHost } from './engine-host.js';
import type { ImageStore } from './image-store.js';
import { lanes } from './native-engine.js';
import type { Priority } from './options.js';

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

const latencyNames = [
  'queue',
  'leaseWait',
  'run',
  'wall',
  'deliver',
  'cancel',
  'staleness',
  'inputToShown',
] as const;

/**
 * What is measured: `queue`, from the call to the first unit of work; `leaseWait`, for memory; `run`, unit time of an execution;
 * `wall`, from the call to the result; `deliver`, from there to the step that tells of it; `cancel`, from the call to the last
 * unit; `staleness`, how long what was shown had been outdated when it was replaced; `inputToShown`, from a preview's call to its
 * first frame.
 */
export type LatencyName = (typeof latencyNames)[number];

/** A histogram in short, milliseconds; quantiles are at most an eighth too high. */
export interface Latency {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** One worker that takes work. */
export interface WorkerStats {
  /** Its seat; 0 is the page's own thread. */
  readonly worker: number;
  /** Units that it holds, 0 or 1. */
  readonly inFlight: number;
  /** Units that its seat has started. */
  readonly units: number;
  readonly busyMs: number;
}

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
    readonly each: readonly WorkerStats[];
    readonly scaling: {
      readonly reason: ScaleReason;
      readonly reasons: Readonly<Record<ScaleReason, number>>;
    };
    /** Workers that hung or crashed, since the start. */
    readonly lost: number;
    /** Workers that took the place of lost ones. */
    readonly restarted: number;
  };
  /** Latencies since the start, milliseconds. */
  readonly latencies: Readonly<Record<LatencyName, Latency>>;
  /** Requests that wait to start: how many on average over time and at most, and the age of the oldest, milliseconds. */
  readonly waiting: {
    readonly mean: Readonly<Record<Priority, number>>;
    readonly most: Readonly<Record<Priority, number>>;
    readonly oldestMs: number;
  };
  readonly buffers: {
    /** Pixel buffers that images, results and scratch hold now, `prefixes` apart. */
    readonly inUse: number;
    readonly bytesInUse: number;
    /** Bytes taken from the heap, in use or pooled. */
    readonly bytesReserved: number;
    /** The most bytes that were in use at one time. */
    readonly highWaterBytes: number;
  };
  /** Results of the first steps of chains, kept for the next setting of a slot and given up when memory is short. */
  readonly prefixes: {
    readonly kept: number;
    readonly bytes: number;
    /** Since the start: results that were kept, and executions that began with one. */
    readonly made: number;
    readonly resumed: number;
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
    /** Failed. */
    readonly trapped: number;
    /** Their worker was lost in them. */
    readonly lost: number;
    /** In work now. */
    readonly held: number;
    /** Milliseconds of all units, and of those whose result nobody got. */
    readonly totalMs: number;
    readonly wastedMs: number;
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
      each: frozen ? [] : readWorkers(host),
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
    latencies: Object.fromEntries(
      latencyNames.map((name) => [
        name,
        {
          count: count(`${name}Count`),
          mean: count(`${name}Mean`),
          p50: count(`${name}P50`),
          p95: count(`${name}P95`),
          p99: count(`${name}P99`),
          max: count(`${name}Max`),
        },
      ]),
    ) as unknown as Record<LatencyName, Latency>,
    waiting: {
      mean: byPriority((lane) => count(`depthMean${lane}`)),
      most: byPriority((lane) => count(`depthMax${lane}`)),
      oldestMs: count('oldestWaitingMs'),
    },
    buffers: {
      inUse: count('buffersInUse') - count('prefixesKept'),
      bytesInUse: count('buffersBytesInUse') - count('prefixBytes'),
      bytesReserved: count('buffersBytesReserved'),
      highWaterBytes: count('buffersHighWaterBytes'),
    },
    prefixes: {
      kept: count('prefixesKept'),
      bytes: count('prefixBytes'),
      made: count('prefixesMade'),
      resumed: count('prefixesResumed'),
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
      trapped: count('unitsTrapped'),
      lost: count('unitsLost'),
      held: count('workersBusy'),
      totalMs: count('unitMs'),
      wastedMs: count('unitMsWasted'),
    },
    images: { open: store.open, leaked: store.leaked },
    copies: { ...store.copies, drawn: store.presenter.drawn },
    counters: { ...counters, realmsReplaced: host.realm, lateWakes: host.wakes.late },
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

function byPriority(value: (lane: number) => number): Record<Priority, number> {
  return Object.fromEntries(lanes.map((name, lane) => [name, value(lane)])) as Record<Priority, number>;
}

/** Doubles per row of the engine's table of workers. */
const workerDoubles = 4;

function readWorkers(host: EngineHost): WorkerStats[] {
  if (host.crashed || host.disposed) return [];
  const count = host.engine.workerTable();
  const table = new Float64Array(host.memory.buffer, host.engine.workerTableAddress(), count * workerDoubles);
  return Array.from({ length: count }, (_, i) => {
    const [worker = 0, inFlight = 0, units = 0, busyMs = 0] = table.subarray(i * workerDoubles);
    return { worker, inFlight, units, busyMs };
  });
}
