// What a page downloads of the threads build, glue and wasm, as a server compresses it.
import { readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';

const budgetBytes = 150_000;

test('the threads build is below 150 KB to download', () => {
  const files = ['mjs', 'wasm'].map(
    (kind) => new URL(`../../dist/stopbath-threads.${kind}`, import.meta.url),
  );
  const sizes = files.map((file) => brotliCompressSync(readFileSync(file)).length); // quality 11 is the default
  expect(sizes[0] + sizes[1], `glue ${sizes[0]} + wasm ${sizes[1]} bytes`).toBeLessThan(budgetBytes);
});
