// Brings the machine to where it can build and test: system packages, Emscripten, Highway, Catch2.
// Everything unpacked lives in one cache folder outside the clone; running it again costs a few file checks, and
// a second run at the same time waits for the first.
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fail, run, which } from './lib/process.mjs';
import { provisionEmscripten } from './provision/emscripten.mjs';
import { missingParts, provisionSystem } from './provision/system.mjs';
import { cacheFolder, readToolchain, toolchainFile } from './toolchain.mjs';

// Raised when the recipe changes: an older cache is then provisioned anew.
const recipe = 1;

function isProvisioned() {
  const found = readToolchain();
  return (
    found?.recipe === recipe &&
    found.node === process.execPath &&
    found.emccOnPath === (which('emcc') ?? null) &&
    [join(found.emscriptenRoot, 'emcc'), found.highway, found.catch2].every(
      (path) => !path || existsSync(path),
    ) &&
    missingParts().every(({ part }) => found.without?.includes(part))
  );
}

/** Provisions what is missing. Safe to call from several processes at once. */
export function provision() {
  if (isProvisioned()) return;
  mkdirSync(cacheFolder, { recursive: true });
  const self = [process.execPath, fileURLToPath(import.meta.url), '--locked'];
  if (!which('flock')) throw new Error('Expected the program flock (package util-linux) on PATH.');
  try {
    run('flock', [join(cacheFolder, 'provision.lock'), ...self]);
  } catch {
    throw new Error('provision: failed for the reason above');
  }
}

function provisionLocked() {
  if (isProvisioned()) return;
  const start = Date.now();
  const without = provisionSystem();
  const paths = provisionEmscripten(cacheFolder, recipe);
  const record = { recipe, node: process.execPath, emccOnPath: which('emcc') ?? null, without, ...paths };
  writeFileSync(`${toolchainFile}.new`, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(`${toolchainFile}.new`, toolchainFile);
  console.log(`provision: ready in ${((Date.now() - start) / 1000).toFixed(0)} s`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    if (process.argv.includes('--locked')) provisionLocked();
    else provision();
  } catch (error) {
    fail(error);
  }
}
