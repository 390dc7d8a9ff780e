// Formats every source file in place: C++ with clang-format, everything else with Biome.
import { installPackages } from './lib/packages.mjs';
import { fail, run } from './lib/process.mjs';
import { sources } from './lib/sources.mjs';
import { provision } from './provision.mjs';
import { root } from './toolchain.mjs';

try {
  provision();
  installPackages();
  const cpp = sources(/\.(cc|h)$/);
  if (cpp.length > 0) run('clang-format', ['-i', ...cpp], { cwd: root });
  run('node_modules/.bin/biome', ['check', '--write', '.'], { cwd: root });
} catch (error) {
  fail(error);
}
