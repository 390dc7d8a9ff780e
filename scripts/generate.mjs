// Writes web/src/effects.generated.ts from the effect descriptors of the core. Usage: node scripts/generate.mjs [--check]
// A native program prints the file; with --check nothing is written, and a difference is an error.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cmake } from './cmake.mjs';
import { capture, fail } from './lib/process.mjs';
import { provision } from './provision.mjs';
import { root } from './toolchain.mjs';

const target = 'web/src/effects.generated.ts';

/** What the generated file should contain now. */
function generated() {
  provision();
  cmake('dev', ['stopbath_generate']);
  return capture(join(root, 'build/dev/stopbath_generate'), []);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const text = generated();
    const path = join(root, target);
    if (!process.argv.includes('--check')) writeFileSync(path, text);
    else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
      throw new Error(`${target} is stale: run \`npm run generate\`.`);
    }
  } catch (error) {
    fail(error);
  }
}
