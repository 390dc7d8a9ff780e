// Configures and builds one CMake preset with the provisioned tools: node scripts/cmake.mjs PRESET [TARGET ...]
// Presets: dev, asan, tsan, release, wasm-threads, wasm-single. Builds land in build/PRESET.
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { fail, run } from './lib/process.mjs';
import { root, toolchain } from './toolchain.mjs';

/** Configures `preset` and builds `targets` (all of them by default). */
export function cmake(preset, targets = [], options = {}) {
  const tools = toolchain();
  const args = preset.startsWith('wasm') ? tools.wasmArgs : tools.nativeArgs;
  const settings = { cwd: root, env: tools.env, ...options };
  run('cmake', ['--preset', preset, '--log-level=WARNING', ...args], settings);
  const chosen = targets.length > 0 ? ['--target', ...targets] : [];
  run('cmake', ['--build', `build/${preset}`, '-j', String(availableParallelism()), ...chosen], settings);
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
