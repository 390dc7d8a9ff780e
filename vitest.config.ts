// Unit tests of the TypeScript package, in Node. They import the sources, and the built wasm where a test needs pixels.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/unit/**/*.test.ts'],
    pool: 'forks', // a test that loads the threads build owns its process and its workers
    testTimeout: 20_000,
  },
});
