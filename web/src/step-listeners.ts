// Who wants to look at the engine after each step, outside of it.

import type { NativeEngine } from './native-engine.js';

/** Called after a step; without an engine when it has ended, which is the last call. True: no further call. */
export type StepListener = (engine: NativeEngine | undefined) => boolean;

/** The listeners of one host. */
export class StepListeners {
  #listeners: StepListener[] = [];
  readonly #kick: () => void;

  /** `kick` asks for a step. */
  constructor(kick: () => void) {
    this.#kick = kick;
  }

  /** Calls `listener` after every step until it returns true. */
  add(listener: StepListener): void {
    this.#listeners.push(listener);
  }

  /** Resolves when `condition` holds after a step, or when the engine has ended. */
  until(condition: (engine: NativeEngine) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.add((engine) => {
        const over = !engine || condition(engine);
        if (over) resolve();
        return over;
      });
      this.#kick();
    });
  }

  /** Tells all; for the host. */
  tell(engine: NativeEngine | undefined): void {
    if (this.#listeners.length === 0) return;
    const told = this.#listeners;
    this.#listeners = [];
    const waiting = told.filter((listener) => !listener(engine));
    if (engine) this.#listeners.unshift(...waiting);
  }
}
