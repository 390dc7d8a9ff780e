// What descriptors have lent to the page's own workers, as far as only JavaScript can see it: a Web Lock per attached image tells
// when its worker is gone. Words and leases are the core's (src/buffers/stranger_leases.h).

import { leaseState } from './attach-image.js';
import type { EngineHost } from './engine-host.js';
import type { NativeEngine } from './native-engine.js';

/** Watches tickets from their offer to their end; one per pipeline. */
export class Lending {
  readonly #host: EngineHost;
  /** Names the locks among all pipelines of the origin. */
  readonly #name = `stopbath-lease-${Math.random().toString(36).slice(2)}`;
  #offers = 0;

  constructor(host: EngineHost) {
    this.#host = host;
  }

  /** Lends the present pixels of an image; its ticket and where its words are. */
  offer(image: number): { ticket: number; word: number; bell: number; lock: string } {
    const host = this.#host;
    const { engine, memory } = host;
    const ticket = host.check(engine.offerImage(image));
    const lock = `${this.#name}-${++this.#offers}`;
    const word = engine.offerWord(ticket);
    host.steps.add((stepped) => {
      if (stepped !== engine) return true; // it has ended, or another has taken its place
      const now = new Uint32Array(memory.buffer, word, 1)[0] ?? 0;
      if (now >>> 2 !== ticket) return true;
      if ((now & 3) !== leaseState.attached) return false;
      this.#watch(engine, ticket, lock);
      return true;
    });
    return { ticket, word, bell: engine.completionWord(), lock };
  }

  /** The lock is granted when its worker has released the image, or is gone: then nothing reads the pixels any more. */
  #watch(engine: NativeEngine, ticket: number, lock: string): void {
    const host = this.#host;
    void globalThis.navigator?.locks
      ?.request(lock, { signal: host.closing }, () => {
        if (!host.disposed && !host.crashed && host.engine === engine) engine.reclaimOffer(ticket);
      })
      .catch(() => {}); // the pipeline is closing, which takes back everything
  }
}
