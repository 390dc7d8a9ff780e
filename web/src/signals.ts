// AbortSignal, wired without leaks: a listener lives exactly as long as the thing that it can stop.

type PrioritySignal = AbortSignal & { readonly priority?: string };

/** Waits for `promise` unless a signal aborts first; then rejects at once with its reason and `discard`s a late value. */
export function abortable<T>(
  promise: Promise<T>,
  signals: readonly (AbortSignal | undefined)[],
  discard?: (value: T) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let over = false;
    const undo: (() => void)[] = [];
    const finish = (settle: () => void): boolean => {
      if (over) return false;
      over = true;
      for (const remove of undo) remove();
      settle();
      return true;
    };
    for (const signal of signals) {
      if (signal) undo.push(onAbort(signal, (reason) => finish(() => reject(reason))));
    }
    promise.then(
      (value) => {
        if (!finish(() => resolve(value))) discard?.(value);
      },
      (error: unknown) => {
        finish(() => reject(error));
      },
    );
  });
}

/** Calls `stop` with the reason when `signal` aborts, at once when it has already; the result removes the listener. */
export function onAbort(signal: AbortSignal, stop: (reason: unknown) => void): () => void {
  if (signal.aborted) {
    stop(signal.reason);
    return () => {};
  }
  const listener = () => stop(signal.reason);
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}

/** Throws the reason of the first signal that has aborted. */
export function throwIfAborted(signals: readonly (AbortSignal | undefined)[]): void {
  for (const signal of signals) if (signal?.aborted) throw signal.reason;
}

/** The priority that a TaskSignal carries; undefined for a plain AbortSignal. */
export function signalPriority(signal: AbortSignal | undefined): string | undefined {
  return (signal as PrioritySignal | undefined)?.priority;
}

/** Calls `change` when a TaskSignal's priority changes; the result removes the listener. */
export function onPriorityChange(signal: AbortSignal, change: (priority: string) => void): () => void {
  const listener = () => {
    const priority = signalPriority(signal);
    if (priority) change(priority);
  };
  signal.addEventListener('prioritychange', listener);
  return () => signal.removeEventListener('prioritychange', listener);
}

/** Reports an error of user code as an uncaught one, without ending what called it. */
export function reportUncaught(error: unknown): void {
  const { reportError } = globalThis as { reportError?: (error: unknown) => void };
  if (reportError) reportError(error);
  else console.error(error);
}

/** The error that a call without a reason of its own is aborted with. */
export function abortError(message: string): DOMException {
  return new DOMException(message, 'AbortError');
}
