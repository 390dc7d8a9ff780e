// A realm is one wasm memory with its engine and its workers. When it is lost, another takes its place: images move or are
// imported again, open requests are asked for again, and nothing of the old one is looked at any more [R58].
//
// A realm is lost in two ways. Exhausted: so many of its workers are lost and never die that little is left; its memory is in
// order, so the images are copied out of it, in slices. Crashed: the engine trapped on the page's thread; then no byte of its
// memory is trusted, and an image comes back through its `reload` or is lost with a typed error. Workers hold no lock and own
// nothing, so the loss of one is never the loss of the realm.
//
// Too many losses open a circuit: the single build takes over with the same images, and now and then threads are tried again.

import type { PipelineMode } from './choose-mode.js';
import type { EngineHost, EngineLoss } from './engine-host.js';
import { PipelineError } from './errors.js';
import type { ImageStore } from './image-store.js';
import type { Importer } from './import-image.js';
import { type NativeEngine, spaceIndex } from './native-engine.js';
import type { StartedEngine } from './start-engine.js';

/** Milliseconds in which so many losses are counted. */
const windowMs = 60_000;
/** Losses in the window that are answered with the same build again. */
const most = 2;
/** Milliseconds from the opening of the circuit to the first try of threads; doubles up to the longest. */
const firstProbeMs = 5000;
const longestProbeMs = 300_000;

/** How losses are answered: pure arithmetic on times [R59]. */
export class RealmPolicy {
  readonly #preferred: PipelineMode;
  #losses: number[] = [];
  #pauseMs = firstProbeMs;

  constructor(preferred: PipelineMode) {
    this.#preferred = preferred;
  }

  /** The build that follows a loss at `nowMs`; undefined when it is hopeless. */
  afterLoss(nowMs: number): PipelineMode | undefined {
    this.#losses = this.#losses.filter((at) => at > nowMs - windowMs);
    this.#losses.push(nowMs);
    if (this.#losses.length <= most) return this.#preferred;
    return this.#preferred === 'threads' && this.#losses.length <= 2 * most ? 'single' : undefined;
  }

  /** Milliseconds to wait before threads are tried; longer each time. */
  probePauseMs(): number {
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(2 * pauseMs, longestProbeMs);
    return pauseMs;
  }
}

/** Replaces realms; one per pipeline. */
export class Realms {
  readonly #host: EngineHost;
  readonly #store: ImageStore;
  readonly #importer: Importer;
  readonly #start: (mode: PipelineMode) => Promise<StartedEngine>;
  readonly #changed: (mode: PipelineMode) => void;
  readonly #policy: RealmPolicy;
  readonly #preferred: PipelineMode;
  #next: StartedEngine | undefined;

  /** `start` starts an engine of a build, `changed` hears of each replacement and its mode. */
  constructor(
    store: ImageStore,
    importer: Importer,
    start: (mode: PipelineMode) => Promise<StartedEngine>,
    changed: (mode: PipelineMode) => void,
  ) {
    this.#store = store;
    this.#host = store.host;
    this.#importer = importer;
    this.#start = start;
    this.#changed = changed;
    this.#preferred = this.#host.threads ? 'threads' : 'single';
    this.#policy = new RealmPolicy(this.#preferred);
    this.#host.onLost = (loss) => this.#lost(loss);
  }

  #lost(loss: EngineLoss): boolean {
    const ready = this.#next;
    this.#next = undefined;
    const mode = ready ? ready.mode : this.#policy.afterLoss(this.#host.turns.now());
    if (mode === undefined) return false;
    void this.#host.track(this.#replace(loss, ready ? Promise.resolve(ready) : this.#start(mode)));
    return true;
  }

  async #replace(loss: EngineLoss, starting: Promise<StartedEngine>): Promise<void> {
    const host = this.#host;
    try {
      const { module, engine, mode } = await starting;
      if (host.closing.aborted) {
        engine.shutdown();
        module.terminateRuntime?.();
        return;
      }
      if (loss === 'exhausted') await this.#move(host.engine, engine, module.wasmMemory);
      if (host.closing.aborted) return;
      const missing = loss === 'crashed' ? this.#store.ids() : [];
      host.swap(module, engine, mode === 'threads');
      for (const id of missing) await this.#bringBack(id);
      this.#changed(mode);
      host.resume();
      if (mode !== this.#preferred) this.#probeLater();
    } catch (error) {
      host.giveUp(error);
    }
  }

  /** Copies every open image; what is written, opened or closed meanwhile is made good before the engines change places. */
  async #move(from: NativeEngine, to: NativeEngine, memory: WebAssembly.Memory): Promise<void> {
    const host = this.#host;
    const source = host.memory;
    const copied = new Map<number, number>();
    const stale = () => this.#store.ids().find((id) => copied.get(id) !== from.imageRevision(id));
    for (let id = stale(); id !== undefined && !host.closing.aborted; id = stale()) {
      const { width, height, colorSpace } = this.#store.shapeOf(id);
      const revision = from.imageRevision(id);
      if (copied.has(id)) to.closeImage(id);
      copied.set(id, revision);
      if (to.restoreImage(id, width, height, spaceIndex(colorSpace), revision) < 0) {
        this.#store.lose(id, new PipelineError('ERR_OUT_OF_MEMORY', to.lastError()));
        continue;
      }
      const token = from.beginRead(id);
      const at = from.imageAddress(id);
      const row = width * 4;
      await host.turns.rows(
        height,
        row,
        () => {},
        (begin, end) => {
          const pixels = host.bytes(source).subarray(at + begin * row, at + end * row);
          new Uint8ClampedArray(memory.buffer).set(pixels, to.imageAddress(id) + begin * row);
        },
      );
      from.endRead(token);
      to.sealImage(id);
    }
    for (const id of copied.keys()) if (!this.#store.isOpen(id)) to.closeImage(id);
  }

  /** Imports an image again from where its user says that it comes from. */
  async #bringBack(id: number): Promise<void> {
    const reload = this.#store.reloadOf(id);
    try {
      if (!reload) throw new Error('it had no `reload`');
      await this.#importer.again(id, await reload());
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      const text = `The pixels of image ${id} were lost with an engine that crashed, import it again: ${why}`;
      this.#store.lose(id, new PipelineError('ERR_TASK_FAILED', text, { cause }));
    }
  }

  #probeLater(): void {
    const timer = setTimeout(() => void this.#probe(), this.#policy.probePauseMs());
    (timer as { unref?: () => void }).unref?.();
    this.#host.closing.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  async #probe(): Promise<void> {
    const host = this.#host;
    const started = await this.#start(this.#preferred).catch(() => undefined);
    this.#next = started;
    const wanted = started?.mode === this.#preferred && !host.closing.aborted;
    if (wanted && host.leave()) return;
    this.#next = undefined;
    started?.engine.shutdown();
    started?.module.terminateRuntime?.();
    if (!host.closing.aborted) this.#probeLater();
  }
}
