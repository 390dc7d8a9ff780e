// The bytes that browsers must reproduce: builds the native tool and writes its table to build/e2e/hashes.json.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cmake } from '../../scripts/cmake.mjs';
import { capture } from '../../scripts/lib/process.mjs';
import { root } from '../server.mjs';

const preset = 'dev';

/** Builds `stopbath_hashes` for this machine, runs it, and keeps its table where the test server finds it; the row count. */
export function writeExpectedHashes() {
  cmake(preset, ['stopbath_hashes'], { stdio: ['ignore', 2, 2] });
  const table = JSON.parse(capture(join(root, 'build', preset, 'stopbath_hashes'), []));
  mkdirSync(join(root, 'build', 'e2e'), { recursive: true });
  writeFileSync(join(root, 'build', 'e2e', 'hashes.json'), JSON.stringify(table));
  return Object.keys(table).length;
}
