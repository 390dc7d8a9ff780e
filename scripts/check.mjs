// Everything that needs no test to be judged: formatting, lint, layers, types, generated files, the files themselves.
// Runs all checks even when one fails, and ends with `N passed, M failed`.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages } from './lib/packages.mjs';
import { fail, run } from './lib/process.mjs';
import { sources } from './lib/sources.mjs';
import { provision } from './provision.mjs';
import { root } from './toolchain.mjs';

const node = (script, ...args) => run(process.execPath, [join(root, script), ...args], { cwd: root });

const checks = {
  'Biome: format and lint': () =>
    node('node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'),
  'clang-format': () => run('clang-format', ['--dry-run', '-Werror', ...sources(/\.(cc|h)$/)], { cwd: root }),
  'layers include only downwards': () => node('scripts/check-layers.mjs'),
  'every file keeps its promises': () => node('scripts/check-files.mjs'),
  'types of the package and the demo': () =>
    node('node_modules/typescript/bin/tsc', '-p', 'web/tsconfig.json'),
  'types of tests and configuration': () =>
    node('node_modules/typescript/bin/tsc', '-p', 'web/tsconfig.node.json'),
  'generated files are fresh': () => node('scripts/generate.mjs', '--check'),
  'the table of rules is fresh': () => node('scripts/rules-table.mjs', '--check'),
};

if (!existsSync(join(root, '.git')))
  fail('Expected a git clone: the checks read the list of files from git.');
provision();
installPackages();
let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    check();
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}: ${error.message.split('\n')[0].slice(0, 200)}`);
  }
}
console.log(`${Object.keys(checks).length - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
