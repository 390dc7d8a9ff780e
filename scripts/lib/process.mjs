// Runs other programs for the scripts: one way to call them, one way to fail.
// A failed command throws an Error that carries its output; nothing here knows what it runs.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Runs a program with the terminal's own output; throws when it fails. */
export function run(command, args, options = {}) {
  const done = spawnSync(command, args, { stdio: 'inherit', ...options });
  if (done.error) throw done.error;
  if (done.status !== 0)
    throw new Error(`${command} ${args.join(' ')} failed (${done.signal ?? done.status})`);
}

/** Runs a program and returns what it wrote to stdout; throws with stderr when it fails. */
export function capture(command, args, options = {}) {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  if (done.error) throw done.error;
  if (done.status !== 0) {
    const output = `${done.stdout}${done.stderr}`.trim();
    throw new Error(`${command} ${args.join(' ')} failed (${done.signal ?? done.status})\n${output}`);
  }
  return done.stdout;
}

/** The full path of a program on PATH, or undefined. */
export function which(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch (error) {
      if (!['ENOENT', 'EACCES', 'ENOTDIR'].includes(error.code)) throw error;
    }
  }
  return undefined;
}

/** Reports a failure of a command-line script in one line and ends it. */
export function fail(error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
