// The layer table: which part of the core may include which, and what only some parts may touch.
// Also for the package: the demo imports it by name alone, and one module alone imports the wasm glue.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sources } from './lib/sources.mjs';
import { root } from './toolchain.mjs';

// Every layer may include itself. `telemetry` is counters that any layer above base may bump.
const mayInclude = {
  base: [],
  telemetry: ['base'],
  buffers: ['base', 'telemetry'],
  tasks: ['base', 'telemetry'],
  kernels: ['base'],
  workers: ['base', 'telemetry', 'buffers', 'tasks'],
  effects: ['base', 'kernels'],
  pipeline: ['base', 'telemetry', 'buffers', 'tasks', 'workers', 'kernels', 'effects'],
  bind: ['base', 'telemetry', 'buffers', 'tasks', 'workers', 'kernels', 'effects', 'pipeline'],
};

const threadHeaders =
  /^(thread|mutex|atomic|condition_variable|shared_mutex|semaphore|latch|barrier|future)$/;

function mayUseThreadHeader(layer, header) {
  if (['workers', 'buffers'].includes(layer)) return true;
  return header === 'atomic' && ['tasks', 'telemetry'].includes(layer);
}

function* coreProblems() {
  for (const path of sources(/^src\/.+\.(cc|h)$/)) {
    const layer = path.split('/')[1];
    const text = readFileSync(join(root, path), 'utf8');
    if (!mayInclude[layer]) yield `${path}: Expected a layer of the table, got \`${layer}\`.`;
    if (layer !== 'bind' && /emscripten/i.test(text)) yield `${path}: only src/bind mentions emscripten.`;
    for (const [, header] of text.matchAll(/^#include "([^"]+)"/gm)) {
      const other = header.split('/')[0];
      if (header.includes('..') || !header.includes('/'))
        yield `${path}: includes "${header}"; spell it from src/.`;
      else if (mayInclude[other] && other !== layer && !mayInclude[layer]?.includes(other)) {
        yield `${path}: ${layer} may not include ${header}.`;
      }
    }
    for (const [, header] of text.matchAll(/^#include <([^>]+)>/gm)) {
      if (threadHeaders.test(header) && !mayUseThreadHeader(layer, header)) {
        yield `${path}: ${layer} may not include <${header}>.`;
      }
    }
  }
}

function* packageProblems() {
  const specifiers = (text) =>
    [...text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map(([, name]) => name);
  for (const path of sources(/^web\/demo\/.+\.(ts|js)$/)) {
    for (const name of specifiers(readFileSync(join(root, path), 'utf8'))) {
      if (/dist\/|\.\.\/src\/|\.\.\/\.\.\/src/.test(name))
        yield `${path}: imports ${name}; the demo imports \`stopbath\`.`;
    }
  }
  const glue = sources(/^web\/src\/.+\.ts$/).filter((path) =>
    /new URL\(['"`]\.\/stopbath-/.test(readFileSync(join(root, path), 'utf8')),
  );
  if (glue.length > 1) yield `Expected one module to import the wasm glue, got ${glue.join(' and ')}.`;
}

/** All violations, as sentences. */
export const layerProblems = () => [...coreProblems(), ...packageProblems()];

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const problems = layerProblems();
  for (const problem of problems) console.error(problem);
  process.exit(problems.length > 0 ? 1 : 0);
}
