// Checks the arguments of every public call before any work starts, with one wording: what was expected, what came.
//
// Chains are checked in encode-chain.ts, from the generated table.

import { PipelineError } from './errors.js';
import { colorSpaces } from './native-engine.js';
import type { ImportOptions, PipelineOptions, PreviewOptions, RawPixels, RequestOptions } from './options.js';

/** Largest side of an image, pixels; the core has the same limit. */
export const maxSide = 65535;

/** Most worker threads; the core has the same limit. */
const maxWorkers = 16;

const priorities = ['user-blocking', 'user-visible', 'background'];

/** The value as an error message shows it: short, with its type. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return `\`${value}\``;
  if (typeof value === 'string')
    return `\`'${value.length > 40 ? `${value.slice(0, 40)}…` : value}'\` (string)`;
  if (typeof value === 'number' || typeof value === 'boolean') return `\`${value}\` (${typeof value})`;
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object'
    ? `an object (${Object.prototype.toString.call(value).slice(8, -1)})`
    : `a ${typeof value}`;
}

/** The error for one argument. */
export function invalid(name: string, expected: string, value: unknown): PipelineError {
  return new PipelineError(
    'ERR_INVALID_PARAMS',
    `Expected \`${name}\` to be ${expected}, got ${show(value)}`,
  );
}

/** Throws unless `value` is a finite number in the closed range. */
export function checkNumber(name: string, value: unknown, min: number, max: number): asserts value is number {
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    throw invalid(
      name,
      max === Infinity ? `a number of at least ${min}` : `a number from ${min} to ${max}`,
      value,
    );
  }
}

/** Throws unless `value` is an integer in the closed range. */
export function checkInteger(
  name: string,
  value: unknown,
  min: number,
  max: number,
): asserts value is number {
  if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
    throw invalid(name, `an integer from ${min} to ${max}`, value);
  }
}

/** Throws unless `value` is one of the strings. */
export function checkChoice(name: string, value: unknown, choices: readonly string[]): void {
  if (typeof value !== 'string' || !choices.includes(value)) {
    throw invalid(name, `one of ${choices.map((choice) => `'${choice}'`).join(', ')}`, value);
  }
}

/** Throws unless `value` is undefined or a non-null object. */
export function checkBag(name: string, value: unknown): void {
  if (value !== undefined && (typeof value !== 'object' || value === null))
    throw invalid(name, 'an object', value);
}

/** Checks the options of `create`. */
export function checkPipelineOptions(options: PipelineOptions | undefined): PipelineOptions {
  checkBag('options', options);
  const { workerPipelineV2, mode, workers, memory, startTimeoutMs, signal } = options ?? {};
  if (
    workerPipelineV2 !== undefined &&
    typeof workerPipelineV2 !== 'boolean' &&
    workerPipelineV2 !== 'auto'
  ) {
    throw invalid('workerPipelineV2', "true, false or 'auto'", workerPipelineV2);
  }
  if (mode !== undefined) checkChoice('mode', mode, ['auto', 'threads', 'single']);
  checkWorkers(workers);
  checkTelemetry(options?.telemetry);
  checkBag('memory', memory);
  if (memory?.initialMiB !== undefined) checkInteger('memory.initialMiB', memory.initialMiB, 16, 2048);
  if (memory?.maximumMiB !== undefined) {
    checkInteger('memory.maximumMiB', memory.maximumMiB, memory.initialMiB ?? 16, 2048);
  }
  for (const name of ['workerUrl', 'wasmUrl', 'wasmModule'] as const) checkBag(name, options?.[name]);
  if (startTimeoutMs !== undefined) checkNumber('startTimeoutMs', startTimeoutMs, 1, 600_000);
  checkSignal(signal);
  return options ?? {};
}

/** Throws unless `value` is a priority. */
export function checkPriority(name: string, value: unknown): void {
  checkChoice(name, value, priorities);
}

function checkTelemetry(telemetry: PipelineOptions['telemetry']): void {
  checkBag('telemetry', telemetry);
  const { onBatch, userTiming } = telemetry ?? {};
  if (onBatch !== undefined && typeof onBatch !== 'function')
    throw invalid('telemetry.onBatch', 'a function', onBatch);
  if (userTiming !== undefined && typeof userTiming !== 'boolean')
    throw invalid('telemetry.userTiming', 'true or false', userTiming);
}

/** Checks the images of `warmup`. */
export function checkImages(images: unknown): void {
  if (!Array.isArray(images)) throw invalid('images', 'an array of images', images);
}

function checkWorkers(workers: PipelineOptions['workers']): void {
  if (workers === undefined || workers === 'auto') return;
  if (typeof workers !== 'object' || workers === null) {
    if (Number.isInteger(workers) && workers >= 1 && workers <= maxWorkers) return;
    throw invalid('workers', "'auto', an integer from 1 to 16 or an object", workers);
  }
  const { warm, max, idleMs, scale } = workers;
  checkInteger('workers.warm', warm, 1, maxWorkers);
  checkInteger('workers.max', max, warm, maxWorkers);
  if (idleMs !== undefined) checkNumber('workers.idleMs', idleMs, 1, 86_400_000);
  if (scale !== undefined && typeof scale !== 'function') throw invalid('workers.scale', 'a function', scale);
}

/** Throws unless `value` is a colour space, or undefined. */
export function checkColorSpace(value: unknown): void {
  if (value !== undefined) checkChoice('colorSpace', value, colorSpaces);
}

/** Checks the options of `importImage`. */
export function checkImportOptions(options: ImportOptions | undefined): ImportOptions {
  checkBag('options', options);
  checkColorSpace(options?.colorSpace);
  if (options?.reload !== undefined && typeof options.reload !== 'function')
    throw invalid('reload', 'a function', options.reload);
  checkSignal(options?.signal);
  return options ?? {};
}

/** Checks what all requests share. */
export function checkRequestOptions<T extends RequestOptions>(options: T | undefined): Partial<T> {
  checkBag('options', options);
  const { signal, priority, timeout, deadline, queueTimeout, runTimeout, urgency, admission } = options ?? {};
  const { colorSpace, onProgress } = (options ?? {}) as RequestOptions;
  checkSignal(signal);
  checkColorSpace(colorSpace);
  if (priority !== undefined) checkPriority('priority', priority);
  for (const [name, value] of Object.entries({ timeout, queueTimeout, runTimeout })) {
    if (value !== undefined && !(typeof value === 'number' && value > 0 && value <= 86_400_000)) {
      throw invalid(name, 'a number of milliseconds above 0, up to 86400000', value);
    }
  }
  if (deadline !== undefined && !Number.isFinite(deadline)) {
    throw invalid('deadline', 'a finite time of performance.now()', deadline);
  }
  if (urgency !== undefined) checkInteger('urgency', urgency, 0, 7);
  if (admission !== undefined) checkChoice('admission', admission, ['wait', 'reject']);
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw invalid('onProgress', 'a function', onProgress);
  }
  return options ?? {};
}

/** Checks the options of `preview`. */
export function checkPreviewOptions(options: PreviewOptions | undefined): PreviewOptions {
  const { to, slot, scale, budgetMs } = checkRequestOptions(options);
  if (to !== undefined) checkCanvas('to', to);
  if (slot !== undefined && (typeof slot !== 'string' || slot === ''))
    throw invalid('slot', 'a non-empty string', slot);
  if (scale !== undefined && !(typeof scale === 'number' && scale > 0 && scale <= 1)) {
    throw invalid('scale', 'a number above 0, up to 1', scale);
  }
  if (budgetMs !== undefined) checkNumber('budgetMs', budgetMs, 0, Infinity);
  return options ?? {};
}

/** Throws unless `value` is a canvas of either kind. */
export function checkCanvas(name: string, value: unknown): void {
  if (typeof (value as { getContext?: unknown } | null)?.getContext !== 'function') {
    throw invalid(name, 'an HTMLCanvasElement or OffscreenCanvas', value);
  }
}

/** Checks raw pixels and gives their stride in bytes. */
export function checkRawPixels({ data, width, height, stride }: RawPixels): number {
  checkInteger('source.width', width, 1, maxSide);
  checkInteger('source.height', height, 1, maxSide);
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray)) {
    throw invalid('source.data', 'a Uint8Array or Uint8ClampedArray', data);
  }
  const row = width * 4;
  if (stride !== undefined) checkInteger('source.stride', stride, row, 2 ** 31);
  const step = stride ?? row;
  const least = step * (height - 1) + row;
  if (data.length < least || data.length > step * height) {
    const range = least === step * height ? `${least}` : `${least} to ${step * height}`;
    throw new PipelineError(
      'ERR_INVALID_PARAMS',
      `Expected \`source.data\` to hold ${range} bytes for ${width} x ${height} pixels, got ${data.length}`,
    );
  }
  return step;
}

function checkSignal(signal: unknown): void {
  if (signal !== undefined && typeof (signal as AbortSignal | null)?.addEventListener !== 'function') {
    throw invalid('signal', 'an AbortSignal', signal);
  }
}
