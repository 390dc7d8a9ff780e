// Brings pixels into the heap without a long task. The browser decodes off the page's thread (createImageBitmap) and converts
// to RGBA band by band (VideoFrame.copyTo), in threads mode straight into the heap: one copy. Memory that is not shared may
// move while the browser writes, so in single mode each band lands in a buffer of its own first.
//
// VideoFrame's conversion is not trusted by name: it is tried once on four known pixels. And it is not trusted with alpha at
// all, because a frame made of a premultiplied bitmap or canvas comes out premultiplied in some engines: at the first pixel
// that is not opaque, the import starts over through a small canvas, which every engine reads back straight.

import type { EngineHost } from './engine-host.js';
import { PipelineError } from './errors.js';
import type { ImageStore } from './image-store.js';
import type { ImageSource, ImportOptions, RawPixels } from './options.js';
import type { PixelImage } from './pixel-image.js';
import { context2D, newCanvas } from './presenter.js';
import { abortable, throwIfAborted } from './signals.js';
import { checkRawPixels, maxSide, show } from './validate.js';

/** The image of an engine before whose pixels are wanted again. */
interface Place {
  readonly id: number;
  readonly width: number;
  readonly height: number;
}
/** What an import is to become. */
interface ImportJob {
  readonly signals: Signals;
  readonly colorSpace?: PredefinedColorSpace | undefined;
  readonly reload?: ImportOptions['reload'];
  readonly place?: Place;
}
type Signals = readonly (AbortSignal | undefined)[];
type Drawable = ImageBitmap | VideoFrame;

/** Bytes of a band. */
const bandBytes = 1 << 20;
/** Milliseconds of copying after which the import lets other tasks run. */
const sliceMs = 2;
/** Formats of frames without alpha. */
const opaqueFormats = /^(RGBX|BGRX|NV12|I4(20|22|44)(P1[02])?)$/;

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
    const { width, height } = this.#store.sizeOf(id);
    const place = { id, width, height };
    await this.#into(source as ImageSource, { signals: [this.#host.closing], place });
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
      if ((job.colorSpace ?? own) === own) return this.#fromRows(raw, stride, own, job);
    }
    return this.#fromPicture(kind, source, job.colorSpace ?? 'srgb', job);
  }

  async #fromRows(
    raw: RawPixels,
    stride: number,
    colorSpace: PredefinedColorSpace,
    job: ImportJob,
  ): Promise<PixelImage | undefined> {
    const { signals } = job;
    const { data, width, height } = raw;
    const id = this.#create(width, height, job);
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
    return this.#finish(id, width, height, colorSpace, copy, 1, job);
  }

  async #fromPicture(
    kind: string,
    source: ImageSource,
    colorSpace: PredefinedColorSpace,
    job: ImportJob,
  ): Promise<PixelImage | undefined> {
    const { signals } = job;
    const picture = await this.#decode(kind, source, signals);
    const owned = picture !== source;
    let writing: Promise<unknown> = Promise.resolve();
    try {
      const [width, height] = sizeOf(picture);
      if (width > maxSide || height > maxSide) {
        throw unsupported(`Expected an image of at most ${maxSide} pixels a side, got ${width} x ${height}`);
      }
      const trusted = await abortable(this.#framesTrusted(), signals);
      const id = this.#create(width, height, job);
      let copies = 0;
      const fill = async (): Promise<void> => {
        if (trusted) copies = await this.#byFrame(picture, id, colorSpace, signals);
        if (copies === 0) copies = await this.#byCanvas(picture, id, colorSpace, signals);
      };
      writing = fill();
      const image = this.#finish(id, width, height, colorSpace, writing, () => copies, job);
      return await image;
    } finally {
      if (owned) void writing.catch(() => {}).then(() => picture.close());
    }
  }

  /** Anything that can be drawn, as a bitmap or frame with its pixels fixed. */
  async #decode(kind: string, source: ImageSource, signals: Signals): Promise<Drawable> {
    if (kind === 'ImageBitmap') return source as ImageBitmap;
    try {
      if (kind === 'VideoFrame') {
        const frame = source as VideoFrame & { rotation?: number; flip?: boolean };
        if (frame.format === null && frame.codedWidth === 0) throw new Error('the frame was closed');
        if (!frame.rotation && !frame.flip) return frame;
      }
      if (kind === 'HTMLImageElement') await abortable((source as HTMLImageElement).decode(), signals);
      if (typeof createImageBitmap !== 'function') throw new Error('there is no createImageBitmap here');
      const bitmap = createImageBitmap(source as ImageBitmapSource, { imageOrientation: 'from-image' });
      return await abortable(bitmap, signals, (late) => late.close());
    } catch (error) {
      throwIfAborted(signals);
      throw unsupported(
        `Cannot decode the ${kind}: ${error instanceof Error ? error.message : String(error)}`,
        error,
      );
    }
  }

  /** Copies through VideoFrame; the number of copies made, 0 when another way must be taken. */
  async #byFrame(
    picture: Drawable,
    id: number,
    colorSpace: PredefinedColorSpace,
    signals: Signals,
  ): Promise<number> {
    const host = this.#host;
    const { turns } = host;
    const [width, height] = sizeOf(picture);
    const row = width * 4;
    const address = host.engine.imageAddress(id);
    const { memory } = host;
    let frame: VideoFrame | undefined;
    try {
      frame = kindOf(picture) === 'VideoFrame' ? (picture as VideoFrame) : videoFrame(picture as ImageBitmap);
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
        const copying = turns.measure(() => copyRgba(frame as VideoFrame, y, rows, band, colorSpace));
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
    } finally {
      if (frame !== picture) frame?.close();
    }
  }

  /** Copies through a canvas of a few rows. */
  async #byCanvas(
    picture: Drawable,
    id: number,
    colorSpace: PredefinedColorSpace,
    signals: Signals,
  ): Promise<number> {
    const host = this.#host;
    const [width, height] = sizeOf(picture);
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

  #create(width: number, height: number, { place }: ImportJob): number {
    const host = this.#host;
    if (!place) return host.noteImage(host.check(host.engine.createImage(width, height)));
    if (width !== place.width || height !== place.height) {
      throw unsupported(
        `Expected ${place.width} x ${place.height} pixels as before, got ${width} x ${height}`,
      );
    }
    return host.check(host.engine.restoreImage(place.id, width, height, 1));
  }

  /**
   * Waits for the pixels, seals the image and hands it over. On a failure or abort the image goes back, but not before the
   * browser has stopped writing into it.
   */
  async #finish(
    id: number,
    width: number,
    height: number,
    colorSpace: PredefinedColorSpace,
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
    return place ? undefined : this.#store.adopt(id, width, height, colorSpace, reload);
  }

  #framesTrusted(): Promise<boolean> {
    this.#trust ??= tryFrames(this.#host.threads);
    return this.#trust;
  }
}

/** The interface name of a platform object of any realm; 'raw' for plain pixels. */
function kindOf(source: unknown): string {
  const tag = Object.prototype.toString.call(source).slice(8, -1);
  if (tag === 'File') return 'Blob';
  if (kinds.has(tag)) return tag;
  if (typeof source === 'object' && source !== null && 'data' in source) return 'raw';
  throw new PipelineError(
    'ERR_INVALID_PARAMS',
    `Expected \`source\` to be one of ${[...kinds].join(', ')} or { data, width, height }, got ${show(source)}`,
  );
}

const kinds: ReadonlySet<string> = new Set([
  'Blob',
  'ImageBitmap',
  'ImageData',
  'VideoFrame',
  'HTMLImageElement',
  'HTMLVideoElement',
  'HTMLCanvasElement',
  'OffscreenCanvas',
]);

function sizeOf(picture: Drawable): readonly [number, number] {
  if ('visibleRect' in picture) return [picture.visibleRect?.width ?? 0, picture.visibleRect?.height ?? 0];
  return [picture.width, picture.height];
}

function videoFrame(bitmap: ImageBitmap): VideoFrame {
  return new VideoFrame(bitmap, { timestamp: 0 });
}

/** Writes `rows` rows of the frame's visible part, from row `y` on, as packed RGBA. */
async function copyRgba(
  frame: VideoFrame,
  y: number,
  rows: number,
  target: Uint8ClampedArray,
  colorSpace: PredefinedColorSpace,
): Promise<void> {
  const { x = 0, y: top = 0, width = 0 } = frame.visibleRect ?? {};
  const stride = width * 4;
  const options: VideoFrameCopyToOptions = {
    format: 'RGBA',
    colorSpace,
    rect: { x, y: top + y, width, height: rows },
    layout: [{ offset: 0, stride }],
  };
  if (frame.allocationSize(options) !== target.byteLength) throw new Error('copyTo would not write RGBA');
  const layout = await frame.copyTo(target, options);
  if (layout[0]?.offset !== 0 || layout[0].stride !== stride)
    throw new Error('copyTo did not keep the layout');
}

/** True when every pixel's alpha is 255. The bytes start at a pixel, in memory that is aligned to 4. */
function isOpaque(rgba: Uint8ClampedArray): boolean {
  const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.byteLength >> 2);
  let all = 0xff000000; // little-endian, as WebAssembly is
  for (let i = 0; i < pixels.length; i++) all &= pixels[i] as number;
  return all >>> 24 === 255;
}

/** Tries the way through VideoFrame on four pixels whose bytes are known; a difference of 2 is rounding. */
async function tryFrames(shared: boolean): Promise<boolean> {
  if (typeof VideoFrame !== 'function' || typeof VideoFrame.prototype.copyTo !== 'function') return false;
  const bytes = [255, 128, 0, 255, 0, 64, 255, 255, 32, 200, 90, 255, 250, 10, 128, 255];
  let bitmap: ImageBitmap | undefined;
  let frame: VideoFrame | undefined;
  try {
    bitmap = await createImageBitmap(new ImageData(new Uint8ClampedArray(bytes), 2, 2));
    frame = videoFrame(bitmap);
    const got = new Uint8ClampedArray(shared ? new SharedArrayBuffer(16) : new ArrayBuffer(16));
    await copyRgba(frame, 0, 2, got, 'srgb');
    return bytes.every((byte, i) => Math.abs(byte - (got[i] ?? -1)) <= 2);
  } catch {
    return false;
  } finally {
    frame?.close();
    bitmap?.close();
  }
}

function lostMeanwhile(): PipelineError {
  return new PipelineError('ERR_TASK_FAILED', 'The engine was lost during the import');
}

function unsupported(message: string, cause?: unknown): PipelineError {
  return new PipelineError('ERR_UNSUPPORTED_INPUT', message, { cause });
}
