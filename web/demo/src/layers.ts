// The pictures that steps lay over the photo, as images of the present coordinator: imported when a chain first names them,
// and again after a change of mode.

import type { PixelImage } from 'stopbath';
import { showNotice } from './notice';
import type { Session } from './session';
import { track } from './work';

export class Layers {
  readonly #session: Session;
  readonly #arrived: () => void;
  /** Null while the import is under way. */
  readonly #images = new Map<File, PixelImage | null>();

  /** `arrived` hears of each picture that can be shown from now on. */
  constructor(session: Session, arrived: () => void) {
    this.#session = session;
    this.#arrived = arrived;
    // The images went with their coordinator.
    session.addEventListener('coordinator', () => this.#images.clear());
  }

  /** The picture's image; null until it has arrived. */
  imageOf(file: File): PixelImage | null {
    const known = this.#images.get(file);
    if (known !== undefined) return known;
    this.#images.set(file, null);
    track(this.#import(file).catch(showNotice));
    return null;
  }

  async #import(file: File): Promise<void> {
    const { coordinator } = this.#session;
    const image = await coordinator?.importImage(file);
    if (!image || coordinator !== this.#session.coordinator) return;
    this.#images.set(file, image);
    this.#arrived();
  }
}
