// Emscripten 6 with its compiler, Highway's headers and Catch2's source.
// An emcc 6.0 or newer on PATH is used as it is; otherwise packages of a newer Debian suite are unpacked beside
// the system, and their programs pointed at the C library that came with them.
import { closeSync, existsSync, lstatSync, mkdirSync, openSync, readdirSync, readSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

const entries = (folder, pattern) => readdirSync(folder).filter((name) => pattern.test(name)).map((name) => join(folder, name));

/** Makes the unpacked programs find their loader and libraries under `final`, where `unpacked` will be moved. */
function relocate(unpacked, final) {
  const libraries = entries(join(unpacked, 'usr/lib'), /-linux-gnu$/)[0];
  const llvm = entries(join(unpacked, 'usr/lib'), /^llvm-\d+$/)[0];
  const at = (path) => path.replace(unpacked, final);
  const loader = ['usr/lib64', 'usr/lib'].flatMap((folder) => entries(join(unpacked, folder), /^ld-linux.*\.so\.\d$/))[0];
  const search = [libraries, join(llvm, 'lib')].map(at).join(':');
  const programs = [...entries(join(llvm, 'bin'), /./), ...entries(join(unpacked, 'usr/bin'), /^wasm-/)].filter(isElf);
  // An RPATH (not a RUNPATH) also serves the libraries that a library needs.
  run('patchelf', ['--set-interpreter', at(loader), '--force-rpath', '--set-rpath', search, ...programs]);
  const shared = [...entries(libraries, /^lib(LLVM|clang|binaryen)/), ...entries(join(llvm, 'lib'), /\.so/)].filter(isElf);
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
  writeFileSync(path, Object.entries(settings).map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`).join(''));
}

/** Unpacks what is missing under `folder` and returns the paths for toolchain.json. */
export function provisionEmscripten(folder) {
  const onPath = emscriptenOnPath();
  const final = join(folder, 'debian');
  const catch2 = join(folder, 'catch2');
  const cache = join(folder, 'emscripten-cache');
  const config = join(folder, 'emscripten.config');
  const work = join(folder, 'unpacking');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const wanted = onPath ? ['libhwy-dev'] : ['emscripten', 'libhwy-dev'];
  if (!existsSync(final) || !existsSync(catch2)) {
    const suite = openSuite(join(work, 'apt'));
    suite.update();
    const names = [...suite.closure(wanted).keys()].filter((name) => !fromHost.some((pattern) => pattern.test(name)));
    console.log(`provision: unpacking ${names.length} packages for ${wanted.join(' and ')}`);
    const unpacked = join(work, 'root');
    suite.unpack(onPath ? wanted : names, unpacked);
    if (!onPath) {
      relocate(unpacked, final);
      linkParser(unpacked);
    }
    suite.source('catch2', join(work, 'catch2'));
    for (const [from, to] of [[unpacked, final], [join(work, 'catch2'), catch2]]) {
      rmSync(to, { recursive: true, force: true });
      renameSync(from, to);
    }
  }
  rmSync(work, { recursive: true, force: true });
  const paths = { highway: join(folder, 'highway'), catch2 };
  if (onPath) return { ...paths, emscriptenRoot: onPath };
  writeConfig(config, final, cache);
  return { ...paths, emscriptenRoot: join(final, 'usr/share/emscripten'), emscriptenConfig: config, emscriptenCache: cache };
}
