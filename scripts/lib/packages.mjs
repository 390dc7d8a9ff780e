// Installs the npm packages of the lockfile when they are missing or from another lockfile.
// Uses Node's own modules alone: it runs in a clone that has no node_modules yet.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../toolchain.mjs';
import { run } from './process.mjs';

export function installPackages() {
  const digest = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules/.stopbath-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  // Not `npm ci`: it refuses a lockfile that leaves out a tool's builds for other platforms, which not every registry has.
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root });
  writeFileSync(stamp, digest);
}
