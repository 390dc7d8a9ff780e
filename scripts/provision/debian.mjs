// Packages of another Debian suite, unpacked beside the system instead of installed into it.
// A private apt state (own lists, own cache, empty status file) asks the system's own mirror, checks the
// release signature against the Debian archive keyring, and leaves the system's packages untouched.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from '../lib/process.mjs';

// The first suite that carries Emscripten 6, Highway 1.3 and Catch2 3.7.
const suite = 'forky';
const keyrings = ['debian-archive-keyring.gpg', 'debian-archive-keyring.pgp'].map(
  (name) => `/usr/share/keyrings/${name}`,
);

/** The Debian mirror of the system's apt configuration, in either of its formats. */
function systemMirror() {
  if (process.env.STOPBATH_DEBIAN_MIRROR) return process.env.STOPBATH_DEBIAN_MIRROR;
  const format = '$(REPO_URI)|$(ORIGIN)|$(LABEL)';
  const rows = capture('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'])
    .split('\n')
    .map((line) => line.split('|'));
  const known = rows.find(([, origin, label]) => origin === 'Debian' && label === 'Debian');
  const named = rows.find(([uri]) => /\/debian\/?$/.test(uri));
  const mirror = (known ?? named)?.[0];
  if (mirror) return mirror;
  throw new Error(
    'Expected the apt configuration to name a Debian mirror, found none. Put emcc 6.0 or newer on PATH, ' +
      'or name a mirror: STOPBATH_DEBIAN_MIRROR=URL.',
  );
}

/** Opens the private apt state in `folder`; the result downloads and unpacks from it. */
export function openSuite(folder) {
  const keyring = keyrings.find((path) => existsSync(path));
  if (!keyring)
    throw new Error(
      'Expected the package debian-archive-keyring to be installed: signatures cannot be verified.',
    );
  for (const part of ['lists/partial', 'archives/partial', 'preferences'])
    mkdirSync(join(folder, part), { recursive: true });
  const mirror = systemMirror();
  const lines = ['deb', 'deb-src'].map((kind) => `${kind} [signed-by=${keyring}] ${mirror} ${suite} main\n`);
  writeFileSync(join(folder, 'sources.list'), lines.join(''));
  writeFileSync(join(folder, 'status'), '');
  const architecture = capture('dpkg', ['--print-architecture']).trim();
  const settings = {
    'Dir::State': folder,
    'Dir::State::Lists': join(folder, 'lists'),
    'Dir::State::status': join(folder, 'status'),
    'Dir::Cache': folder,
    'Dir::Cache::Archives': join(folder, 'archives'),
    'Dir::Etc::SourceList': join(folder, 'sources.list'),
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::Etc::Preferences': '/dev/null',
    'Dir::Etc::PreferencesParts': '/dev/null',
    'APT::Architecture': architecture,
    'APT::Architectures': architecture,
    'APT::Sandbox::User': 'root', // the download folder belongs to the caller, not to apt's own user
    'APT::Update::Error-Mode': 'any', // an unreachable mirror is an error, not a warning
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
  };
  const configuration = join(folder, 'apt.conf');
  writeFileSync(
    configuration,
    Object.entries(settings)
      .map(([name, value]) => `${name} "${value}";\n`)
      .concat('#clear APT::Update::Post-Invoke;\n', '#clear APT::Update::Post-Invoke-Success;\n')
      .join(''),
  );
  const get = (args, cwd = folder) => capture('apt-get', ['-c', configuration, ...args], { cwd });
  const versions = (output) =>
    new Map([...output.matchAll(/^Inst (\S+) \((\S+)/gm)].map(([, name, version]) => [name, version]));
  return {
    update: () => get(['update', '-q']),
    /** Name and version of everything that installing `names` on an empty system would bring. */
    closure: (names) => versions(get(['-s', 'install', '--no-install-recommends', ...names])),
    /** Downloads packages by name and unpacks them into one root. */
    unpack(names, root) {
      const archives = join(folder, 'download');
      mkdirSync(archives, { recursive: true });
      get(['download', ...names], archives);
      mkdirSync(root, { recursive: true });
      for (const file of readdirSync(archives)) {
        if (file.endsWith('.deb')) capture('dpkg', ['-x', join(archives, file), root]);
      }
    },
    /** Downloads a source package and unpacks it; apt has verified its checksums against the signed index. */
    source(name, target) {
      const archives = join(folder, 'source');
      mkdirSync(archives, { recursive: true });
      get(['source', '--download-only', name], archives);
      const description = readdirSync(archives).find(
        (file) => file.startsWith(`${name}_`) && file.endsWith('.dsc'),
      );
      capture('dpkg-source', ['--no-check', '--no-copy', '-x', join(archives, description), target]);
    },
  };
}
