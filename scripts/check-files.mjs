// What every file of the project promises: it says its idea first, stays short, and belongs to no one machine.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sources } from './lib/sources.mjs';
import { root } from './toolchain.mjs';

const code = /^(src|web|tests|e2e|bench|scripts|cmake)\/.+\.(cc|h|ts|js|mjs|cmake)$|^CMakeLists\.txt$/;
const text = /\.(cc|h|ts|js|mjs|cmake|json|md|html|css|txt|svg)$|^\.[a-z-]+$|^LICENSE$/;
const maximumLines = 400;

// Spelled in pieces, so that this file does not contain what it forbids.
const forbidden = [
  [
    new RegExp(`(^|[\\s"'\`(=])/(${['tmp', 'work', 'root', 'home'].join('|')})/\\w`, 'm'),
    'a path of one machine',
  ],
  [
    new RegExp(['registry\\.npmjs', 'deb\\.debian', 'ports\\.ubuntu', 'archive\\.ubuntu'].join('|')),
    "a registry's host",
  ],
  [new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|')})\\b`), 'a note of unfinished work'],
];

function* problemsOf(path) {
  const body = readFileSync(join(root, path), 'utf8');
  if (!body.endsWith('\n') || body.endsWith('\n\n')) yield 'ends with exactly one line break';
  for (const [pattern, name] of path === 'package-lock.json' ? [] : forbidden) {
    if (pattern.test(body)) yield `contains no ${name.replace(/^an? /, '')}`;
  }
  if (!code.test(path)) return;
  const lines = body.split('\n').length - 1;
  if (lines > maximumLines && !path.includes('.generated.'))
    yield `has at most ${maximumLines} lines, not ${lines}`;
  if (!/^(#!.*\n)?(\/\/|\/\*|#(?!\s*(include|pragma|define|if)))/.test(body))
    yield 'says in its first lines what it is';
}

/** All violations, as sentences. */
export const fileProblems = () =>
  sources(text).flatMap((path) =>
    [...problemsOf(path)].map((rule) => `${path}: Expected a file that ${rule}.`),
  );

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const problems = fileProblems();
  for (const problem of problems) console.error(problem);
  process.exit(problems.length > 0 ? 1 : 0);
}
