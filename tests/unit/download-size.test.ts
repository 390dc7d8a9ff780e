// What a page downloads of the threads build, glue and wasm, as a server compresses it.
import { readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';

const budgetBytes = 150_000;

test('the threads build is below 150 KB to download', () => {
  const download = (name: string) =>
    brotliCompressSync(readFileSync(new URL(`../../dist/${name}`, import.meta.url))).length; // quality 11 is the default
  const glue = download('stopbath-threads.mjs');
  const wasm = download('stopbath-threads.wasm');
  expect(glue + wasm, `glue ${glue} + wasm ${wasm} bytes`).toBeLessThan(budgetBytes);
});
