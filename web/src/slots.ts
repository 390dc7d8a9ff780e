// The numbers of slots: one per name, per canvas, or per image. In a slot a newer preview replaces an older one.

import type { TargetCanvas } from './options.js';

/** Hands out slot numbers; 0 is left out, it means no slot. */
export class Slots {
  #last = 0;
  readonly #names = new Map<string, number>();
  readonly #canvases = new WeakMap<TargetCanvas, number>();
  readonly #images = new WeakMap<object, number>();

  /** The slot of a preview: its name, else its canvas, else its image. */
  find(name: string | undefined, canvas: TargetCanvas | undefined, image: object): number {
    if (name !== undefined) return this.#in(this.#names, name);
    if (canvas !== undefined) return this.#in(this.#canvases, canvas);
    return this.#in(this.#images, image);
  }

  #in<K>(map: { get(key: K): number | undefined; set(key: K, value: number): unknown }, key: K): number {
    let slot = map.get(key);
    if (slot === undefined) {
      slot = ++this.#last;
      map.set(key, slot);
    }
    return slot;
  }
}
