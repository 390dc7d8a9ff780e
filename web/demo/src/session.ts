// The life of the coordinator and of the photo in it. Changing the mode makes a new coordinator, lets the old one go with its
// memory, and imports the photo again from its source.

import { PipelineCoordinator, type PipelineOptions, type PixelImage } from 'stopbath';

export type ModeChoice = 'auto' | 'threads' | 'single';
export type Source = Blob | ImageData;

export interface Photo {
  readonly source: Source;
  readonly name: string;
  readonly image: PixelImage;
}

export class Session extends EventTarget {
  #coordinator: PipelineCoordinator | undefined;
  #photo: Photo | undefined;
  /** Why the last start failed; said again to whoever needs the engine. */
  #failure: unknown;
  readonly #options: PipelineOptions;

  constructor(options: PipelineOptions = {}) {
    super();
    this.#options = options;
  }

  get coordinator(): PipelineCoordinator | undefined {
    return this.#coordinator;
  }

  get photo(): Photo | undefined {
    return this.#photo;
  }

  /** Starts, or starts again in another mode. Fires `coordinator`, and `photo` when there is one to bring over. */
  async start(mode: ModeChoice): Promise<void> {
    const next = await PipelineCoordinator.create({ ...this.#options, mode }).catch((reason) => {
      this.#failure = reason;
      throw reason;
    });
    const before = { coordinator: this.#coordinator, photo: this.#photo };
    this.#coordinator = next;
    this.#photo = undefined;
    this.dispatchEvent(new Event('coordinator'));
    await before.coordinator?.dispose();
    if (before.photo) this.#setPhoto({ ...before.photo, image: await next.importImage(before.photo.source) });
  }

  /** Imports a photo and makes it the current one. Aborting leaves the current one as it is. */
  async open(source: Source, name: string, signal: AbortSignal): Promise<void> {
    const coordinator = this.#coordinator;
    if (!coordinator) throw this.#failure ?? new Error('The engine has not started.');
    let image: PixelImage;
    try {
      image = await coordinator.importImage(source, { signal });
    } catch (reason) {
      if (coordinator === this.#coordinator || signal.aborted) throw reason;
      return this.open(source, name, signal);
    }
    // The mode changed meanwhile: the image went with its coordinator.
    if (coordinator !== this.#coordinator) return this.open(source, name, signal);
    if (signal.aborted) {
      image.close();
      throw signal.reason;
    }
    const old = this.#photo;
    this.#setPhoto({ source, name, image });
    old?.image.close();
  }

  #setPhoto(photo: Photo): void {
    this.#photo = photo;
    this.dispatchEvent(new Event('photo'));
  }
}
