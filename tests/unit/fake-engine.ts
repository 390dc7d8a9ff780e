// A NativeEngine in TypeScript: the same contract over the same kind of memory, with work that a test finishes by hand.
//
// `auto` finishes one request per slice, as the single build does. A newer request in a slot replaces the one before it at
// once. Results are copies of their source, reduced in size only.

import {
  eventDoubles,
  eventField,
  eventType,
  exchangeField,
  type NativeEngine,
  type NativeModule,
  requestKind,
  traceDoubles,
} from '../../web/src/native-engine.js';

interface FakeImage {
  width: number;
  height: number;
  colorSpace: number;
  address: number;
  revision: number;
  reads: number;
  closed: boolean;
}

interface FakeRequest {
  id: number;
  image: number;
  slot: number;
  reduce: number;
  kind: number;
  lane: number;
  colorSpace: number;
  version: number;
  progress: number;
}

type Fields = Partial<Record<keyof typeof eventField, number>>;

const wordAt = 8;
const wireAt = 64;
const exchangeAt = 2048;
const eventsAt = 4096;
const statsAt = 32_768;
const traceAt = 49_152;
const heapAt = 65_536;

export class FakeEngine implements NativeEngine {
  readonly calls: string[] = [];
  readonly images = new Map<number, FakeImage>();
  readonly requests = new Map<number, FakeRequest>();
  readonly memory: WebAssembly.Memory;
  /** Finish one request per slice. */
  auto = true;
  ready = 0;
  live = 0;
  /** Workers that never leave. */
  hung = false;
  circuitOpen = false;
  /** Reduced levels that are being built. */
  levels = 0;
  /** Records for the next takeTrace(). */
  readonly trace: number[][] = [];
  readonly pressed = new Set<number>();
  /** A snapshot that waits for the user's answer. */
  question: { workers: number; exportWaitMs: number; pageVisible: number } | undefined;
  refuse: { code: number; message: string } | undefined;
  trap: string | undefined;
  deleted = false;
  #events: Fields[] = [];
  #messages = new Map<number, string>();
  #lastError = '';
  #nextImage = 0;
  #nextRequest = 0;
  readonly #ended = { delivered: 0, superseded: 0, cancelled: 0, failed: 0 };
  #lastTicket = 0;
  #top = heapAt;
  #versions = new Map<number, number>();

  constructor(memory: WebAssembly.Memory) {
    this.memory = memory;
  }

  spawnWorkers(count: number): void {
    this.calls.push(`spawn ${count}`);
    this.live = count;
  }
  configurePool(warm: number, max: number, idleMs: number, asksUser: boolean): void {
    this.calls.push(`pool ${warm} to ${max}, idle ${idleMs}${asksUser ? ', asks' : ''}`);
  }
  warmUpPool(): void {
    this.calls.push('warm up');
  }
  setTracing(on: boolean): void {
    this.calls.push(`tracing ${on}`);
  }
  takeTrace(): number {
    const records = this.trace.splice(0);
    new Float64Array(this.memory.buffer, traceAt, records.length * traceDoubles).set(records.flat());
    return records.length;
  }
  traceAddress = () => traceAt;
  traceLost = () => 0;
  warmImage(image: number): number {
    this.calls.push(`warm ${image}`);
    return this.levels;
  }
  levelsPending = () => this.levels;
  workerTable(): number {
    new Float64Array(this.memory.buffer, statsAt + 1024, 4).set([1, 0, 7, 3.5]);
    return 1;
  }
  workerTableAddress = () => statsAt + 1024;
  setPageVisible(visible: boolean): void {
    this.calls.push(`visible ${visible}`);
  }
  scaleQuestion(): number {
    if (!this.question) return 0;
    const fields = Object.values(this.question);
    this.question = undefined;
    new Float64Array(this.memory.buffer, statsAt, fields.length).set(fields);
    return statsAt;
  }
  snapshotNames = () => 'workers,exportWaitMs,pageVisible';
  answerScale(workers: number): void {
    this.calls.push(`scale ${workers}`);
  }
  hostHasWork = () => (this.live === 0 || this.circuitOpen) && this.auto && this.requests.size > 0;
  readyWorkers = () => this.ready;
  liveWorkers = () => this.live;
  completionWord = () => wordAt;

  createImage(width: number, height: number, colorSpace = 0): number {
    const bytes = width * height * 4;
    if (this.#top + bytes > this.memory.buffer.byteLength) return this.#fail(3, 'There is no room');
    const id = ++this.#nextImage;
    const image = { width, height, colorSpace, address: this.#top, revision: 1, reads: 0, closed: false };
    this.images.set(id, image);
    this.#top += Math.ceil(bytes / 64) * 64;
    return id;
  }
  restoreImage(id: number, width: number, height: number, colorSpace: number, revision: number): number {
    const last = this.#nextImage;
    this.#nextImage = id - 1;
    const result = this.createImage(width, height, colorSpace);
    this.#nextImage = Math.max(last, id);
    const image = this.images.get(id);
    if (image) image.revision = revision;
    return result;
  }
  startImagesAfter(id: number): void {
    this.#nextImage = Math.max(this.#nextImage, id);
  }
  imageAddress = (id: number) => this.images.get(id)?.address ?? this.#fail(8, 'closed');
  imageRevision = (id: number) => this.images.get(id)?.revision ?? this.#fail(8, 'closed');
  sealImage(id: number): void {
    this.calls.push(`seal ${id}`);
  }
  beginWrite = (id: number) => this.imageAddress(id);
  endWrite(id: number): number {
    const image = this.images.get(id);
    return image ? ++image.revision : this.#fail(8, 'closed');
  }
  beginRead(id: number): number {
    const image = this.images.get(id);
    if (!image || image.closed) return this.#fail(8, 'closed');
    image.reads++;
    return id; // one token per image is enough: the fake never moves pixels
  }
  endRead(id: number): void {
    const image = this.images.get(id);
    if (image) image.reads--;
    if (image?.closed && image.reads === 0) this.images.delete(id);
  }
  /** Tickets that are out, by number; the words are of the heap. */
  readonly tickets = new Map<number, number>();
  offerImage(id: number): number {
    const ticket = 256 * ++this.#lastTicket + 1;
    this.tickets.set(ticket, id);
    this.beginRead(id);
    new Uint32Array(this.memory.buffer)[this.offerWord() >>> 2] = (ticket << 2) | 1;
    return ticket;
  }
  offerWord = () => 128;
  reclaimOffer(ticket: number): boolean {
    this.calls.push(`reclaim ${ticket}`);
    const image = this.tickets.get(ticket);
    if (image === undefined) return false;
    this.endRead(image);
    new Uint32Array(this.memory.buffer)[this.offerWord() >>> 2] = 0;
    return this.tickets.delete(ticket);
  }
  reclaimImage = (id: number) =>
    [...this.tickets].filter(([ticket, image]) => image === id && this.reclaimOffer(ticket)).length;
  closeImage(id: number): boolean {
    const image = this.images.get(id);
    if (!image || image.closed) return false;
    image.closed = true;
    if (image.reads === 0) this.images.delete(id);
    return true;
  }

  wireBuffer = () => wireAt;
  outputSize(_count: number, id: number): number {
    const image = this.images.get(id);
    return image ? image.width * 65536 + image.height : this.#fail(8, 'closed');
  }
  explain(count: number, id: number): string {
    if (this.refuse) this.#fail(this.refuse.code, this.refuse.message);
    return this.refuse ? '' : `plan of ${count} numbers for image ${id}`;
  }
  address = () => 0;
  exchangeAddress = () => exchangeAt;
  /** Of the exchange. */
  field = (name: keyof typeof exchangeField) =>
    new Float64Array(this.memory.buffer)[exchangeAt / 8 + exchangeField[name]] ?? 0;
  submit(): number {
    if (this.refuse) return this.#fail(this.refuse.code, this.refuse.message);
    const [count, image, kind] = [this.field('count'), this.field('image'), this.field('kind')];
    const [slot, lane, reduce] = [this.field('slot'), this.field('lane'), this.field('reduce')];
    const wire = [...new Float64Array(this.memory.buffer, wireAt, count)];
    const id = ++this.#nextRequest;
    const version = (this.#versions.get(slot) ?? 0) + 1;
    this.#versions.set(slot, version);
    this.calls.push(`submit ${id} slot ${slot} lane ${lane} reduce ${reduce} wire [${wire}]`);
    if (slot > 0 && kind === requestKind.preview) {
      for (const old of this.requests.values()) {
        if (old.slot !== slot) continue;
        this.requests.delete(old.id);
        this.#ended.superseded++;
        this.#events.push({ type: eventType.superseded, request: old.id, by: version });
      }
    }
    const wish = this.field('colorSpace');
    const colorSpace = wish >= 0 ? wish : (this.images.get(image)?.colorSpace ?? 0);
    this.requests.set(id, { id, image, slot, reduce, kind, lane, colorSpace, version, progress: 0 });
    return id;
  }
  requestProgress = (id: number) => this.requests.get(id)?.progress ?? 0;
  cancel(id: number): boolean {
    this.calls.push(`cancel ${id}`);
    if (!this.requests.delete(id)) return false;
    this.#ended.cancelled++;
    return true;
  }
  desiredRequests = (lane: number) => (this.pressed.has(lane) ? 0 : 7);
  desiredBytes = (lane: number) => (this.pressed.has(lane) ? 0 : 70);
  underPressure = (lane: number) => this.pressed.has(lane);
  /** Puts a lane under pressure, or drains it, and says so. */
  press(lane: number, pressed: boolean): void {
    if (pressed) this.pressed.add(lane);
    else this.pressed.delete(lane);
    this.#events.push({ type: pressed ? eventType.pressure : eventType.drain, lane });
  }
  setLane(id: number, lane: number): void {
    this.calls.push(`lane ${id} ${lane}`);
  }

  step(): number {
    if (this.trap) throw new WebAssembly.RuntimeError(this.trap);
    const records = new Float64Array(this.memory.buffer, eventsAt, this.#events.length * eventDoubles);
    records.fill(0);
    this.#events.sort((a, b) => (a.request ?? 0) - (b.request ?? 0));
    this.#events.forEach((fields, i) => {
      for (const [name, value] of Object.entries(fields)) {
        records[i * eventDoubles + eventField[name as keyof typeof eventField]] = value;
      }
    });
    const exchange = new Float64Array(this.memory.buffer, exchangeAt);
    exchange[exchangeField.eventsAddress] = eventsAt;
    exchange[exchangeField.nextWakeMs] = Number.POSITIVE_INFINITY;
    exchange[exchangeField.hostHasWork] = this.hostHasWork() ? 1 : 0;
    return this.#events.splice(0).length;
  }
  eventMessage = (request: number) => this.#messages.get(request) ?? '';
  runSlice(): void {
    const next = this.requests.values().next().value;
    if (this.auto && next) this.finish(next.id);
  }

  statsAddress(): number {
    const values = Object.values(this.#counters());
    new Float64Array(this.memory.buffer, statsAt, values.length).set(values);
    return statsAt;
  }
  statNames = () => Object.keys(this.#counters()).join();
  /** One flight per request, one unit per flight. */
  #counters(): Record<string, number> {
    const { delivered, superseded, cancelled, failed } = this.#ended;
    return {
      buffersInUse: this.images.size,
      requestsLive: this.requests.size,
      workersLive: this.live,
      requestsSubmitted: this.#nextRequest,
      requestsDelivered: delivered,
      requestsSuperseded: superseded,
      requestsCancelled: cancelled,
      requestsFailed: failed,
      flightsCreated: this.#nextRequest,
      flightsPublished: delivered,
      flightsCancelled: superseded + cancelled,
      flightsFailed: failed,
      flightsQueued: this.requests.size,
      flightsRunning: 0,
      wallCount: delivered,
    };
  }
  descriptorHash = () => '0';
  lastError = () => this.#lastError;
  shutdown(): void {
    this.calls.push('shutdown');
    this.#ended.cancelled += this.requests.size;
    this.requests.clear();
    if (!this.hung) this.live = 0;
  }
  delete(): void {
    this.deleted = true;
  }

  /** Delivers a frame of a request; the last one unless told otherwise. */
  finish(id: number, last = true, level?: number): void {
    const request = this.requests.get(id);
    if (!request) throw new Error(`Request ${id} is not open`);
    const source = this.images.get(request.image);
    const reduce = level ?? request.reduce;
    const width = Math.ceil((source?.width ?? 1) / 2 ** reduce);
    const height = Math.ceil((source?.height ?? 1) / 2 ** reduce);
    const image = this.createImage(width, height, request.colorSpace);
    const exact = last ? 1 : 0;
    this.#events.push({
      type: eventType.frame,
      request: id,
      image,
      width,
      height,
      level: reduce,
      exact,
      last: exact,
      version: request.version,
      wallMs: 1,
    });
    if (!last) return;
    this.requests.delete(id);
    this.#ended.delivered++;
  }

  /** Says that something happened to the pool. */
  tellPool(type: number): void {
    this.#events.push({ type });
  }

  /** Fails a request. */
  fail(id: number, code: number, message: string, where: Record<string, number> = {}): void {
    if (this.requests.delete(id)) this.#ended.failed++;
    this.#messages.set(id, message);
    this.#events.push({ type: eventType.failed, request: id, code, ...where });
  }

  #fail(code: number, message: string): number {
    this.#lastError = message;
    return -code;
  }
}

/** A module around one fake engine, as a loader gives it. */
export function fakeModule(engine: FakeEngine): NativeModule & { terminated: number } {
  const module = {
    terminated: 0,
    wasmMemory: engine.memory,
    Engine: class {
      constructor() {
        // biome-ignore lint/correctness/noConstructorReturn: the engine that the test holds is the one that is used
        return engine;
      }
    } as unknown as NativeModule['Engine'],
    _stopbath_submit: () => engine.submit(),
    _stopbath_step: () => engine.step(),
    terminateRuntime: () => {
      module.terminated++;
    },
  };
  return module;
}

/** A fake engine on memory of its own, 4 MiB. */
export function fakeEngine(shared = false): FakeEngine {
  return new FakeEngine(new WebAssembly.Memory({ initial: 64, maximum: 64, shared }));
}
