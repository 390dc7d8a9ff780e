// The project's own text files, as git sees them: tracked, or new and not ignored.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../toolchain.mjs';
import { capture } from './process.mjs';

/** Paths relative to the root that match `pattern`. */
export function sources(pattern) {
  return capture('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root })
    .split('\n')
    .filter((path) => pattern.test(path) && existsSync(join(root, path)));
}
