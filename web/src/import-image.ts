// Brings pixels into the heap without a long task. The browser decodes off the page's thread (createImageBitmap) and converts
// to RGBA band by band (VideoFrame.copyTo), in threads mode straight into the heap: one copy. Memory that is not shared may
// move while the browser writes, so in single mode each band lands in a buffer of its own first.
//
// VideoFrame's conversion is not trusted by name: it is tried once on four known pixels. And it is not trusted with alpha at
// all, because a frame made of a premultiplied bitmap or canvas comes out premultiplied in some engines: at the first pixel
// that is not opaque, the import starts over through a small canvas, which every engine reads back straight.

import {
  copyRgba,
  type Drawable,
  declaredSpace,
  decode,
  frameOf,
  isOpaque,
  kindOf,
  opaqueFormats,
  type Signals,
  sizeOf,
  tryFrames,
  unsupported,
} from './decode-source.js';
import type { EngineHost } from './engine-host.js';
import { PipelineError } from './errors.js';
import type { FrameEvent } from './events.js';
import { makeImageData } from './image-data.js';
import type { ImageShape, ImageStore } from './image-store.js';
import { spaceIndex } from './native-engine.js';
import type { ImageSource, ImportOptions, RawPixels } from './options.js';
import type { PixelImage } from './pixel-image.js';
import { context2D, newCanvas } from './presenter.js';
import { submitConverted } from './requests.js';
import { abortable, throwIfAborted } from './signals.js';
import { checkRawPixels, maxSide } from './validate.js';

/** What an import is to become; `place` is the image of an engine before whose pixels are wanted again. */
interface ImportJob {
  readonly signals: Signals;
  readonly colorSpace?: PredefinedColorSpace | undefined;
  readonly reload?: ImportOptions['reload'];
  readonly place?: { readonly id: number } & ImageShape;
}

/** Bytes of a band. */
const bandBytes = 1 << 20;
/** Milliseconds of copying after which the import lets other tasks run. */
const sliceMs = 2;

/** Imports images; one per pipeline. */
export class Importer {
  readonly #host: EngineHost;
  readonly #store: ImageStore;
  #trust: Promise<boolean> | undefined;

  constructor(store: ImageStore) {
    this.#store = store;
    this.#host = store.host;
  }

  /**
   * Imports; every failure is a PipelineError or the signal's reason, and leaves no image behind. An import into an engine that
   * is lost meanwhile starts over with the next one.
   */
  async import(source: ImageSource, options: ImportOptions): Promise<PixelImage> {
    for (;;) {
      await this.#host.live;
      const { realm } = this.#host;
      try {
        const image = await this.#into(source, { ...options, signals: [options.signal, this.#host.closing] });
        if (image) return image;
      } catch (error) {
        throwIfAborted([options.signal, this.#host.closing]);
        await this.#host.live;
        if (this.#host.realm === realm) throw error;
      }
    }
  }

  /** Imports the pixels of an image that was open in an engine before, under its id; it must have the same size. */
  async again(id: number, source: unknown): Promise<void> {
    const shape = this.#store.shapeOf(id);
    const { colorSpace } = shape;
    await this.#into(source as ImageSource, {
      signals: [this.#host.closing],
      colorSpace,
      place: { id, ...shape },
    });
  }

  async #into(source: ImageSource, job: ImportJob): Promise<PixelImage | undefined> {
    throwIfAborted(job.signals);
    const kind = kindOf(source);
    if (kind === 'raw' || kind === 'ImageData') {
      const raw = source as RawPixels;
      if ((raw as { pixelFormat?: string }).pixelFormat === 'rgba-float16') {
        throw unsupported('Expected 8-bit pixels, got ImageData with pixelFormat rgba-float16');
      }
      const stride = checkRawPixels(raw);
      const own = raw.colorSpace ?? 'srgb';
      const { colorSpace = own } = job;
      if (colorSpace === own) return this.#fromRows(raw, stride, own, job);
      if (!job.place) return this.#convert(await this.#fromRows(raw, stride, own, job), colorSpace, job);
      // Between two engines nothing can be computed: the browser converts.
      return this.#fromPicture('ImageData', imageData(raw, stride, own), job);
    }
    return this.#fromPicture(kind, source, job);
  }

  /** The image in another colour space; the same bytes in every browser, which a canvas would not give. */
  async #convert(
    image: PixelImage | undefined,
    colorSpace: PredefinedColorSpace,
    { signals, reload }: ImportJob,
  ): Promise<PixelImage | undefined> {
    if (!image) return undefined;
    try {
      const made = submitConverted(this.#host, image.id, colorSpace);
      const late = (frame: FrameEvent) => this.#store.release(frame.image);
      const { image: id, width, height } = await abortable(made, signals, late);
      return this.#store.adopt(id, { width, height, colorSpace }, reload);
    } finally {
      image.close();
    }
  }

  async #fromRows(
    raw: RawPixels,
    stride: number,
    colorSpace: PredefinedColorSpace,
    job: ImportJob,
  ): Promise<PixelImage | undefined> {
    const { signals } = job;
    const { data, width, height } = raw;
    const id = this.#create({ width, height, colorSpace }, job);
    const row = width * 4;
    const copy = this.#host.turns.rows(
      height,
      row,
      () => throwIfAborted(signals),
      (begin, end) => {
        const heap = this.#host.bytes();
        const to = this.#host.check(this.#host.engine.imageAddress(id));
        if (stride === row) return heap.set(data.subarray(begin * row, end * row), to + begin * row);
        for (let y = begin; y < end; y++) heap.set(data.subarray(y * stride, y * stride + row), to + y * row);
      },
    );
    return this.#finish(id, { width, height, colorSpace }, copy, 1, job);
  }

  async #fromPicture(kind: string, source: ImageSource, job: ImportJob): Promise<PixelImage | undefined> {
    const { signals } = job;
    const picture = await decode(kind, source, signals);
    const owned = picture !== source;
    const frame = frameOf(picture);
    let writing: Promise<unknown> = Promise.resolve();
    try {
      const [width, height] = sizeOf(picture);
      if (width > maxSide || height > maxSide) {
        throw unsupported(`Expected an image of at most ${maxSide} pixels a side, got ${width} x ${height}`);
      }
      const trusted = (await abortable(this.#framesTrusted(), signals)) ? frame : undefined;
      const { colorSpace = declaredSpace(frame) } = job;
      const shape = { width, height, colorSpace };
      const id = this.#create(shape, job);
      let copies = 0;
      const fill = async (): Promise<void> => {
        if (trusted) copies = await this.#byFrame(trusted, shape, id, signals);
        if (copies === 0) copies = await this.#byCanvas(picture, shape, id, signals);
      };
      writing = fill();
      const image = this.#finish(id, shape, writing, () => copies, job);
      return await image;
    } finally {
      const close = () => {
        if (frame !== picture) frame?.close();
        if (owned) picture.close();
      };
      void writing.then(close, close);
    }
  }

  /** Copies through VideoFrame; the number of copies made, 0 when another way must be taken. */
  async #byFrame(
    frame: VideoFrame,
    { width, height, colorSpace }: ImageShape,
    id: number,
    signals: Signals,
  ): Promise<number> {
    const host = this.#host;
    const { turns } = host;
    const row = width * 4;
    const address = host.engine.imageAddress(id);
    const { memory } = host;
    try {
      const scan = !opaqueFormats.test(frame.format ?? '');
      // Bands start at multiples of 16 rows: formats that share colour between rows ask for even ones.
      const bandRows = Math.max(16, Math.floor(bandBytes / row / 16) * 16);
      const buffer = host.threads ? undefined : new Uint8ClampedArray(Math.min(bandRows, height) * row);
      for (let y = 0; y < height; y += bandRows) {
        const rows = Math.min(bandRows, height - y);
        const at = address + y * row;
        const band = buffer
          ? buffer.subarray(0, rows * row)
          : host.bytes(memory).subarray(at, at + rows * row);
        const copying = turns.measure(() => copyRgba(frame, y, rows, band, colorSpace));
        await copying;
        throwIfAborted(signals);
        if (scan && !turns.measure(() => isOpaque(band))) return 0;
        if (buffer) turns.measure(() => host.bytes(memory).set(band, at));
        if (turns.usedMs > sliceMs) await turns.next();
      }
      return host.threads ? 1 : 2;
    } catch (error) {
      throwIfAborted(signals);
      if (error instanceof PipelineError) throw error;
      return 0;
    }
  }

  /** Copies through a canvas of a few rows. */
  async #byCanvas(
    picture: Drawable,
    { width, height, colorSpace }: ImageShape,
    id: number,
    signals: Signals,
  ): Promise<number> {
    const host = this.#host;
    const row = width * 4;
    const bandRows = Math.min(height, Math.max(1, Math.floor(bandBytes / row)));
    try {
      const context = context2D(newCanvas(width, bandRows), colorSpace, true);
      context.globalCompositeOperation = 'copy';
      await host.turns.rows(
        height,
        row,
        () => throwIfAborted(signals),
        (begin, end) => {
          for (let y = begin; y < end; y += bandRows) {
            const rows = Math.min(bandRows, end - y);
            context.drawImage(picture, 0, y, width, rows, 0, 0, width, rows);
            const { data } = context.getImageData(0, 0, width, rows, { colorSpace });
            host.bytes().set(data, host.check(host.engine.imageAddress(id)) + y * row);
          }
        },
      );
      return 2;
    } catch (error) {
      throwIfAborted(signals);
      if (error instanceof PipelineError) throw error;
      throw unsupported(
        `Cannot read the pixels: ${error instanceof Error ? error.message : String(error)}`,
        error,
      );
    }
  }

  #create({ width, height, colorSpace }: ImageShape, { place }: ImportJob): number {
    const host = this.#host;
    const space = spaceIndex(colorSpace);
    if (!place) return host.noteImage(host.check(host.engine.createImage(width, height, space)));
    if (width !== place.width || height !== place.height) {
      throw unsupported(
        `Expected ${place.width} x ${place.height} pixels as before, got ${width} x ${height}`,
      );
    }
    return host.check(host.engine.restoreImage(place.id, width, height, space, 1));
  }

  /**
   * Waits for the pixels, seals the image and hands it over. On a failure or abort the image goes back, but not before the
   * browser has stopped writing into it.
   */
  async #finish(
    id: number,
    shape: ImageShape,
    writing: Promise<unknown>,
    copies: number | (() => number),
    { signals, place, reload }: ImportJob,
  ): Promise<PixelImage | undefined> {
    const { realm } = this.#host;
    this.#host.track(writing);
    try {
      await abortable(writing, signals);
      throwIfAborted(signals);
      if (this.#host.realm !== realm || this.#host.crashed) throw lostMeanwhile();
    } catch (error) {
      const release = () => this.#store.release(id);
      writing.then(release, release);
      throw error;
    }
    this.#host.engine.sealImage(id);
    this.#store.copies.in += typeof copies === 'number' ? copies : copies();
    return place ? undefined : this.#store.adopt(id, shape, reload);
  }

  #framesTrusted(): Promise<boolean> {
    this.#trust ??= tryFrames(this.#host.threads);
    return this.#trust;
  }
}

/** Raw pixels as the browser takes them. */
function imageData(raw: RawPixels, stride: number, colorSpace: PredefinedColorSpace): ImageData {
  const { data, width, height } = raw;
  const made = makeImageData(width, height, colorSpace);
  const row = width * 4;
  for (let y = 0; y < height; y++) made.data.set(data.subarray(y * stride, y * stride + row), y * row);
  return made;
}

function lostMeanwhile(): PipelineError {
  return new PipelineError('ERR_TASK_FAILED', 'The engine was lost during the import');
}
