// An image in the engine's heap, as its user holds it. Pixels stay where they are; each method says how many copies it makes.
//
// Long copies run in slices under a read lease, so the image may be closed or updated meanwhile without harm.

import type { SharedImageDescriptor } from './attach-image.js';
import { PipelineError } from './errors.js';
import { drawCanvas, encode, readImageData, toBitmap, toFrame } from './image-exports.js';
import type { ImageShape, ImageStore } from './image-store.js';
import { reduceToCover } from './levels.js';
import type { TargetCanvas } from './options.js';
import type { Picture } from './presenter.js';
import { submitConverted, submitReduced } from './requests.js';
import { abortable } from './signals.js';
import { checkBag, checkCanvas, checkColorSpace, checkInteger, checkNumber, invalid } from './validate.js';

/** A half-open rectangle of whole pixels. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Options of {@link PixelImage.toVideoFrame}; both in microseconds. */
export interface FrameInit {
  readonly timestamp: number;
  readonly duration?: number | undefined;
}

/** Options of what gives the pixels away. */
export interface ExportOptions {
  /** Default: the image's own; for another one the workers convert first. */
  readonly colorSpace?: PredefinedColorSpace | undefined;
}

/** Options of {@link PixelImage.toBlob}. */
export interface BlobOptions extends ExportOptions {
  /** MIME type that the browser can encode, default `'image/png'`; an unknown one gives PNG, as with `convertToBlob`. */
  readonly type?: string | undefined;
  /** 0 to 1, for lossy types. Default: the browser's. */
  readonly quality?: number | undefined;
}

/** Pixels that stay where they are until they are released. */
interface Held {
  readonly picture: Picture;
  release(): void;
}

/**
 * An image in shared memory: 8-bit RGBA, straight alpha, rows from the top. Close it when done.
 *
 * Every method throws or rejects with `ERR_CLOSED` after {@link PixelImage.close} and `ERR_DISPOSED` after the pipeline's end.
 *
 * @example
 * ```ts
 * using photo = await pipeline.importImage(file);
 * using result = await pipeline.render(photo, [{ effect: 'gaussian-blur', sigma: 4 }]);
 * const blob = await result.toBlob({ type: 'image/webp', quality: 0.9 });
 * ```
 */
export class PixelImage implements Disposable {
  /** Number of the image in its pipeline; never used again. */
  readonly id: number;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** Colour space of the pixels. */
  readonly colorSpace: PredefinedColorSpace;
  readonly #store: ImageStore;

  /** @internal Images come from `importImage`, `render` and previews. */
  constructor(store: ImageStore, id: number, { width, height, colorSpace }: ImageShape) {
    this.#store = store;
    this.id = id;
    this.width = width;
    this.height = height;
    this.colorSpace = colorSpace;
  }

  /** Raised by each {@link PixelImage.update}. */
  get revision(): number {
    this.#store.checkOpen(this.id);
    return this.#store.host.engine.imageRevision(this.id);
  }

  /**
   * The pixels as ImageData. One copy, in slices.
   *
   * @example
   * ```ts
   * const { data } = await image.toImageData({ colorSpace: 'srgb' });
   * ```
   */
  async toImageData(options?: ExportOptions): Promise<ImageData> {
    return this.#leased(options, (picture) => readImageData(this.#store.host, picture, this.#check));
  }

  /**
   * The pixels as ImageBitmap, which the caller closes. One copy, in a helper worker; canvas storage premultiplies, so colours of
   * nearly transparent pixels lose precision.
   *
   * @example
   * ```ts
   * const bitmap = await image.toImageBitmap();
   * context.drawImage(bitmap, 0, 0);
   * bitmap.close();
   * ```
   */
  async toImageBitmap(options?: ExportOptions): Promise<ImageBitmap> {
    return this.#leased(options, async (picture) => {
      const { exporter, host } = this.#store;
      const made = await exporter.export(picture, undefined, this.#check);
      return (made as ImageBitmap | undefined) ?? toBitmap(await drawCanvas(host, picture, this.#check));
    });
  }

  /**
   * The pixels as VideoFrame in the image's colour space, which the caller closes. One copy, at once: of many megapixels a long task (30 ms for 12 were
   * measured). `new VideoFrame(await image.toImageBitmap(), { timestamp })` takes longer, but in slices.
   *
   * @throws `ERR_UNSUPPORTED_INPUT` where the browser has no VideoFrame.
   * @example
   * ```ts
   * const frame = image.toVideoFrame({ timestamp: index * 33_333 });
   * encoder.encode(frame);
   * frame.close();
   * ```
   */
  toVideoFrame(init: FrameInit): VideoFrame {
    checkBag('init', init);
    checkNumber('init.timestamp', init?.timestamp, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    if (init.duration !== undefined) checkNumber('init.duration', init.duration, 0, Number.MAX_SAFE_INTEGER);
    if (typeof VideoFrame !== 'function') {
      throw new PipelineError('ERR_UNSUPPORTED_INPUT', 'This browser has no VideoFrame');
    }
    return this.read((pixels) => {
      this.#store.copies.out++;
      return this.#store.host.turns.measure(() => toFrame(pixels, this, init));
    });
  }

  /**
   * The image as an encoded file. One copy; the browser encodes, in a helper worker.
   *
   * @example
   * ```ts
   * const blob = await image.toBlob({ type: 'image/jpeg', quality: 0.92, colorSpace: 'srgb' });
   * ```
   */
  async toBlob(options: BlobOptions = {}): Promise<Blob> {
    checkBag('options', options);
    const { type = 'image/png', quality } = options;
    if (typeof type !== 'string') throw invalid('type', 'a MIME type', type);
    if (quality !== undefined) checkNumber('quality', quality, 0, 1);
    return this.#leased(options, async (picture) => {
      const { exporter, host } = this.#store;
      const made = await exporter.export(picture, { type, quality }, this.#check);
      return (
        (made as Blob | undefined) ?? encode(await drawCanvas(host, picture, this.#check), type, quality)
      );
    });
  }

  /**
   * Draws the image over the whole canvas, scaled where sizes differ, and in the canvas's colour space. A canvas of at most half the size gets an image that the
   * workers have reduced; the copy to the canvas runs in slices. A preview on the same canvas that was asked for later wins.
   *
   * @example
   * ```ts
   * await image.drawTo(document.querySelector('canvas'));
   * ```
   */
  async drawTo(canvas: TargetCanvas): Promise<void> {
    checkCanvas('canvas', canvas);
    this.#store.checkOpen(this.id);
    const { host, presenter } = this.#store;
    const ticket = presenter.ticket();
    const reduce = reduceToCover(this.width, this.height, canvas.width, canvas.height);
    if (reduce === 0) {
      await this.#leased(undefined, (picture) => presenter.present(canvas, picture, ticket, 0));
      return;
    }
    const { image, width, height } = await submitReduced(host, this.id, reduce);
    const { colorSpace } = this;
    const { memory } = host;
    const picture = { address: host.engine.imageAddress(image), width, height, colorSpace, memory };
    const shown = presenter.present(canvas, picture, ticket, 0).finally(() => this.#store.release(image));
    await abortable(host.track(shown), [host.closing]);
  }

  /**
   * Replaces the pixels of a rectangle, at once, and raises the revision. Requests that are running keep what they started
   * with, which costs one copy of the image when there are any.
   *
   * @param rect Whole pixels inside the image.
   * @param data `rect.width * rect.height * 4` bytes, RGBA, straight alpha, rows packed.
   * @throws `ERR_INVALID_PARAMS`, `ERR_OUT_OF_MEMORY`.
   * @example
   * ```ts
   * image.update({ x: 10, y: 20, width: 1, height: 1 }, new Uint8ClampedArray([255, 0, 0, 255]));
   * ```
   */
  update(rect: Rect, data: Uint8ClampedArray | Uint8Array): void {
    const { host } = this.#store;
    this.#store.checkOpen(this.id);
    checkBag('rect', rect);
    checkInteger('rect.x', rect?.x, 0, this.width - 1);
    checkInteger('rect.y', rect.y, 0, this.height - 1);
    checkInteger('rect.width', rect.width, 1, this.width - rect.x);
    checkInteger('rect.height', rect.height, 1, this.height - rect.y);
    const row = rect.width * 4;
    if (
      !(data instanceof Uint8ClampedArray || data instanceof Uint8Array) ||
      data.length !== row * rect.height
    ) {
      const got = (data as { length?: unknown } | null)?.length;
      throw new PipelineError(
        'ERR_INVALID_PARAMS',
        `Expected \`data\` to hold ${row * rect.height} bytes for ${rect.width} x ${rect.height} pixels, got ${got}`,
      );
    }
    host.turns.measure(() => {
      const address = host.check(host.engine.beginWrite(this.id));
      const heap = host.bytes();
      const first = address + (rect.y * this.width + rect.x) * 4;
      if (rect.width === this.width) heap.set(data, first);
      else {
        for (let y = 0; y < rect.height; y++) {
          heap.set(data.subarray(y * row, (y + 1) * row), first + y * this.width * 4);
        }
      }
      host.engine.endWrite(this.id);
    });
  }

  /**
   * Lends the pixels to one worker of the page's own: posted there, {@link attachImage} makes a view of them without a copy. They
   * stay as they are now until the view is released, whatever is updated or closed meanwhile. What nobody has attached ends when
   * the image is closed. Ask for one descriptor per worker; 256 may be out at a time.
   *
   * Where memory is not shared (mode `'single'`) the descriptor carries a copy, made at once (of many megapixels a long task), and
   * posting it copies once more.
   *
   * @throws `ERR_QUEUE_FULL` when too many are out.
   * @example
   * ```ts
   * worker.postMessage(image.descriptor());
   * // in the worker:
   * using image = await attachImage(event.data);
   * ```
   */
  descriptor(): SharedImageDescriptor {
    this.#store.checkOpen(this.id);
    const { host } = this.#store;
    const { width, height, colorSpace, revision } = this;
    const shape = {
      stride: width * 4,
      width,
      height,
      pixelFormat: 'rgba-unorm8',
      colorSpace,
      revision,
    } as const;
    const { buffer } = host.memory;
    if (!host.threads) {
      const copy = this.read((pixels) => host.turns.measure(() => pixels.slice()));
      this.#store.copies.out++;
      return { buffer: copy.buffer, offset: 0, ...shape, generation: 0 };
    }
    const { ticket, ...lease } = this.#store.lending.offer(this.id);
    const offset = host.engine.imageAddress(this.id);
    return { buffer, offset, ...shape, generation: ticket, lease };
  }

  /**
   * Takes back what descriptors of this image have lent, by force, and says how many that were. Only for workers that have ended,
   * in a browser without Web Locks: with them a worker's end is noticed. A view that is still used would show other pixels later.
   *
   * @example
   * ```ts
   * worker.terminate();
   * image.reclaim();
   * ```
   */
  reclaim(): number {
    this.#store.checkOpen(this.id);
    return this.#store.host.engine.reclaimImage(this.id);
  }

  /**
   * Calls `fn` with a view of the pixels, without a copy, and gives its result. The view is for reading and dies with the call.
   *
   * @example
   * ```ts
   * const red = image.read((pixels, stride) => pixels[y * stride + x * 4]);
   * ```
   */
  read<T>(fn: (pixels: Uint8ClampedArray, stride: number) => T): T {
    if (typeof fn !== 'function') throw invalid('fn', 'a function', fn);
    const { picture, release } = this.#acquire();
    try {
      const end = picture.address + this.width * this.height * 4;
      return fn(this.#store.host.bytes().subarray(picture.address, end), this.width * 4);
    } finally {
      release();
    }
  }

  /** Gives the pixels back. Requests and copies that already run on them finish. Does nothing the second time. */
  close(): void {
    this.#store.close(this.id, this);
  }

  /** The same as {@link PixelImage.close}, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal */
  belongsTo(store: ImageStore): boolean {
    return this.#store === store;
  }

  readonly #check = (): void => {
    if (this.#store.host.closing.aborted) throw this.#store.host.closing.reason;
  };

  /** Pins the pixels where they are now: an update meanwhile goes elsewhere, a close waits. */
  #acquire(): Held {
    const release = this.#store.hold(this.id);
    const { id, width, height, colorSpace } = this;
    const { engine, memory } = this.#store.host;
    const address = engine.imageAddress(id);
    return { picture: { address, width, height, colorSpace, memory }, release };
  }

  /** The pixels in another colour space: an image of the engine's, for one use. */
  async #convert(colorSpace: PredefinedColorSpace): Promise<Held> {
    this.#store.checkOpen(this.id);
    const { host } = this.#store;
    const { image, width, height } = await submitConverted(host, this.id, colorSpace);
    const { engine, memory } = host;
    const picture = { address: engine.imageAddress(image), width, height, colorSpace, memory };
    return { picture, release: () => this.#store.release(image) };
  }

  /** Runs a copy out under a read lease; the caller's promise ends with the pipeline, the lease with the copy. */
  async #leased<T>(options: ExportOptions | undefined, work: (picture: Picture) => Promise<T>): Promise<T> {
    checkBag('options', options);
    const { colorSpace = this.colorSpace } = options ?? {};
    checkColorSpace(colorSpace);
    const { host, copies } = this.#store;
    const held = colorSpace === this.colorSpace ? this.#acquire() : await this.#convert(colorSpace);
    const { picture, release } = held;
    const operation = host.track(work(picture).finally(release));
    const result = await abortable(operation, [host.closing]);
    copies.out++;
    return result;
  }
}
