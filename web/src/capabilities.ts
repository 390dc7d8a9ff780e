// What this browser can do for the pipeline, found by trying and not by reading names or headers.
//
// Reading the module or calling these functions changes nothing and is safe in Node and on a server. One trap is real: an
// engine may say `crossOriginIsolated` and yet have no SharedArrayBuffer, so each property is tested by itself.

/** What was found. Every property is plain data. */
export interface Capabilities {
  /** The page may ask for shared memory (COOP + COEP, or Document-Isolation-Policy). */
  readonly crossOriginIsolated: boolean;
  /** `SharedArrayBuffer` exists and a shared `WebAssembly.Memory` can be created. */
  readonly sharedMemory: boolean;
  /** Shared memory was handed to a worker, and what the worker wrote was seen here. */
  readonly threads: boolean;
  /** 128-bit SIMD in WebAssembly, which both builds need. */
  readonly simd: boolean;
  /** `OffscreenCanvas` with a 2D context. */
  readonly offscreenCanvas: boolean;
  /** `VideoFrame` (WebCodecs), the import path without a long task. */
  readonly videoFrame: boolean;
  /** `createImageBitmap`, needed to decode files. */
  readonly imageBitmap: boolean;
  /** `Atomics.waitAsync`, the fastest way to hear from a worker; a 4 ms timer is used without it. */
  readonly waitAsync: boolean;
  /** Logical processors that the browser admits to; 1 when it does not say. */
  readonly hardwareConcurrency: number;
}

/** The part that is known without starting a worker. */
export type QuickCapabilities = Omit<Capabilities, 'threads'> & {
  /** Shared memory survives a structured clone, as posting it to a worker needs. */
  readonly sharedClone: boolean;
};

// (module (func (result v128) i32.const 0 i8x16.splat i8x16.popcnt))
const simdModule = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98,
  11,
]);

/** Milliseconds that the probe worker may take to answer. */
const probeDeadlineMs = 3000;

/** Everything that can be tested at once, in well under a millisecond. */
export function quickCapabilities(): QuickCapabilities {
  const scope = globalThis as { crossOriginIsolated?: boolean };
  const memory = sharedMemory();
  const cores = typeof navigator === 'object' ? navigator.hardwareConcurrency : 0;
  return {
    crossOriginIsolated: scope.crossOriginIsolated === true,
    sharedMemory: memory !== undefined,
    sharedClone: memory !== undefined && clones(memory),
    simd: typeof WebAssembly === 'object' && WebAssembly.validate(simdModule),
    offscreenCanvas: hasOffscreenCanvas(),
    videoFrame: typeof VideoFrame === 'function' && typeof VideoFrame.prototype.copyTo === 'function',
    imageBitmap: typeof createImageBitmap === 'function',
    waitAsync:
      typeof Atomics === 'object' && typeof (Atomics as { waitAsync?: unknown }).waitAsync === 'function',
    hardwareConcurrency: Number.isInteger(cores) && cores > 0 ? cores : 1,
  };
}

/**
 * Finds out what this browser can do, including whether a worker really shares memory with the page. Takes the start of one
 * small worker where threads are possible, nothing otherwise; never rejects.
 *
 * @example
 * ```ts
 * const { crossOriginIsolated, threads } = await detectCapabilities();
 * if (!threads) console.info(crossOriginIsolated ? 'no shared memory here' : 'serve COOP and COEP to get threads');
 * ```
 */
export async function detectCapabilities(): Promise<Capabilities> {
  const { sharedClone, ...quick } = quickCapabilities();
  const possible = quick.crossOriginIsolated && sharedClone && typeof Worker === 'function';
  return { ...quick, threads: possible && (await probeWorker()) };
}

function sharedMemory(): WebAssembly.Memory | undefined {
  if (typeof SharedArrayBuffer !== 'function' || typeof WebAssembly !== 'object') return undefined;
  try {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    return memory.buffer instanceof SharedArrayBuffer ? memory : undefined;
  } catch {
    return undefined;
  }
}

function clones(memory: WebAssembly.Memory): boolean {
  try {
    const { port1, port2 } = new MessageChannel();
    port1.postMessage(memory);
    port1.close();
    port2.close();
    return true;
  } catch {
    return false;
  }
}

function hasOffscreenCanvas(): boolean {
  try {
    return typeof OffscreenCanvas === 'function' && new OffscreenCanvas(1, 1).getContext('2d') !== null;
  } catch {
    return false;
  }
}

function probeWorker(): Promise<boolean> {
  return new Promise((resolve) => {
    let worker: Worker | undefined;
    const timer = setTimeout(() => finish(false), probeDeadlineMs);
    const finish = (result: boolean) => {
      clearTimeout(timer);
      worker?.terminate();
      resolve(result);
    };
    try {
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
      const word = new Int32Array(memory.buffer);
      worker = new Worker(new URL('./thread-probe.worker.js', import.meta.url), { type: 'module' });
      worker.onmessage = () => finish(Atomics.load(word, 0) === 1);
      worker.onerror = (event) => {
        event.preventDefault();
        finish(false);
      };
      worker.onmessageerror = () => finish(false);
      worker.postMessage(memory);
    } catch {
      finish(false);
    }
  });
}
