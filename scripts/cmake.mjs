// Configures and builds one CMake preset with the provisioned tools: node scripts/cmake.mjs PRESET [TARGET ...]
// Presets: dev, asan, tsan, release, wasm-threads, wasm-single. Builds land in build/PRESET.
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fail, run } from './lib/process.mjs';
import { root, toolchain } from './toolchain.mjs';

/** Configures `preset` and builds `targets` (all of them by default). */
export function cmake(preset, targets = [], options = {}) {
  const tools = toolchain();
  const args = preset.startsWith('wasm') ? tools.wasmArgs : tools.nativeArgs;
  const settings = { cwd: root, env: tools.env, ...options };
  // One build folder serves one build at a time, also when two commands of a developer want it.
  mkdirSync(join(root, 'build'), { recursive: true });
  const locked = (...words) =>
    run('flock', [join(root, 'build', `${preset}.lock`), 'cmake', ...words], settings);
  locked('--preset', preset, '--log-level=WARNING', ...args);
  const chosen = targets.length > 0 ? ['--target', ...targets] : [];
  locked('--build', `build/${preset}`, '-j', String(availableParallelism()), ...chosen);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [preset, ...targets] = process.argv.slice(2).filter((word) => word !== '--preset');
  try {
    if (!preset) throw new Error('Usage: node scripts/cmake.mjs PRESET [TARGET ...]');
    cmake(preset, targets);
  } catch (error) {
    fail(error);
  }
}
