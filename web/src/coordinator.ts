// The only thing that a user meets: checks arguments, then hands the work to the parts that know how.

/// <reference lib="esnext.disposable" preserve="true" />

import { type Admission, Admissions, type PressureDetail } from './admission.js';
import type { ModeReason, PipelineMode } from './choose-mode.js';
import type { Chain } from './encode-chain.js';
import { EngineHost } from './engine-host.js';
import { disposed, PipelineError } from './errors.js';
import type { PoolChange } from './events.js';
import { ImageStore } from './image-store.js';
import { Importer } from './import-image.js';
import { defaultBudgetMs, reduceForScale, reduceToCover } from './levels.js';
import { loadCore } from './load-core.js';
import { lanes, requestKind } from './native-engine.js';
import type {
  ImageSource,
  ImportOptions,
  PipelineOptions,
  PreviewOptions,
  Priority,
  RequestOptions,
} from './options.js';
import type { PixelImage } from './pixel-image.js';
import { answerScale, followVisibility, scaleOf, warmUp, whenWarm } from './pool-scaling.js';
import { Presenter } from './presenter.js';
import { type PreviewJob, PreviewTask } from './preview-job.js';
import { Realms } from './realms.js';
import { laneOf, submitRender, termsOf, usualTerms } from './requests.js';
import { Slots } from './slots.js';
import { type CoreLoader, type StartedEngine, startEngine } from './start-engine.js';
import { type PipelineStats, readCounters, takeStats } from './stats.js';
import { TaskEndEvent } from './submission.js';
import { followTelemetry } from './telemetry.js';
import { Turns } from './turns.js';
import {
  checkImages,
  checkImportOptions,
  checkPipelineOptions,
  checkPreviewOptions,
  checkPriority,
  checkRequestOptions,
} from './validate.js';

/**
 * An image-processing pipeline of its own: its memory, its workers, its images. Several may live side by side.
 *
 * Events, all plain: `workerlost` and `workerrestart` when a worker hung or crashed and when another took its place (its work
 * is done again, so nothing else need follow), `realmrestart` when a new engine on a new memory has taken over all images and
 * open work, `taskend` with a {@link TaskEnd} for each request, `modechange` when {@link PipelineCoordinator.mode} has changed;
 * `pressure` and `drain`, with a `detail` of {@link PressureDetail}, when work of one priority has piled up to its limit, and when most of it
 * is done.
 *
 * @example
 * ```ts
 * const pipeline = await PipelineCoordinator.create();
 * const photo = await pipeline.importImage(file);
 * slider.oninput = () =>
 *   pipeline.preview(photo, [{ effect: 'gaussian-blur', sigma: slider.valueAsNumber }], { to: canvas });
 * ```
 */
export class PipelineCoordinator extends EventTarget implements AsyncDisposable {
  /** The failure behind `modeReason: 'worker-init-failed'`, for reports; undefined otherwise. */
  readonly modeCause: unknown;
  /** Resolves when all workers that are kept warm have started, or 250 ms after `create`; work may be given before. */
  readonly ready: Promise<void>;
  #mode: PipelineMode;
  #modeReason: ModeReason;
  readonly #host: EngineHost;
  readonly #store: ImageStore;
  readonly #presenter: Presenter;
  readonly #importer: Importer;
  readonly #slots = new Slots();
  readonly #admissions: Admissions;
  #drained: Promise<void> | undefined;
  #disposed: Promise<void> | undefined;
  #lastCounters: Record<string, number> | undefined;

  private constructor(
    started: StartedEngine,
    options: PipelineOptions,
    again: (mode: PipelineMode) => Promise<StartedEngine>,
  ) {
    super();
    const { module, engine, mode, modeReason, modeCause, warm } = started;
    this.#mode = mode;
    this.#modeReason = modeReason;
    this.modeCause = modeCause;
    this.#host = new EngineHost(module, engine, mode === 'threads', new Turns(), (change) => {
      this.#poolChanged(change, modeReason);
    });
    this.#admissions = new Admissions(this.#host, (lane, pressed) => this.#laneChanged(lane, pressed));
    this.#presenter = new Presenter(this.#host);
    this.#store = new ImageStore(this.#host, this.#presenter);
    this.#importer = new Importer(this.#store);
    const scale = scaleOf(options);
    if (scale && mode === 'threads') answerScale(this.#host, scale);
    followVisibility(this.#host);
    if (options.telemetry) followTelemetry(this.#host, options.telemetry);
    this.ready = whenWarm(this.#host, warm);
    new Realms(this.#store, this.#importer, again, (now) => this.#realmChanged(now, mode, modeReason));
  }

  /** How work is done: by workers on shared memory, or in short slices on the page's thread. */
  get mode(): PipelineMode {
    return this.#mode;
  }

  /** Why it is this mode. */
  get modeReason(): ModeReason {
    return this.#modeReason;
  }

  /**
   * Starts a pipeline: with threads where the page may have them, else with the same API and the same bytes without. See
   * {@link PipelineCoordinator.mode}.
   *
   * @throws `ERR_INVALID_PARAMS`, `ERR_WASM_LOAD`, `ERR_OUT_OF_MEMORY`, or the reason of `options.signal`.
   * @example
   * ```ts
   * await using pipeline = await PipelineCoordinator.create({ memory: { maximumMiB: 1024 } });
   * console.info(pipeline.mode, pipeline.modeReason);
   * ```
   */
  static async create(options?: PipelineOptions): Promise<PipelineCoordinator> {
    return PipelineCoordinator.createWith(loadCore, options);
  }

  /** @internal Starts with another way of loading a core, for tests. */
  static async createWith(load: CoreLoader, options?: PipelineOptions): Promise<PipelineCoordinator> {
    const checked = checkPipelineOptions(options);
    const again = (mode: PipelineMode) => startEngine({ ...checked, mode, signal: undefined }, load);
    return new PipelineCoordinator(await startEngine(checked, load), checked, again);
  }

  /**
   * Brings an image into the pipeline's memory, without a long task on the page. Files are turned upright by their EXIF
   * orientation. The caller keeps the source, and leaves it unchanged until the promise settles.
   *
   * @throws `ERR_INVALID_PARAMS`, `ERR_UNSUPPORTED_INPUT`, `ERR_OUT_OF_MEMORY`, `ERR_DISPOSED`, or the signal's reason.
   * @example
   * ```ts
   * const photo = await pipeline.importImage(input.files[0], { signal: AbortSignal.timeout(10_000) });
   * ```
   */
  async importImage(source: ImageSource, options?: ImportOptions): Promise<PixelImage> {
    const checked = checkImportOptions(options);
    this.#accepting();
    return this.#host.track(this.#importer.import(source, checked));
  }

  /**
   * Computes a chain for display, at the size that the display needs. A newer preview in the same slot replaces an older one;
   * a coarse frame comes first only when the exact one would be late. In a drag the exact one waits until no input follows;
   * asking for the same setting again, as on a slider's `change`, says that it has settled.
   *
   * Faults in the arguments throw here; everything later is told by {@link PreviewJob.outcome}.
   *
   * @throws `ERR_INVALID_PARAMS`, `ERR_CLOSED`, `ERR_DISPOSED`.
   * @example
   * ```ts
   * const { status } = await pipeline.preview(photo, chain, { to: canvas }).outcome;
   * ```
   */
  preview(image: PixelImage, chain: Chain, options?: PreviewOptions): PreviewJob {
    const checked = checkPreviewOptions(options);
    const { wire, others } = this.#store.encode(chain);
    this.#accepting();
    this.#store.check(image);
    const { to, slot, scale, budgetMs = defaultBudgetMs, colorSpace = image.colorSpace } = checked;
    let reduce = 0;
    if (scale !== undefined) reduce = reduceForScale(scale);
    else if (to) {
      const { width, height } = this.#host.outputSize(wire, image.id);
      reduce = reduceToCover(width, height, to.width, to.height);
    }
    const target = { canvas: to, ticket: to ? this.#presenter.ticket() : 0, colorSpace };
    return new PreviewTask(this.#store, target, checked).start(
      {
        wire,
        image: image.id,
        others,
        kind: requestKind.preview,
        slot: this.#slots.find(slot, to, image),
        lane: laneOf(checked, 'user-blocking'),
        reduce,
        budgetMs,
        ...usualTerms,
        reject: false,
        colorSpace,
      },
      checked,
    );
  }

  /**
   * Computes a chain at full size. The result is a new image, which the caller closes.
   *
   * @throws `ERR_INVALID_PARAMS`, `ERR_CLOSED`, `ERR_DISPOSED`, `ERR_OUT_OF_MEMORY`, `ERR_QUEUE_FULL`, `ERR_DEADLINE`,
   * `ERR_WORKER_LOST`, `ERR_POISONED`, `ERR_TASK_FAILED`, or the signal's reason.
   * @example
   * ```ts
   * using result = await pipeline.render(photo, chain, { signal, onProgress: ({ fraction }) => (bar.value = fraction) });
   * ```
   */
  async render(image: PixelImage, chain: Chain, options?: RequestOptions): Promise<PixelImage> {
    const checked = checkRequestOptions(options);
    const { wire, others } = this.#store.encode(chain);
    this.#accepting();
    this.#store.check(image);
    if (checked.signal?.aborted) throw checked.signal.reason;
    const submission = {
      wire,
      image: image.id,
      others,
      kind: requestKind.render,
      slot: 0,
      lane: laneOf(checked, 'user-visible'),
      reduce: 0,
      budgetMs: Infinity,
      ...termsOf(checked),
      reject: checked.admission === 'reject',
      colorSpace: checked.colorSpace ?? image.colorSpace,
    };
    return submitRender(this.#store, submission, submission.colorSpace, checked);
  }

  /**
   * How much more work of a priority there is room for. A producer that waits for `ready` before each call never piles up more
   * than the pipeline can hold.
   *
   * @param priority Default `'user-visible'`, that of renders.
   * @throws `ERR_INVALID_PARAMS`, `ERR_DISPOSED`.
   * @example
   * ```ts
   * for (const photo of photos) {
   *   await pipeline.admission().ready;
   *   results.push(pipeline.render(photo, chain));
   * }
   * ```
   */
  admission(priority: Priority = 'user-visible'): Admission {
    checkPriority('priority', priority);
    this.#accepting();
    return this.#admissions.of(priority);
  }

  /**
   * The size of what a chain makes of an image, without computing it: for canvases and file names.
   *
   * @throws `ERR_INVALID_PARAMS`, also for what does not fit the image, such as a crop outside it; `ERR_CLOSED`, `ERR_DISPOSED`.
   * @example
   * ```ts
   * const { width, height } = pipeline.outputSize(photo, [{ effect: 'resize', width: 1920 }]);
   * ```
   */
  outputSize(image: PixelImage, chain: Chain): { width: number; height: number } {
    const { wire } = this.#store.encode(chain);
    if (this.#disposed) throw disposed();
    this.#store.check(image);
    return this.#host.outputSize(wire, image.id);
  }

  /**
   * How a chain would be computed at full size, as text for a person: passes, effects that are merged, reach, units, and the
   * bytes of temporaries and scratch. Nothing is computed. The wording may change.
   *
   * @throws `ERR_INVALID_PARAMS`, `ERR_CLOSED`, `ERR_DISPOSED`.
   * @example
   * ```ts
   * console.info(pipeline.explain(photo, [{ effect: 'brightness', amount: 1.2 }, { effect: 'sepia' }]));
   * ```
   */
  explain(image: PixelImage, chain: Chain): string {
    const { wire } = this.#store.encode(chain);
    if (this.#disposed) throw disposed();
    this.#store.check(image);
    return this.#host.explain(wire, image.id);
  }

  /**
   * Makes ready for what is about to come: starts all workers, and builds what the first previews of these images need to be
   * quick. Resolves when that is done; memory that is short is no error, the previews are then as quick as without.
   *
   * @throws `ERR_INVALID_PARAMS`, `ERR_CLOSED`, `ERR_DISPOSED`.
   * @example
   * ```ts
   * await pipeline.warmup([photo]);
   * ```
   */
  async warmup(images: readonly PixelImage[] = []): Promise<void> {
    checkImages(images);
    this.#accepting();
    for (const image of images) this.#store.check(image);
    await this.#host.track(warmUp(this.#host, images));
  }

  /**
   * As of any EventTarget. Events of tasks are made only once somebody listens to `taskend`.
   *
   * @example
   * ```ts
   * pipeline.addEventListener('taskend', (event) => console.debug((event as TaskEndEvent).task.outcome));
   * ```
   */
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: AddEventListenerOptions | boolean,
  ): void {
    if (type === 'taskend') {
      this.#host.onTaskEnd ??= (task) => queueMicrotask(() => this.dispatchEvent(new TaskEndEvent(task)));
    }
    super.addEventListener(type, listener, options);
  }

  /**
   * Counters and sizes, as plain data; cheap enough for every frame, and still there after {@link PipelineCoordinator.dispose}.
   *
   * @example
   * ```ts
   * const { longestTaskMs, buffers } = pipeline.stats();
   * ```
   */
  stats(): PipelineStats {
    return takeStats(this.#host, this.#store, this.mode, this.modeReason, this.#lastCounters);
  }

  /**
   * Takes no new work, and resolves when all accepted work has settled. Images stay usable for reading.
   *
   * @example
   * ```ts
   * await pipeline.drain();
   * ```
   */
  drain(): Promise<void> {
    this.#drained ??= this.#host.whenIdle();
    return this.#drained;
  }

  /**
   * Ends the pipeline: everything open rejects with `ERR_DISPOSED`, workers leave, memory goes back. Resolves when that is
   * done, after 2 s at most if a worker hangs. Calling it again gives the same promise.
   *
   * @example
   * ```ts
   * addEventListener('pagehide', () => pipeline.dispose());
   * ```
   */
  dispose(): Promise<void> {
    this.#disposed ??= this.#end();
    return this.#disposed;
  }

  /** The same as {@link PipelineCoordinator.dispose}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #end(): Promise<void> {
    this.#host.close(disposed);
    this.#store.exporter.close(disposed());
    await this.#host.shutdown(() => {
      this.#store.closeAll();
      this.#lastCounters = { ...readCounters(this.#host), buffersBytesReserved: 0 };
    });
    this.#lastCounters ??= {};
    this.#host.turns.close();
  }

  #poolChanged(change: PoolChange, startReason: ModeReason): void {
    let type: string = change;
    if (change === 'circuitopened' || change === 'circuitclosed') {
      type = 'modechange';
      this.#mode = change === 'circuitopened' ? 'single' : 'threads';
      this.#modeReason = change === 'circuitopened' ? 'circuit-open' : startReason;
    }
    queueMicrotask(() => this.dispatchEvent(new Event(type)));
  }

  #realmChanged(mode: PipelineMode, startMode: PipelineMode, startReason: ModeReason): void {
    const news = mode === this.#mode ? ['realmrestart'] : ['realmrestart', 'modechange'];
    this.#mode = mode;
    this.#modeReason = mode === startMode ? startReason : 'circuit-open';
    for (const type of news) queueMicrotask(() => this.dispatchEvent(new Event(type)));
  }

  #laneChanged(lane: number, pressed: boolean): void {
    const detail: PressureDetail = { priority: lanes[lane] ?? 'background' };
    queueMicrotask(() => this.dispatchEvent(new CustomEvent(pressed ? 'pressure' : 'drain', { detail })));
  }

  #accepting(): void {
    if (this.#disposed) throw disposed();
    if (this.#drained)
      throw new PipelineError('ERR_DISPOSED', 'The pipeline is draining and takes no new work');
  }
}
