// What wakes the page for its engine: the completion word that workers raise, and one timer.
//
// The page waits on the word with Atomics.waitAsync and looks again after every wake, because a wake may come early.

import type { Turns } from './turns.js';

type WaitAsync = (
  words: Int32Array,
  index: number,
  value: number,
  timeout?: number,
) => { async: true; value: Promise<string> } | { async: false; value: string };

const waitAsync: WaitAsync | undefined =
  typeof Atomics === 'object' ? (Atomics as unknown as { waitAsync?: WaitAsync }).waitAsync : undefined;

/** Milliseconds between looks where waitAsync is missing and requests are open. */
const pollMs = 4;
/** Milliseconds that a burst of completions may keep the current task before it yields. */
const burstMs = 3;

/** The page's waits for one engine after another; `pump` is what a wake leads to. */
export class Wakes {
  /** Wake-ups that came from an engine that had been replaced. */
  late = 0;
  readonly #turns: Turns;
  readonly #pump: () => void;
  #watch = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Infinity;

  constructor(turns: Turns, pump: () => void) {
    this.#turns = turns;
    this.#pump = pump;
  }

  /** Waits for the word until `stop`; `word` makes a view of it, since the heap may grow. */
  async begin(word: () => Int32Array): Promise<void> {
    if (!waitAsync) return;
    const mine = ++this.#watch;
    let burstSince = 0; // 0: no wake has followed another without a turn
    while (this.#watch === mine) {
      const view = word();
      const seen = Atomics.load(view, 0); // read before the step: what completes during it is not missed
      this.#pump();
      if (this.#watch !== mine) return;
      const result = waitAsync(view, 0, seen);
      if (result.async) {
        await result.value;
        if (this.#watch !== mine) this.late++;
        burstSince = 0;
        this.#turns.begin();
        continue;
      }
      const now = this.#turns.now();
      burstSince ||= now;
      if (now - burstSince > burstMs) {
        await this.#turns.next();
        burstSince = 0;
      } else {
        await undefined; // lets what has just settled run its microtasks
      }
    }
  }

  /** No wake leads to anything until the next `begin` or `arm`. */
  stop(): void {
    this.#watch++;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerAt = Infinity;
  }

  /** Sets the timer, milliseconds of the turns' clock; `polls`: requests of workers are open. */
  arm(wishMs: number, polls: boolean): void {
    const at = Math.min(wishMs, polls && !waitAsync ? this.#turns.now() + pollMs : Infinity);
    if (at >= this.#timerAt) return; // a timer that comes too early arms itself anew: cheaper than to set one per step
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(
      () => {
        this.#timerAt = Infinity;
        this.#turns.begin();
        this.#pump();
      },
      // whole milliseconds: a browser cuts what is beyond them off, and would wake the page too early
      Math.min(2 ** 31 - 1, Math.max(0, Math.ceil(at - this.#turns.now()))),
    );
  }

  /** The next completion, or `timeoutMs`, whichever comes first. */
  async completion(timeoutMs: number, word: Int32Array | undefined): Promise<void> {
    if (word && waitAsync) {
      const wait = waitAsync(word, 0, Atomics.load(word, 0), timeoutMs);
      if (wait.async) await wait.value;
    } else {
      await new Promise((resolve) => setTimeout(resolve, Math.min(timeoutMs, pollMs)));
    }
    this.#turns.begin();
  }
}
