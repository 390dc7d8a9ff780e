// What is under way, so that the page can show a progress line and tests can wait for quiet without sleeping.

const pending = new Set<Promise<unknown>>();
let onChange: (count: number) => void = () => {};

/** Counts a promise as work until it settles; hands it back unchanged. The caller handles its failure. */
export function track<T>(promise: Promise<T>): Promise<T> {
  const done = () => {
    pending.delete(settled);
    onChange(pending.size);
  };
  const settled = promise.then(done, done);
  pending.add(settled);
  onChange(pending.size);
  return promise;
}

/** Resolves when nothing is under way: no import, no preview, no export, no change of size waiting. */
export async function whenIdle(): Promise<void> {
  while (pending.size > 0) await Promise.all(pending);
}

export function observeWork(listener: (count: number) => void): void {
  onChange = listener;
}
