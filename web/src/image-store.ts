// The images that are open: who may use them, who forgot to close them, and how often pixels were copied.
//
// A FinalizationRegistry is the safety net only: it closes what was dropped without close(), counts it, and warns once.

import { effectDescriptors } from './effects.generated.js';
import { encodeChain } from './encode-chain.js';
import type { EngineHost } from './engine-host.js';
import { PipelineError } from './errors.js';
import { Exporter } from './exporter.js';
import { Lending } from './lending.js';
import { PixelImage } from './pixel-image.js';
import type { Presenter } from './presenter.js';
import { invalid } from './validate.js';

/** Copies of whole images between the heap and anything else. */
export interface Copies {
  in: number;
  out: number;
}

/** What an image's pixels are. */
export interface ImageShape {
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  readonly colorSpace: PredefinedColorSpace;
}

/** What is kept per open image. */
interface OpenImage extends ImageShape {
  readonly reload: (() => unknown) | undefined;
}

/** Keeps the books on images; one per pipeline. */
export class ImageStore {
  readonly host: EngineHost;
  readonly presenter: Presenter;
  readonly exporter: Exporter;
  readonly lending: Lending;
  readonly copies: Copies = { in: 0, out: 0 };
  /** Images that were garbage collected without close(). */
  leaked = 0;
  readonly #open = new Map<number, OpenImage>();
  readonly #lost = new Map<number, PipelineError>();
  readonly #registry: FinalizationRegistry<number> | undefined;

  constructor(host: EngineHost, presenter: Presenter) {
    this.host = host;
    this.presenter = presenter;
    this.exporter = new Exporter(host);
    host.refusal = (id) => this.#lost.get(id);
    this.lending = new Lending(host);
    if (typeof FinalizationRegistry === 'function')
      this.#registry = new FinalizationRegistry((id) => this.#leak(id));
  }

  /** Images that are open. */
  get open(): number {
    return this.#open.size;
  }

  /** Makes the handle of an image that the engine has just handed over. */
  adopt(id: number, shape: ImageShape, reload?: () => unknown): PixelImage {
    const image = new PixelImage(this, id, shape);
    this.#open.set(id, { ...shape, reload });
    this.host.noteImage(id);
    this.#registry?.register(image, id, image);
    return image;
  }

  /** The images that are open and have pixels. */
  ids(): number[] {
    return [...this.#open.keys()].filter((id) => !this.#lost.has(id));
  }

  isOpen(id: number): boolean {
    return this.#open.has(id);
  }

  /** What an open image is. */
  shapeOf(id: number): ImageShape {
    const { width = 0, height = 0, colorSpace = 'srgb' } = this.#open.get(id) ?? {};
    return { width, height, colorSpace };
  }

  /** Where the image can be had again, if its user said so. */
  reloadOf(id: number): (() => unknown) | undefined {
    return this.#open.get(id)?.reload;
  }

  /** The pixels are gone: whoever asks for them gets the error. */
  lose(id: number, error: PipelineError): void {
    this.#lost.set(id, error);
  }

  /** A chain in wire form, and the other images that its steps name. Throws the typed error of the first fault. */
  encode(chain: unknown): { wire: number[]; others: number[] } {
    const others: number[] = [];
    const wire = encodeChain(chain, effectDescriptors, (name, value) => {
      if (!(value instanceof PixelImage && value.belongsTo(this)))
        throw invalid(name, 'a PixelImage of this pipeline', value);
      this.checkOpen(value.id);
      others.push(value.id);
      return value.id;
    });
    return { wire, others };
  }

  /** Throws unless the image is open in this pipeline. */
  check(image: PixelImage): void {
    if (!image.belongsTo(this)) {
      throw new PipelineError('ERR_INVALID_PARAMS', 'Expected `image` to be a PixelImage of this pipeline');
    }
    this.checkOpen(image.id);
  }

  /** Throws `ERR_DISPOSED` or `ERR_CLOSED` unless the id is open. */
  checkOpen(id: number): void {
    if (this.host.closing.aborted) throw this.host.closing.reason;
    if (!this.#open.has(id)) throw new PipelineError('ERR_CLOSED', `Image ${id} was closed`);
    const lost = this.#lost.get(id);
    if (lost) throw lost;
  }

  /** Closes; does nothing the second time. */
  close(id: number, token?: PixelImage): void {
    if (token) this.#registry?.unregister(token);
    if (this.#open.delete(id) && !this.#lost.delete(id)) this.release(id);
  }

  /** Keeps the pixels where they are until the result is called, even when the image is closed meanwhile. */
  hold(id: number): () => void {
    this.checkOpen(id);
    const { host } = this;
    const { realm } = host;
    const token = host.check(host.engine.beginRead(id));
    return () => {
      if (!host.disposed && !host.crashed && host.realm === realm) host.engine.endRead(token);
    };
  }

  /** Gives an image back to the engine, if there is still one. */
  release(id: number): void {
    if (!this.host.disposed && !this.host.crashed) this.host.engine.closeImage(id);
  }

  /** Closes everything: for the end, when nothing will use the memory again. */
  closeAll(): void {
    for (const id of [...this.#open.keys()]) this.close(id);
  }

  #leak(id: number): void {
    if (!this.#open.has(id)) return;
    if (this.leaked++ === 0) {
      console.warn(
        'stopbath: a PixelImage was dropped without close(); its memory was held until garbage collection',
      );
    }
    this.close(id);
  }
}
