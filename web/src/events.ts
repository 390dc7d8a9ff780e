// The engine's event records, read out of the heap.

import type { FailedTask, PipelineErrorCode } from './errors.js';
import { PipelineError } from './errors.js';
import { errorCodes, eventDoubles, eventField, eventType, type NativeEngine } from './native-engine.js';

/** A frame: a new image in the heap that the receiver owns. */
export interface FrameEvent {
  readonly kind: 'frame';
  readonly request: number;
  readonly version: number;
  readonly image: number;
  readonly width: number;
  readonly height: number;
  readonly level: number;
  readonly exact: boolean;
  readonly last: boolean;
  readonly timings: { readonly queueMs: number; readonly runMs: number; readonly wallMs: number };
}

/** A request has failed; the page numbers requests by itself, and knows of engines that were lost before this one. */
export interface FailureEvent {
  readonly kind: 'failed';
  readonly request: number;
  readonly errorFor: (id: number, lossesBefore: number) => PipelineError;
}

/** A lane has come under pressure, or has drained. */
export interface LaneEvent {
  readonly kind: 'lane';
  readonly request: 0;
  readonly lane: number;
  readonly pressed: boolean;
}

/** What happened to the pool; belongs to no request. */
export type PoolChange = 'workerlost' | 'workerrestart' | 'circuitopened' | 'circuitclosed' | 'exhausted';

/** One record. */
export type EngineEvent =
  | FrameEvent
  | LaneEvent
  | { readonly kind: 'superseded'; readonly request: number; readonly by: number }
  | FailureEvent
  | { readonly kind: 'pool'; readonly request: 0; readonly change: PoolChange };

const poolChanges: Readonly<Record<number, PoolChange>> = {
  [eventType.workerLost]: 'workerlost',
  [eventType.workerRestarted]: 'workerrestart',
  [eventType.circuitOpened]: 'circuitopened',
  [eventType.circuitClosed]: 'circuitclosed',
  [eventType.exhausted]: 'exhausted',
};

/**
 * Reads the `count` records that begin at the double `at` of the heap, in the order of request ids; the pool's come first.
 * `heap` gives the heap anew, since asking for a message may make it grow.
 */
export function readEvents(
  engine: NativeEngine,
  heap: () => Float64Array,
  at: number,
  count: number,
  versionOf: (ofEngine: number) => number,
): EngineEvent[] {
  const events: EngineEvent[] = [];
  for (let i = 0; i < count; i++) events.push(readEvent(engine, heap(), at + i * eventDoubles, versionOf));
  return events;
}

/** The error for a code of the core. */
export function errorOf(code: number, message: string, task?: FailedTask): PipelineError {
  const name = (errorCodes[code] ?? 'ERR_TASK_FAILED') as PipelineErrorCode;
  return new PipelineError(name, message || `The engine failed with ${name}`, { task });
}

const hex = (word: number): string => word.toString(16).padStart(8, '0');

function readEvent(
  engine: NativeEngine,
  records: Float64Array,
  at: number,
  versionOf: (ofEngine: number) => number,
): EngineEvent {
  const field = (name: keyof typeof eventField): number => records[at + eventField[name]] ?? 0;
  const type = field('type');
  const request = field('request');
  const change = poolChanges[type];
  if (change) return { kind: 'pool', request: 0, change };
  if (type === eventType.pressure || type === eventType.drain) {
    return { kind: 'lane', request: 0, lane: field('lane'), pressed: type === eventType.pressure };
  }
  if (type === eventType.superseded) return { kind: 'superseded', request, by: versionOf(field('by')) };
  if (type === eventType.failed) {
    const code = field('code');
    const attempt = field('attempt');
    const phase = field('executing') === 1 ? 'running' : 'queued';
    const key = hex(field('keyHigh')) + hex(field('keyLow'));
    const message = engine.eventMessage(request);
    return {
      kind: 'failed',
      request,
      errorFor: (id, lossesBefore) =>
        errorOf(code, message, { id, key, attempt: lossesBefore + attempt, phase }),
    };
  }
  return {
    kind: 'frame',
    request,
    version: versionOf(field('version')),
    image: field('image'),
    width: field('width'),
    height: field('height'),
    level: field('level'),
    exact: field('exact') === 1,
    last: field('last') === 1,
    timings: { queueMs: field('queueMs'), runMs: field('runMs'), wallMs: field('wallMs') },
  };
}
