// The control surface of the wasm core: what src/bind/engine.cc exports through Embind, as types.
//
// All calls happen on the thread that hosts the engine. Times are milliseconds of one monotonic clock. A number that is
// negative where an id or address is expected is minus an error code (see `errorCodes`); `lastError()` has the sentence.

/** Lanes in the core's order; the index is the number that crosses the boundary. */
export const lanes = ['user-blocking', 'user-visible', 'background'] as const;

/** Colour spaces in the core's order (src/base/color_space.h). */
export const colorSpaces = ['srgb', 'display-p3'] as const satisfies readonly PredefinedColorSpace[];

/** The number of a colour space on the wire; -1 where there is none. */
export function spaceIndex(colorSpace: PredefinedColorSpace | undefined): number {
  return (colorSpaces as readonly (string | undefined)[]).indexOf(colorSpace);
}

/** Error codes in the core's order (src/base/status.h); index 0 is success. */
export const errorCodes = [
  'OK',
  'ERR_INVALID_PARAMS',
  'ERR_UNSUPPORTED_INPUT',
  'ERR_OUT_OF_MEMORY',
  'ERR_WORKER_LOST',
  'ERR_POISONED',
  'ERR_QUEUE_FULL',
  'ERR_DEADLINE',
  'ERR_CLOSED',
  'ERR_DISPOSED',
  'ERR_WASM_LOAD',
  'ERR_TASK_FAILED',
] as const;

/**
 * What a request asks for: a preview may deliver coarse frames first and is replaced by a newer one in its slot. An empty one asks
 * for nothing: its frame, without an image, comes the way of all others and shows what a task costs beside its work.
 */
export const requestKind = { preview: 0, render: 1, empty: 2 } as const;

/** Event types in field 0 of a record; the last seven tell of the pool or a lane and belong to no request (field 1 is 0). */
export const eventType = {
  frame: 1,
  superseded: 2,
  failed: 3,
  workerLost: 4,
  workerRestarted: 5,
  circuitOpened: 6,
  circuitClosed: 7,
  pressure: 8,
  drain: 9,
  exhausted: 10,
} as const;

/** Doubles per event record. */
export const eventDoubles = 20;

/** Field indices of an event record. */
export const eventField = {
  type: 0,
  request: 1,
  /** failed: error code. */
  code: 2,
  /** superseded: version of the newer request. */
  by: 3,
  /** frame: id of a new image that the receiver owns and closes. */
  image: 4,
  width: 5,
  height: 6,
  /** log2 of the reduction against the full resolution. */
  level: 7,
  /** 1 when the bytes are the exact result. */
  exact: 8,
  /** 1 when this record settles the request. */
  last: 9,
  version: 10,
  /** Milliseconds from admission to the first unit, of unit time summed over workers, and from admission to publish. */
  queueMs: 11,
  runMs: 12,
  wallMs: 13,
  address: 14,
  /** pressure and drain: the lane. */
  lane: 15,
  /** failed: executions begun, counting from 1, and 1 when one was under way. */
  attempt: 16,
  executing: 17,
  /** failed: the halves of the hash of what was asked for. */
  keyHigh: 18,
  keyLow: 19,
} as const;

/** Doubles of the exchange, see `exchangeAddress()` (src/bind/exchange.h). */
export const exchangeField = {
  /** Written before `_stopbath_submit`: doubles of the chain in the wire buffer, then what is asked for. */
  count: 0,
  image: 1,
  kind: 2,
  /** 0: none. */
  slot: 3,
  lane: 4,
  /** log2 of the output's reduction. */
  reduce: 5,
  /** A coarse frame is delivered first when the exact one is predicted to take longer; Infinity: never. */
  budgetMs: 6,
  /** 0: none. */
  timeoutMs: 7,
  /** 1: an export is refused rather than wait for room in its lane. */
  reject: 8,
  /** Until the work starts, and of unit time; 0: none. */
  queueTimeoutMs: 9,
  runTimeoutMs: 10,
  /** Of the result; -1: the image's own. */
  colorSpace: 11,
  /** Inside the lane: 0, first, to 7. */
  urgency: 12,
  /** Written by `_stopbath_step`: byte address of the event records, valid until the next call. */
  eventsAddress: 13,
  /** Time at which `_stopbath_step` wants to run even when no worker reports; Infinity when there is none. */
  nextWakeMs: 14,
  /** 1: what `hostHasWork()` says. */
  hostHasWork: 15,
} as const;

/**
 * Doubles per trace record. Unit: 0, seat, flight, end, start, end time, pass, unit. Flight: 1, lane, flight, end, start, end
 * time, admission, unit time.
 */
export const traceDoubles = 8;

/** One engine: one wasm memory, its buffers, its registry and its workers. */
export interface NativeEngine {
  /** Starts worker threads (threads build only); they count as ready when they have answered. */
  spawnWorkers(count: number): void;
  /** Lets the pool grow and shrink between `warm` and `max` workers; `asksUser`: by the answers to `scaleQuestion()`. */
  configurePool(warm: number, max: number, idleMs: number, asksUser: boolean): void;
  /** Starts workers up to the most. */
  warmUpPool(): void;
  setPageVisible(visible: boolean): void;
  /** Makes workers record what they run; off, nothing is allocated. */
  setTracing(on: boolean): void;
  /** Moves all records to `traceAddress()`; their number. */
  takeTrace(): number;
  traceAddress(): number;
  /** Records for which there was no room, since the start. */
  traceLost(): number;
  /** Builds the reduced levels of an image that are missing, in the background. */
  warmImage(image: number, nowMs: number): number;
  /** Reduced levels that are being built. */
  levelsPending(): number;
  /** Fills the table at `workerTableAddress()` with four doubles per worker: seat, units in flight, units started, busy ms. */
  workerTable(): number;
  workerTableAddress(): number;
  /** Byte address of a snapshot that waits for an answer, doubles named by `snapshotNames()`; 0 when none does. */
  scaleQuestion(): number;
  snapshotNames(): string;
  /** The number of workers that the user's function asks for; negative: the default decides. */
  answerScale(workers: number): void;
  /**
   * True while units wait for `runSlice()`: this thread runs them itself in the single build, and when too many workers were
   * lost.
   */
  hostHasWork(): boolean;
  readyWorkers(): number;
  liveWorkers(): number;
  /** Byte address of the Int32 word that workers raise and notify at each completion. */
  completionWord(): number;

  /** A new image of `width * height * 4` bytes, rows packed, in a colour space; its id. The caller fills it, then seals it. */
  createImage(width: number, height: number, colorSpace: number): number;
  /** Like `createImage`, under the id and revision that the image had in another engine; the id must be free here. */
  restoreImage(image: number, width: number, height: number, colorSpace: number, revision: number): number;
  /** Images made from now on have larger ids than this. */
  startImagesAfter(image: number): void;
  /** Byte address of the image's first pixel. */
  imageAddress(image: number): number;
  imageRevision(image: number): number;
  /** Ends the import: the pixels are complete, previews and renders may read them. */
  sealImage(image: number): void;
  /** Makes the pixels writable on this thread without disturbing readers (copies when there are some); the address. */
  beginWrite(image: number): number;
  /** Ends the write and raises the revision. */
  endWrite(image: number): number;
  /** Holds the present pixels where they are, whatever is written or closed meanwhile; the token that ends it. */
  beginRead(image: number): number;
  endRead(token: number): void;
  /** Lends the present pixels to a worker of the page's own: the ticket that goes into its descriptor. */
  offerImage(image: number): number;
  /** Byte address of the ticket's Uint32 word: ticket and state, see attach-image.ts. */
  offerWord(ticket: number): number;
  /** Takes a ticket back by force; false when it had ended. */
  reclaimOffer(ticket: number): boolean;
  /** Takes all tickets of an image back by force; how many there were. */
  reclaimImage(image: number): number;
  closeImage(image: number): boolean;

  /** Byte address of room for `count` doubles, valid until the next call: the chain in wire form is written there. */
  wireBuffer(count: number): number;
  /** Byte address of the engine, for the functions of the module that take one. */
  address(): number;
  /** Byte address of the doubles that `exchangeField` names; it does not change. */
  exchangeAddress(): number;
  /** Size of what the chain in the wire buffer makes of an image: `width * 65536 + height`. */
  outputSize(count: number, image: number): number;
  /** The plan of the chain in the wire buffer for an image, as text; empty when it cannot run, see `lastError()`. */
  explain(count: number, image: number): string;
  /** Finished share of a live request, 0 to 1. */
  requestProgress(request: number): number;
  /** Cancels and forgets a request: no event follows. False when it had settled already. */
  cancel(request: number, nowMs: number): boolean;
  setLane(request: number, lane: number): void;
  /** Requests that a lane takes before it is full; below 0 when others wait for it already. */
  desiredRequests(lane: number): number;
  /** Bytes of results and temporaries, likewise. */
  desiredBytes(lane: number): number;
  /** A high mark of the lane was reached, and the low ones not yet again. */
  underPressure(lane: number): boolean;

  /** The sentence that belongs to a `failed` record of the last step. */
  eventMessage(request: number): string;
  /** Runs units on this thread for about `budgetMs`, when it is the one that runs them. */
  runSlice(budgetMs: number): void;

  /** Refreshes and gives the byte address of the statistics: doubles named by `statNames()`, comma separated, same order. */
  statsAddress(): number;
  statNames(): string;
  /** Hash of the effect descriptors this core was built with, an unsigned 32-bit integer in decimal. */
  descriptorHash(): string;
  lastError(): string;

  /** Cancels everything and asks the workers to leave; `liveWorkers()` falls to 0. */
  shutdown(): void;
  delete(): void;
}

/** What the Emscripten module factory resolves to. */
export interface NativeModule {
  Engine: new (maxWorkers: number, budgetMiB: number) => NativeEngine;
  wasmMemory: WebAssembly.Memory;
  /** Admits the request that lies in the exchange of the engine at this address; its id. It may start at once. */
  _stopbath_submit(engine: number, nowMs: number): number;
  /** Advances the state machine; the number of event records. Where they are and what comes next is in the exchange. */
  _stopbath_step(engine: number, nowMs: number): number;
  /** Ends every thread and lets the memory go; threads build only. */
  terminateRuntime?(): void;
}
