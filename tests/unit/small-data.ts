// Small things that the unit tests share: pixels, a chain, and ways to wait.

/** Bytes that differ from pixel to pixel. */
export function pixels(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height * 4 }, (_, i) => (i * 7) & 255);
}

export const invert = [{ effect: 'invert' }] as const;
/** The status or the error code with which a promise ends. */
export const settled = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    (value) => (value as { status?: string }).status ?? 'resolved',
    (error) => (error as { code?: string }).code ?? (error as Error).name,
  );
/** One turn of the event loop. */
export const tick = () => new Promise((resolve) => setTimeout(resolve));
