// The parts of the test run, in order: what each needs built, what it runs, and how to read its number of tests.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../toolchain.mjs';

const node = (...words) => [process.execPath, ...words];

// Sanitizers map memory at fixed places, which a randomized layout may have taken already.
const fixedLayout = spawnSync('setarch', ['-R', 'true']).status === 0 ? ['setarch', '-R'] : [];

/** `All tests passed (N assertions in M test cases)` or `test cases: N | A passed | B failed`. */
function countCatch2(log) {
  const all = /All tests passed \(\d+ assertions? in (\d+) test cases?\)/.exec(log);
  if (all) return { passed: Number(all[1]), failed: 0 };
  const line = /^test cases:.*$/m.exec(log)?.[0] ?? '';
  const number = (word) => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
  return { passed: number('passed'), failed: number('failed') };
}

/** The last `N passed, M failed` of the log. */
function countLastLine(log) {
  const last = [...log.matchAll(/^(\d+) passed, (\d+) failed$/gm)].at(-1);
  return { passed: Number(last?.[1] ?? 0), failed: Number(last?.[2] ?? 0) };
}

/** Vitest's `Tests  1 failed | 20 passed (21)`. */
function countVitest(log) {
  const line = /^\s*Tests\s.*$/m.exec(log)?.[0] ?? '';
  const number = (word) => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
  return { passed: number('passed'), failed: number('failed') };
}

const catch2 = (name, preset, program, env = {}, target = 'stopbath_tests') => ({
  name,
  env,
  builds: [node('scripts/cmake.mjs', preset, target)],
  command: [...program, '--colour-mode', 'none', '--durations', 'yes', '--min-duration', '2'],
  count: countCatch2,
});

const everything = [node('scripts/build.mjs')];

const browser = (name, engine, ...args) => ({
  name,
  browser: engine,
  builds: everything,
  command: node('e2e/run.mjs', ...args),
  count: countLastLine,
});

const all = [
  { name: 'check', builds: [], command: node('scripts/check.mjs'), count: countLastLine },
  catch2('native', 'dev', ['build/dev/stopbath_tests']),
  // Each rule of the scheduler broken on purpose: a test must notice.
  catch2(
    'mutation',
    'dev',
    ['build/dev/stopbath_mutation_tests', 'mutation*'],
    {},
    'stopbath_mutation_tests',
  ),
  catch2('asan', 'asan', [...fixedLayout, 'build/asan/stopbath_tests'], {
    ASAN_OPTIONS: 'detect_stack_use_after_return=1',
    UBSAN_OPTIONS: 'print_stacktrace=1',
  }),
  catch2('tsan', 'tsan', [...fixedLayout, 'build/tsan/stopbath_tests'], { TSAN_OPTIONS: 'halt_on_error=1' }),
  catch2('wasm-threads', 'wasm-threads', node('build/wasm-threads/stopbath_tests.js')),
  catch2('wasm-single', 'wasm-single', node('build/wasm-single/stopbath_tests.js')),
  {
    name: 'unit',
    env: { NO_COLOR: '1' },
    builds: everything,
    command: node('node_modules/vitest/vitest.mjs', 'run'),
    count: countVitest,
  },
  browser('chromium', 'chromium', '--browser', 'chromium'),
  browser('firefox', 'firefox', '--browser', 'firefox'),
  browser('webkit', 'webkit', '--browser', 'webkit'),
  {
    name: 'bench',
    builds: everything,
    command: node('bench/run.mjs', '--gate'),
    count: countLastLine,
    optional: !existsSync(join(root, 'bench/run.mjs')),
  },
];

export const parts = all.filter(({ optional }) => !optional);
