// What passes between the page and one engine: requests, events and what a step leaves behind are doubles in the heap, at
// addresses that are asked for once. A call with many arguments would cost a small task more than its work.

import { type EngineEvent, readEvents } from './events.js';
import { exchangeField, type NativeEngine, type NativeModule, spaceIndex } from './native-engine.js';
import type { Submission } from './submission.js';

const nothing: readonly EngineEvent[] = [];

/** The page's end; one per engine. */
export class Exchange {
  readonly engine: NativeEngine;
  /** As of the last step: when the engine wants the next one although no worker reports, Infinity for never. */
  nextWakeMs = Infinity;
  /** As of the last step: units wait for `runSlice()`. */
  hostHasWork = false;
  readonly #module: NativeModule;
  readonly #address: number;
  /** Index of the first field among the heap's doubles. */
  readonly #at: number;
  readonly #wordAt: number;
  #doubles = new Float64Array(0);

  constructor(module: NativeModule, engine: NativeEngine) {
    this.engine = engine;
    this.#module = module;
    this.#address = engine.address();
    this.#wordAt = engine.completionWord();
    this.#at = engine.exchangeAddress() / 8;
  }

  /** The heap as doubles, fresh after growth: never keep it across a call of the engine. */
  get doubles(): Float64Array {
    const { buffer } = this.#module.wasmMemory;
    if (this.#doubles.buffer !== buffer) this.#doubles = new Float64Array(buffer);
    return this.#doubles;
  }

  /** The completion word, likewise. */
  get word(): Int32Array {
    return new Int32Array(this.#module.wasmMemory.buffer, this.#wordAt, 1);
  }

  /** Writes a chain where the engine reads it; negative when there is no room. */
  writeWire(wire: readonly number[]): number {
    if (wire.length === 0) return 0;
    const at = this.engine.wireBuffer(wire.length);
    if (at >= 0) this.doubles.set(wire, at / 8);
    return at;
  }

  /** Submits; the engine's number of the request, or minus an error code. */
  submit(what: Submission, nowMs: number): number {
    const room = this.writeWire(what.wire);
    if (room < 0) return room;
    const heap = this.doubles;
    const at = this.#at;
    heap[at + exchangeField.count] = what.wire.length;
    heap[at + exchangeField.image] = what.image;
    heap[at + exchangeField.kind] = what.kind;
    heap[at + exchangeField.slot] = what.slot;
    heap[at + exchangeField.lane] = what.lane;
    heap[at + exchangeField.reduce] = what.reduce;
    heap[at + exchangeField.budgetMs] = what.budgetMs;
    heap[at + exchangeField.timeoutMs] = what.timeoutMs;
    heap[at + exchangeField.reject] = what.reject ? 1 : 0;
    heap[at + exchangeField.queueTimeoutMs] = what.queueTimeoutMs;
    heap[at + exchangeField.runTimeoutMs] = what.runTimeoutMs;
    heap[at + exchangeField.colorSpace] = spaceIndex(what.colorSpace);
    heap[at + exchangeField.urgency] = what.urgency;
    return this.#module._stopbath_submit(this.#address, nowMs);
  }

  /** Advances the engine; what happened, with versions as `versionOf` counts them. */
  step(nowMs: number, versionOf: (ofEngine: number) => number): readonly EngineEvent[] {
    const count = this.#module._stopbath_step(this.#address, nowMs);
    const heap = this.doubles;
    const eventsAt = (heap[this.#at + exchangeField.eventsAddress] ?? 0) / 8;
    this.nextWakeMs = heap[this.#at + exchangeField.nextWakeMs] ?? Infinity;
    this.hostHasWork = heap[this.#at + exchangeField.hostHasWork] === 1;
    return count > 0 ? readEvents(this.engine, () => this.doubles, eventsAt, count, versionOf) : nothing;
  }
}
