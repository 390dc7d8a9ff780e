// Where the provisioned toolchain lives, for every script that builds or tests.
// Provisioning writes toolchain.json; this module turns it into the environment and the CMake arguments.
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
export const cacheFolder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'stopbath');
export const toolchainFile = join(cacheFolder, 'toolchain.json');

/** What provisioning recorded, or undefined before the first provisioning. */
export function readToolchain() {
  return existsSync(toolchainFile) ? JSON.parse(readFileSync(toolchainFile, 'utf8')) : undefined;
}

/** The environment and the CMake arguments of the provisioned tools. */
export function toolchain() {
  const found = readToolchain();
  if (!found) throw new Error('Expected a provisioned toolchain: run `node scripts/provision.mjs` first.');
  const env = {
    ...process.env,
    PATH: `${found.emscriptenRoot}:${process.env.PATH}`,
    EM_COMPILER_WRAPPER: 'ccache',
    CCACHE_DIR: join(cacheFolder, 'ccache'),
    CCACHE_BASEDIR: root, // another clone of the same sources hits the same entries
    CCACHE_NOHASHDIR: '1',
    CCACHE_MAXSIZE: '4G',
  };
  if (found.emscriptenConfig)
    Object.assign(env, { EM_CONFIG: found.emscriptenConfig, EM_CACHE: found.emscriptenCache });
  const cmakeArgs = ['-DCMAKE_CXX_COMPILER_LAUNCHER=ccache'];
  const wasmArgs = [`-DCMAKE_TOOLCHAIN_FILE=${found.emscriptenRoot}/cmake/Modules/Platform/Emscripten.cmake`];
  const sources = [];
  if (found.catch2) sources.push(`-DFETCHCONTENT_SOURCE_DIR_CATCH2=${found.catch2}`);
  if (found.highway) sources.push(`-DSTOPBATH_HIGHWAY_INCLUDE_DIR=${found.highway}`);
  return { env, nativeArgs: [...cmakeArgs, ...sources], wasmArgs: [...wasmArgs, ...sources] };
}
