// Room for new work, per priority: numbers to ask for, a promise to wait for, and the events behind both.
//
// The core decides what is full; this only tells. A lane is under pressure from its high mark down to its low mark.

import type { EngineHost } from './engine-host.js';
import type { PipelineError } from './errors.js';
import { lanes } from './native-engine.js';
import type { Priority } from './options.js';

/** How much more work of one priority there is room for. */
export interface Admission {
  /** Requests until the lane is full; 0 or less when it is. */
  readonly desiredSize: number;
  /** Bytes of results and temporaries until the lane is full; 0 or less when it is. */
  readonly desiredBytes: number;
  /** Resolved while the lane is not under pressure, else resolves when it has drained; rejects when the pipeline ends. */
  readonly ready: Promise<void>;
}

/** What a `pressure` or `drain` event carries as `detail`. */
export interface PressureDetail {
  readonly priority: Priority;
}

interface Waiter {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: PipelineError): void;
}

/** Keeps one promise per lane under pressure. */
export class Admissions {
  readonly #host: EngineHost;
  readonly #waiters = new Map<number, Waiter>();

  /** `onChange` hears of every crossing, inside a step. */
  constructor(host: EngineHost, onChange: (lane: number, pressed: boolean) => void) {
    this.#host = host;
    host.onLane = (lane, pressed) => {
      onChange(lane, pressed);
      if (!pressed) this.#settle(lane, (waiter) => waiter.resolve());
    };
    host.onDown = (error) => {
      for (const lane of this.#waiters.keys()) this.#settle(lane, (waiter) => waiter.reject(error));
    };
  }

  /** The state of a lane now. */
  of(priority: Priority): Admission {
    const { engine } = this.#host;
    const lane = lanes.indexOf(priority);
    return {
      desiredSize: engine.desiredRequests(lane),
      desiredBytes: engine.desiredBytes(lane),
      ready: engine.underPressure(lane) ? this.#wait(lane) : Promise.resolve(),
    };
  }

  #wait(lane: number): Promise<void> {
    let waiter = this.#waiters.get(lane);
    if (!waiter) {
      let settle!: Omit<Waiter, 'promise'>;
      const promise = new Promise<void>((resolve, reject) => {
        settle = { resolve, reject };
      });
      promise.catch(() => {}); // who does not wait need not hear of the end
      waiter = { promise, ...settle };
      this.#waiters.set(lane, waiter);
    }
    return waiter.promise;
  }

  #settle(lane: number, how: (waiter: Waiter) => void): void {
    const waiter = this.#waiters.get(lane);
    this.#waiters.delete(lane);
    if (waiter) how(waiter);
  }
}
