// The page's time: ends the current task and goes on in a new one, cuts long copies into slices, and remembers the longest
// stretch that the library held the thread.
//
// MessageChannel comes first on purpose: its tasks queue fairly with rendering and input, while a chain of scheduler.yield()
// continuations runs ahead of both until the browser steps in. setTimeout is the last resort (4 ms clamp when nested).

interface TaskScheduler {
  postTask?: (callback: () => void) => Promise<unknown>;
}

/** Milliseconds that one slice of a copy aims at; the promise to the page is 8. */
const sliceTargetMs = 3;

/** Bytes of the first slice of a copy, before its speed is known. */
const firstSliceBytes = 1 << 20;

/** Yields, slices and their measurement; one per pipeline. */
export class Turns {
  /** The most measured work in one task so far, milliseconds. */
  longestMs = 0;
  /** Measured work since the current task began, milliseconds. */
  usedMs = 0;
  #channel: MessageChannel | undefined;
  #waiting: (() => void)[] = [];

  /** Milliseconds of one monotonic clock. */
  now(): number {
    return performance.now();
  }

  /** Says that a new task has begun; called by whoever was woken by a timer, a notification or the user. */
  begin(): void {
    this.usedMs = 0;
  }

  /** Runs `work`, which is told the time, and adds what it takes to the books. */
  measure<T>(work: (nowMs: number) => T): T {
    const start = this.now();
    try {
      return work(start);
    } finally {
      this.#book(this.now() - start);
    }
  }

  /** Resolves in a later task. One message per waiter, so that two waiters never share a task. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#post();
    });
  }

  /**
   * Calls `work(begin, end)` over the rows `[0, count)` in slices of about 3 ms, each in a task of its own. `check` runs
   * before each slice and ends the walk by throwing.
   */
  async rows(
    count: number,
    bytesPerRow: number,
    check: () => void,
    work: (begin: number, end: number) => void,
  ): Promise<void> {
    let rows = Math.max(1, Math.floor(firstSliceBytes / bytesPerRow));
    for (let begin = 0; begin < count; ) {
      await this.next();
      check();
      const end = Math.min(count, begin + rows);
      const start = this.now();
      work(begin, end);
      const elapsed = this.now() - start;
      this.#book(elapsed);
      rows = Math.max(
        1,
        Math.floor(rows * Math.min(2, Math.max(0.25, sliceTargetMs / Math.max(elapsed, 0.01)))),
      );
      begin = end;
    }
  }

  /** Lets the channel go; waiters are released through a timer. */
  close(): void {
    this.#channel?.port1.close();
    this.#channel = undefined;
    for (const _ of this.#waiting) setTimeout(() => this.#run());
  }

  #book(elapsed: number): void {
    this.usedMs += elapsed;
    if (this.usedMs > this.longestMs) this.longestMs = this.usedMs;
  }

  #run(): void {
    this.begin();
    this.#waiting.shift()?.();
  }

  #post(): void {
    const immediate = (globalThis as { setImmediate?: (callback: () => void) => unknown }).setImmediate;
    const scheduler = (globalThis as { scheduler?: TaskScheduler }).scheduler;
    if (typeof window === 'undefined' && immediate) {
      immediate(() => this.#run()); // Node: an open port would keep the process alive
    } else if (typeof MessageChannel === 'function') {
      if (!this.#channel) {
        this.#channel = new MessageChannel();
        this.#channel.port1.onmessage = () => this.#run();
      }
      this.#channel.port2.postMessage(0);
    } else if (scheduler?.postTask) {
      void scheduler.postTask(() => this.#run());
    } else {
      setTimeout(() => this.#run());
    }
  }
}
