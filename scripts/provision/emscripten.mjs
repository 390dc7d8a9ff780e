// Emscripten 6 with its compiler, Highway's headers and Catch2's source.
// An emcc 6.0 or newer on PATH is used as it is; otherwise packages of a newer Debian suite are unpacked beside
// the system, and their programs pointed at the C library that came with them.
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { capture, run, which } from '../lib/process.mjs';
import { openSuite } from './debian.mjs';

// What the host provides itself, or what only other users of the same packages need.
const fromHost = [
  /^(python3|libpython|tzdata|debconf|media-types|netbase|ccache|gcc-|linux-libc-dev)/,
  /^(nodejs$|libnode\d|node-(?!acorn|xtend)|libicu)/,
  /^(binutils|libbinutils|libc6-dev|libc-dev-bin|lib(gcc|stdc\+\+|objc)-\d+-dev)/,
  /^lib(asan|lsan|tsan|hwasan|ubsan|itm|gomp|quadmath|gprofng|ctf|sframe|objc)/,
];

/** The root of an emcc 6.0 or newer on PATH, or undefined. */
export function emscriptenOnPath() {
  if (!which('emcc') || !which('em-config')) return undefined;
  const major = Number(/(\d+)\.\d+\.\d+/.exec(capture('emcc', ['--version']))?.[1] ?? 0);
  return major >= 6 ? capture('em-config', ['EMSCRIPTEN_ROOT']).trim() : undefined;
}

function isElf(path) {
  if (!lstatSync(path).isFile()) return false;
  const file = openSync(path);
  const magic = Buffer.alloc(4);
  readSync(file, magic, 0, 4, 0);
  closeSync(file);
  return magic.toString('latin1') === '\x7fELF';
}

const entries = (folder, pattern) =>
  readdirSync(folder)
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name));

/** Makes the unpacked programs find their loader and libraries under `final`, where `unpacked` will be moved. */
function relocate(unpacked, final) {
  const libraries = entries(join(unpacked, 'usr/lib'), /-linux-gnu$/)[0];
  const llvm = entries(join(unpacked, 'usr/lib'), /^llvm-\d+$/)[0];
  const at = (path) => path.replace(unpacked, final);
  const loader = ['usr/lib64', 'usr/lib'].flatMap((folder) =>
    entries(join(unpacked, folder), /^ld-linux.*\.so\.\d$/),
  )[0];
  const search = [libraries, join(llvm, 'lib')].map(at).join(':');
  const programs = [
    ...entries(join(llvm, 'bin'), /./),
    ...entries(join(unpacked, 'usr/bin'), /^wasm-/),
  ].filter(isElf);
  // An RPATH (not a RUNPATH) also serves the libraries that a library needs.
  run('patchelf', ['--set-interpreter', at(loader), '--force-rpath', '--set-rpath', search, ...programs]);
  const shared = [
    ...entries(libraries, /^lib(LLVM|clang|binaryen)/),
    ...entries(join(llvm, 'lib'), /\.so/),
  ].filter(isElf);
  run('patchelf', ['--force-rpath', '--set-rpath', search, ...shared]);
}

/** Emscripten looks for its JavaScript parser in node_modules; Debian keeps it elsewhere. */
function linkParser(unpacked) {
  symlinkSync('../nodejs', join(unpacked, 'usr/share/emscripten/node_modules'));
  symlinkSync('.', join(unpacked, 'usr/share/nodejs/node_modules'));
}

function writeConfig(path, root, cache) {
  const llvm = entries(join(root, 'usr/lib'), /^llvm-\d+$/)[0];
  const settings = {
    LLVM_ROOT: join(llvm, 'bin'),
    BINARYEN_ROOT: join(root, 'usr'),
    EMSCRIPTEN_ROOT: join(root, 'usr/share/emscripten'),
    NODE_JS: process.execPath,
    CACHE: cache,
  };
  writeFileSync(
    path,
    Object.entries(settings)
      .map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`)
      .join(''),
  );
}

/** Downloads, verifies and unpacks into `work`, then moves the result to its place. */
function unpack(work, packages, final) {
  const suite = openSuite(join(work, 'apt'));
  suite.update();
  const needed = [...suite.closure(packages).keys()].filter(
    (name) => !fromHost.some((pattern) => pattern.test(name)),
  );
  const chosen = packages.includes('emscripten') ? needed : packages;
  console.log(
    `provision: unpacking ${chosen.length} packages for ${packages.join(', ')} and the source of catch2`,
  );
  const unpacked = join(work, 'root');
  suite.unpack(chosen, unpacked);
  if (packages.includes('emscripten')) {
    relocate(unpacked, final);
    linkParser(unpacked);
  }
  // The headers alone, without the rest of that suite's /usr/include.
  mkdirSync(join(unpacked, 'highway'));
  symlinkSync('../usr/include/hwy', join(unpacked, 'highway/hwy'));
  suite.source('catch2', join(unpacked, 'catch2'));
  renameSync(unpacked, final);
}

/** Provides what is missing under `folder` and returns the paths for toolchain.json. */
export function provisionEmscripten(folder, recipe) {
  const emscriptenRoot = emscriptenOnPath();
  const final = join(folder, `${emscriptenRoot ? 'headers' : 'debian'}-${recipe}`);
  const paths = { highway: join(final, 'highway'), catch2: join(final, 'catch2') };
  const work = join(folder, 'unpacking');
  rmSync(work, { recursive: true, force: true });
  try {
    mkdirSync(work, { recursive: true });
    if (!existsSync(final))
      unpack(work, emscriptenRoot ? ['libhwy-dev'] : ['emscripten', 'libhwy-dev'], final);
  } catch (error) {
    if (!emscriptenRoot) throw error;
    console.error(`provision: CMake will fetch Highway and Catch2 itself: ${error.message}`);
    return { emscriptenRoot };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  if (emscriptenRoot) return { ...paths, emscriptenRoot };
  const emscriptenCache = join(folder, 'emscripten-cache');
  const emscriptenConfig = join(folder, 'emscripten.config');
  writeConfig(emscriptenConfig, final, emscriptenCache);
  return { ...paths, emscriptenRoot: join(final, 'usr/share/emscripten'), emscriptenConfig, emscriptenCache };
}
