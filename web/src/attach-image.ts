// The far side of PixelImage.descriptor(): a worker of the page's own views an image without a copy.
//
// Nothing of the pipeline is needed here but the descriptor: a word of shared memory says whether its ticket still counts, and
// two compare-and-sets of it attach and release. The core's side is src/buffers/stranger_leases.h. A Web Lock, held for as long
// as the view, tells the page when the worker is gone without a word.

import { PipelineError } from './errors.js';
import { checkBag, invalid } from './validate.js';

/** Where an image's pixels are: plain data for `postMessage`. One descriptor is for one worker. */
export interface SharedImageDescriptor {
  /**
   * Where memory is shared, all of it, viewed in place; otherwise an ArrayBuffer with a copy of the image's pixels, made by
   * `descriptor()`.
   */
  readonly buffer: ArrayBufferLike;
  /** Byte of the first pixel. */
  readonly offset: number;
  /** Bytes from row to row. */
  readonly stride: number;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** 8-bit RGBA, straight alpha. */
  readonly pixelFormat: 'rgba-unorm8';
  readonly colorSpace: PredefinedColorSpace;
  /** The image's revision when the descriptor was made; its pixels stay those, whatever is updated since. */
  readonly revision: number;
  /** Names this use of the memory; {@link attachImage} refuses a descriptor whose use is over. 0 for a copy. */
  readonly generation: number;
  /** What {@link attachImage} needs; absent for a copy. */
  readonly lease?: ImageLease | undefined;
}

/** The shared words of one descriptor; of no use to a reader of pixels. */
export interface ImageLease {
  /** Byte of the word with ticket and state. */
  readonly word: number;
  /** Byte of the word that wakes the page. */
  readonly bell: number;
  /** Name of the Web Lock that is held while the image is attached. */
  readonly lock: string;
}

/** Ticket states, in the two low bits of the word. */
export const leaseState = { free: 0, offered: 1, attached: 2, released: 3 } as const;

/** A view of an image; release it when done. */
export interface AttachedImage extends Disposable {
  readonly width: number;
  readonly height: number;
  /** Bytes from row to row. */
  readonly stride: number;
  readonly colorSpace: PredefinedColorSpace;
  readonly revision: number;
  /** The pixels, for reading. In threads mode they are shared memory, which `ImageData` and text decoders do not take. */
  readonly pixels: Uint8ClampedArray;
  /** Gives the pixels back; `pixels` throws `ERR_CLOSED` from then on. Does nothing the second time. */
  release(): void;
}

/**
 * Views the image of a descriptor, in any worker that it was posted to. The pixels stay as they are until `release()`, even when
 * the image is updated or closed meanwhile. A worker that ends gives back what it had attached, where there are Web Locks; see
 * {@link PixelImage.reclaim} for where there are none.
 *
 * @throws `ERR_INVALID_PARAMS`; `ERR_CLOSED` when the descriptor was attached before, or was taken back.
 * @example
 * ```ts
 * onmessage = async ({ data: descriptor }) => {
 *   using image = await attachImage(descriptor);
 *   postMessage(findFaces(image.pixels, image.width, image.height, image.stride));
 * };
 * ```
 */
export async function attachImage(descriptor: SharedImageDescriptor): Promise<AttachedImage> {
  check(descriptor);
  const { buffer, lease, generation } = descriptor;
  if (!lease) return new View(descriptor, () => {});
  const words = new Uint32Array(buffer, lease.word, 1);
  const letGo = await holdLock(lease.lock);
  const state = (name: keyof typeof leaseState): number => ((generation << 2) | leaseState[name]) >>> 0;
  const offered = state('offered');
  if (!letGo || Atomics.compareExchange(words, 0, offered, state('attached')) !== offered) {
    letGo?.();
    throw new PipelineError(
      'ERR_CLOSED',
      `Expected a descriptor that is still offered, got one that was attached before or taken back (generation ${generation})`,
    );
  }
  const ring = () => {
    const bell = new Int32Array(buffer, lease.bell, 1);
    Atomics.add(bell, 0, 1);
    Atomics.notify(bell, 0);
  };
  ring(); // the page asks for the lock from now on
  return new View(descriptor, () => {
    Atomics.compareExchange(words, 0, state('attached'), state('released'));
    ring();
    letGo();
  });
}

class View implements AttachedImage {
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly colorSpace: PredefinedColorSpace;
  readonly revision: number;
  #pixels: Uint8ClampedArray | undefined;
  readonly #release: () => void;

  constructor(descriptor: SharedImageDescriptor, release: () => void) {
    const { buffer, offset, stride, width, height, colorSpace, revision } = descriptor;
    this.width = width;
    this.height = height;
    this.stride = stride;
    this.colorSpace = colorSpace;
    this.revision = revision;
    this.#pixels = new Uint8ClampedArray(buffer, offset, stride * height);
    this.#release = release;
  }

  get pixels(): Uint8ClampedArray {
    if (!this.#pixels) throw new PipelineError('ERR_CLOSED', 'The attached image was released');
    return this.#pixels;
  }

  release(): void {
    if (!this.#pixels) return;
    this.#pixels = undefined;
    this.#release();
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

/** Takes the lock and gives what lets go of it; undefined when somebody has it, which is who attached before. */
function holdLock(name: string): Promise<(() => void) | undefined> {
  const locks = globalThis.navigator?.locks;
  if (!locks) return Promise.resolve(() => {});
  return new Promise((resolve, reject) => {
    locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (!lock) return resolve(undefined);
        return new Promise<void>((letGo) => resolve(letGo));
      })
      .catch(reject);
  });
}

function check(descriptor: SharedImageDescriptor): void {
  checkBag('descriptor', descriptor);
  const { buffer, offset, stride, height, generation } = descriptor ?? {};
  const shared = typeof SharedArrayBuffer === 'function' && buffer instanceof SharedArrayBuffer;
  if (!shared && !(buffer instanceof ArrayBuffer)) {
    throw invalid('descriptor.buffer', 'an ArrayBuffer or SharedArrayBuffer', buffer);
  }
  for (const [name, value] of Object.entries({ offset, stride, height, generation })) {
    if (!Number.isInteger(value) || value < 0) {
      throw invalid(`descriptor.${name}`, 'an integer of at least 0', value);
    }
  }
}
