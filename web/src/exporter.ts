// Files and bitmaps of images, made by a helper worker: encoding and filling a large canvas are long tasks wherever they run,
// so they do not run on the page. The worker starts at the first export and leaves when there was none for a while.
//
// Where it cannot start, the answer is undefined and the caller does the work on the page.

import type { EngineHost } from './engine-host.js';
import { PipelineError } from './errors.js';
import type { ExportAnswer, ExportRequest } from './export.worker.js';
import type { Picture } from './presenter.js';

/** Milliseconds without an export after which the worker leaves. */
const idleMs = 10_000;
/** Milliseconds that the worker may take to start. */
const startMs = 3000;

interface Pending {
  resolve(result: Blob | ImageBitmap | undefined): void;
  reject(error: unknown): void;
}

/** The helper worker and what it was asked; one per pipeline. */
export class Exporter {
  readonly #host: EngineHost;
  readonly #pending = new Map<number, Pending>();
  #worker: Promise<Worker | undefined> | undefined;
  #last = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(host: EngineHost) {
    this.#host = host;
  }

  /**
   * A file for `encode`, otherwise a bitmap; undefined when it cannot be done here. The caller holds the pixels in place until
   * the promise settles.
   */
  async export(
    picture: Picture,
    encode: ExportRequest['encode'],
    check: () => void,
  ): Promise<Blob | ImageBitmap | undefined> {
    this.#worker ??= this.#start();
    const worker = await this.#worker;
    check();
    if (!worker) return undefined;
    const { width, height, colorSpace } = picture;
    const { buffer, address } = await this.#pixels(picture, check);
    if (this.#worker === undefined) return undefined; // it went away meanwhile
    const id = ++this.#last;
    clearTimeout(this.#idle);
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      const request: ExportRequest = { id, buffer, address, width, height, colorSpace, encode };
      worker.postMessage(request, buffer instanceof ArrayBuffer ? [buffer] : []);
    });
  }

  /** Ends the worker; what it was asked is rejected with `error`, or left to the caller when there is none. */
  close(error?: PipelineError): void {
    clearTimeout(this.#idle);
    void this.#worker?.then((worker) => worker?.terminate());
    this.#worker = error ? Promise.resolve(undefined) : undefined;
    for (const { resolve, reject } of this.#pending.values()) {
      if (error) reject(error);
      else resolve(undefined);
    }
    this.#pending.clear();
  }

  /** The shared heap itself, or a copy made in slices. */
  async #pixels(picture: Picture, check: () => void): Promise<{ buffer: ArrayBufferLike; address: number }> {
    const host = this.#host;
    const { address, width, height } = picture;
    const { buffer } = picture.memory ?? host.memory;
    if (!(buffer instanceof ArrayBuffer)) return { buffer, address };
    const row = width * 4;
    const copy = new Uint8ClampedArray(row * height);
    await host.turns.rows(height, row, check, (begin, end) => {
      copy.set(host.bytes(picture.memory).subarray(address + begin * row, address + end * row), begin * row);
    });
    return { buffer: copy.buffer, address: 0 };
  }

  #start(): Promise<Worker | undefined> {
    if (typeof Worker !== 'function' || typeof OffscreenCanvas !== 'function')
      return Promise.resolve(undefined);
    return new Promise((resolve) => {
      let worker: Worker;
      const timer = setTimeout(() => fail(), startMs);
      const fail = () => {
        clearTimeout(timer);
        worker?.terminate();
        resolve(undefined);
        this.#lost();
      };
      try {
        worker = new Worker(new URL('./export.worker.js', import.meta.url), { type: 'module' });
        worker.onerror = (event) => {
          event.preventDefault();
          fail();
        };
        worker.onmessageerror = fail;
        worker.onmessage = ({ data }: MessageEvent<ExportAnswer>) => {
          clearTimeout(timer);
          if ('ready' in data) resolve(worker);
          else this.#answered(data);
        };
      } catch {
        fail();
      }
    });
  }

  #answered(answer: Exclude<ExportAnswer, { ready: true }>): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if ('result' in answer) pending?.resolve(answer.result);
    else
      pending?.reject(new PipelineError('ERR_TASK_FAILED', `The browser could not export: ${answer.error}`));
    if (this.#pending.size > 0) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.close(), idleMs);
    (this.#idle as { unref?: () => void }).unref?.();
  }

  /** The worker died or never started: this pipeline exports on the page from now on. */
  #lost(): void {
    for (const { resolve } of this.#pending.values()) resolve(undefined);
    this.#pending.clear();
    this.#worker = Promise.resolve(undefined);
  }
}
