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

// What would make a thread wait for another one. Only a worker may, at one place; the std::thread host is for native tests.
const waits =
  /std::(?:timed_|recursive_|shared_)?mutex|std::(?:lock_guard|unique_lock|scoped_lock|shared_lock|call_once|latch|barrier|future|promise)\b|condition_variable|semaphore|\.wait(?:_for|_until)?\((?!\))|\.join\(\)|\bpark\(|sleep_(?:for|until)|\bu?sleep\(|sched_yield|this_thread::yield|pthread_(?:join|mutex|cond)|futex|memory_atomic_wait|Atomics\.wait\(/g;
const mayWait = {
  'src/workers/parking.h': ['.wait(', 'park(', 'memory_atomic_wait'],
  'src/workers/std_thread_host.h': ['.join()'],
  'src/workers/worker.cc': ['park('],
};

/** Waits in the text of a file of the core or the package, as sentences [R39]. */
export function* waitProblems(path, text) {
  const code = text.replace(/\/\/.*$|\/\*[\s\S]*?\*\//gm, '');
  for (const [wait] of code.matchAll(waits)) {
    if (!mayWait[path]?.includes(wait)) yield `${path}: \`${wait}\` could block the page's thread.`;
  }
}

function* threadProblems() {
  for (const path of sources(/^(src\/.+\.(cc|h|js)|web\/src\/.+\.ts)$/)) {
    yield* waitProblems(path, readFileSync(join(root, path), 'utf8'));
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
export const layerProblems = () => [...coreProblems(), ...threadProblems(), ...packageProblems()];

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const problems = layerProblems();
  for (const problem of problems) console.error(problem);
  process.exit(problems.length > 0 ? 1 : 0);
}
