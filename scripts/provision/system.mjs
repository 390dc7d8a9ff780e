// The system packages that building and testing need, installed with apt-get only where something is missing.
// A browser other than Chromium is optional here: what cannot be had is named, and so is what then stays untested.
import { existsSync } from 'node:fs';
import { capture, which } from '../lib/process.mjs';

const needs = [
  { part: 'the native compiler', packages: ['g++', 'libc6-dev'], met: () => which('c++') && which('g++') },
  {
    part: 'the build tools',
    packages: ['cmake', 'ninja-build', 'ccache'],
    met: () => ['cmake', 'ninja', 'ccache'].every(which),
  },
  {
    part: 'the unpacking of Emscripten', // not needed where emcc 6.0 is on PATH
    optional: true,
    packages: ['patchelf', 'python3', 'dpkg-dev', 'xz-utils', 'debian-archive-keyring'],
    met: () =>
      ['patchelf', 'python3', 'dpkg-source', 'xz'].every(which) &&
      ['gpg', 'pgp'].some((kind) => existsSync(`/usr/share/keyrings/debian-archive-keyring.${kind}`)),
  },
  { part: 'the C++ format check', packages: ['clang-format'], met: () => which('clang-format') },
  { part: 'the browser tests', packages: ['chromium', 'fonts-dejavu-core'], met: () => chromium() },
  {
    part: 'the Firefox conformance tests',
    browser: 'firefox',
    optional: true,
    packages: ['firefox-esr'],
    met: () => firefox(),
  },
  {
    part: 'the WebKit conformance tests',
    browser: 'webkit',
    optional: true,
    packages: ['webkit2gtk-driver', 'xvfb', 'xauth'],
    met: () => ['WebKitWebDriver', 'xvfb-run', 'xauth'].every(which),
  },
];

const chromium = () => ['chromium', 'chromium-browser', 'google-chrome'].some(which);
const firefox = () => ['firefox-esr', 'firefox'].some(which);

/** Runs apt-get as root, silently; the output is part of the error when it fails. */
function aptGet(...args) {
  const asRoot = process.getuid() === 0 ? [] : ['sudo', '--non-interactive'];
  if (asRoot.length > 0 && !which('sudo')) throw new Error('Expected to be root or to have sudo.');
  const [command, ...rest] = [
    ...asRoot,
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    '-q',
    '-o',
    'DPkg::Lock::Timeout=600',
    ...args,
  ];
  capture(command, rest);
}

/** The parts whose programs are not all there. */
export const missingParts = () => needs.filter(({ met }) => !met());

const report = (error) => console.error(`provision: ${error.message.split('\n').slice(-3).join('\n')}`);

function install(parts) {
  console.log(`provision: installing ${parts.flatMap(({ packages }) => packages).join(' ')}`);
  try {
    aptGet('update');
  } catch (error) {
    report(error); // a broken source of somebody else's need not concern our packages
  }
  for (const { packages } of parts) {
    try {
      aptGet('install', '-y', '--no-install-recommends', ...packages);
    } catch (error) {
      report(error);
    }
  }
}

/** Installs what is missing and returns the optional parts that cannot be had; throws for any other part. */
export function provisionSystem() {
  const missing = missingParts();
  if (missing.length > 0 && which('apt-get')) install(missing);
  const still = missingParts();
  const mandatory = still.filter(({ optional }) => !optional);
  if (mandatory.length > 0) {
    const wanted = mandatory.map(({ part, packages }) => `${packages.join(' ')} (for ${part})`);
    throw new Error(`Expected these packages, or what they are called here: ${wanted.join(', ')}.`);
  }
  for (const { part, packages } of still) {
    console.error(`provision: without ${packages.join(' ')}, ${part} cannot run on this machine`);
  }
  return still.map(({ part }) => part);
}
