// Builds everything that ships: both wasm modules, the TypeScript package in dist/, and the demo's page.
// Usage: node scripts/build.mjs [--no-demo]
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cmake } from './cmake.mjs';
import { installPackages } from './lib/packages.mjs';
import { fail, run } from './lib/process.mjs';
import { provision } from './provision.mjs';
import { root } from './toolchain.mjs';

/** Runs the program of an installed npm package. */
export function runTool(script, args) {
  run(process.execPath, [join(root, 'node_modules', script), ...args], { cwd: root });
}

/** Fills dist/ anew: compiled modules, declarations, and the wasm modules beside them. */
export function buildPackage() {
  provision();
  installPackages();
  const modules = ['threads', 'single'];
  for (const name of modules) cmake(`wasm-${name}`, [`stopbath-${name}`]);
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  runTool('typescript/bin/tsc', ['-p', 'web/tsconfig.build.json']);
  for (const name of modules) {
    for (const kind of ['mjs', 'wasm']) {
      const file = `stopbath-${name}.${kind}`;
      copyFileSync(join(root, 'build', `wasm-${name}`, file), join(root, 'dist', file));
    }
  }
}

/** Builds the demo's static page from dist/. */
export function buildDemo() {
  if (existsSync(join(root, 'web/demo/vite.config.ts')))
    runTool('vite/bin/vite.js', ['build', 'web/demo', '--logLevel', 'warn']);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    buildPackage();
    if (!process.argv.includes('--no-demo')) buildDemo();
  } catch (error) {
    fail(error);
  }
}
