// Refusals of options and chains, with the sentence that names parameter, range and value.
import { expect, test } from 'vitest';
import { PipelineError } from '../../web/src/errors.js';
import {
  checkImportOptions,
  checkPipelineOptions,
  checkPreviewOptions,
  checkRawPixels,
} from '../../web/src/validate.js';

const fault = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(PipelineError);
    expect((error as PipelineError).code).toBe('ERR_INVALID_PARAMS');
    return (error as Error).message;
  }
  return 'accepted';
};
// biome-ignore lint/suspicious/noExplicitAny: wrong types are the point
type Wrong = any;

test('options of create', () => {
  const faults: Wrong[] = [
    null,
    'threads',
    { mode: 'worker' },
    { workerPipelineV2: 'yes' },
    { workers: 0 },
    { workers: 17 },
    { workers: 1.5 },
    { workers: null },
    { workers: { warm: 0, max: 4 } },
    { workers: { warm: 4, max: 2 } },
    { workers: { warm: 1, max: 2, idleMs: 0 } },
    { workers: { warm: 1, max: 2, scale: 3 } },
    { memory: 512 },
    { memory: { initialMiB: 8 } },
    { memory: { initialMiB: 512, maximumMiB: 256 } },
    { memory: { maximumMiB: 4096 } },
    { startTimeoutMs: 0 },
    { signal: {} },
    { wasmUrl: 'core.wasm' },
  ];
  expect(faults.map((options) => fault(() => checkPipelineOptions(options)))).toMatchInlineSnapshot(`
    [
      "Expected \`options\` to be an object, got \`null\`",
      "Expected \`options\` to be an object, got \`'threads'\` (string)",
      "Expected \`mode\` to be one of 'auto', 'threads', 'single', got \`'worker'\` (string)",
      "Expected \`workerPipelineV2\` to be true, false or 'auto', got \`'yes'\` (string)",
      "Expected \`workers\` to be 'auto', an integer from 1 to 16 or an object, got \`0\` (number)",
      "Expected \`workers\` to be 'auto', an integer from 1 to 16 or an object, got \`17\` (number)",
      "Expected \`workers\` to be 'auto', an integer from 1 to 16 or an object, got \`1.5\` (number)",
      "Expected \`workers\` to be 'auto', an integer from 1 to 16 or an object, got \`null\`",
      "Expected \`workers.warm\` to be an integer from 1 to 16, got \`0\` (number)",
      "Expected \`workers.max\` to be an integer from 4 to 16, got \`2\` (number)",
      "Expected \`workers.idleMs\` to be a number from 1 to 86400000, got \`0\` (number)",
      "Expected \`workers.scale\` to be a function, got \`3\` (number)",
      "Expected \`memory\` to be an object, got \`512\` (number)",
      "Expected \`memory.initialMiB\` to be an integer from 16 to 2048, got \`8\` (number)",
      "Expected \`memory.maximumMiB\` to be an integer from 512 to 2048, got \`256\` (number)",
      "Expected \`memory.maximumMiB\` to be an integer from 16 to 2048, got \`4096\` (number)",
      "Expected \`startTimeoutMs\` to be a number from 1 to 600000, got \`0\` (number)",
      "Expected \`signal\` to be an AbortSignal, got an object (Object)",
      "Expected \`wasmUrl\` to be an object, got \`'core.wasm'\` (string)",
    ]
  `);
  expect(checkPipelineOptions(undefined)).toEqual({});
});

test('options of previews and imports', () => {
  const canvas = { getContext: () => null, width: 1, height: 1 };
  const faults: Wrong[] = [
    { priority: 'high' },
    { timeout: 0 },
    { timeout: Number.NaN },
    { onProgress: true },
    { to: {} },
    { slot: '' },
    { slot: 3 },
    { scale: 0 },
    { scale: 1.01 },
    { budgetMs: -1 },
    { budgetMs: Number.NaN },
    { to: canvas, scale: 1, budgetMs: 0, slot: 'left', priority: 'background', timeout: 1 },
  ];
  expect(faults.map((options) => fault(() => checkPreviewOptions(options)))).toMatchInlineSnapshot(`
    [
      "Expected \`priority\` to be one of 'user-blocking', 'user-visible', 'background', got \`'high'\` (string)",
      "Expected \`timeout\` to be a number of milliseconds above 0, up to 86400000, got \`0\` (number)",
      "Expected \`timeout\` to be a number of milliseconds above 0, up to 86400000, got \`NaN\` (number)",
      "Expected \`onProgress\` to be a function, got \`true\` (boolean)",
      "Expected \`to\` to be an HTMLCanvasElement or OffscreenCanvas, got an object (Object)",
      "Expected \`slot\` to be a non-empty string, got \`''\` (string)",
      "Expected \`slot\` to be a non-empty string, got \`3\` (number)",
      "Expected \`scale\` to be a number above 0, up to 1, got \`0\` (number)",
      "Expected \`scale\` to be a number above 0, up to 1, got \`1.01\` (number)",
      "Expected \`budgetMs\` to be a number of at least 0, got \`-1\` (number)",
      "Expected \`budgetMs\` to be a number of at least 0, got \`NaN\` (number)",
      "accepted",
    ]
  `);
  expect(fault(() => checkImportOptions({ colorSpace: 'adobe' } as Wrong))).toMatchInlineSnapshot(
    `"Expected \`colorSpace\` to be one of 'srgb', 'display-p3', got \`'adobe'\` (string)"`,
  );
});

test('raw pixels: sides, stride and length', () => {
  const raw = (width: Wrong, height: Wrong, length: number, stride?: Wrong) =>
    fault(() => checkRawPixels({ data: new Uint8Array(length), width, height, stride }));
  expect([
    raw(0, 1, 0),
    raw(-1, 1, 4),
    raw(1.5, 1, 4),
    raw(65536, 1, 4),
    raw(2, 2, 15),
    raw(2, 2, 17),
    raw(2, 2, 16, 4),
    raw(2, 2, 19, 12),
    fault(() => checkRawPixels({ data: [1, 2, 3, 4] as Wrong, width: 1, height: 1 })),
  ]).toMatchInlineSnapshot(`
    [
      "Expected \`source.width\` to be an integer from 1 to 65535, got \`0\` (number)",
      "Expected \`source.width\` to be an integer from 1 to 65535, got \`-1\` (number)",
      "Expected \`source.width\` to be an integer from 1 to 65535, got \`1.5\` (number)",
      "Expected \`source.width\` to be an integer from 1 to 65535, got \`65536\` (number)",
      "Expected \`source.data\` to hold 16 bytes for 2 x 2 pixels, got 15",
      "Expected \`source.data\` to hold 16 bytes for 2 x 2 pixels, got 17",
      "Expected \`source.stride\` to be an integer from 8 to 2147483648, got \`4\` (number)",
      "Expected \`source.data\` to hold 20 to 24 bytes for 2 x 2 pixels, got 19",
      "Expected \`source.data\` to be a Uint8Array or Uint8ClampedArray, got an array",
    ]
  `);
  expect(checkRawPixels({ data: new Uint8Array(20), width: 2, height: 2, stride: 12 })).toBe(12);
  expect(checkRawPixels({ data: new Uint8Array(24), width: 2, height: 2, stride: 12 })).toBe(12);
  expect(checkRawPixels({ data: new Uint8ClampedArray(16), width: 2, height: 2 })).toBe(8);
});
