// Runs every test there is, from a fresh clone on: npm test [-- --only native,unit]
// Each part's output goes to build/test-logs/PART.log; the tail is shown when the part fails. The last line is
// `N passed, M failed`. A part that ran no test has failed, and so has one whose browser is missing, unless
// STOPBATH_ALLOW_MISSING names it (for example firefox,webkit).
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages } from './lib/packages.mjs';
import { fail } from './lib/process.mjs';
import { missingParts } from './provision/system.mjs';
import { provision } from './provision.mjs';
import { parts } from './test/parts.mjs';
import { runLogged } from './test/run-logged.mjs';
import { root } from './toolchain.mjs';

const logs = join(root, 'build/test-logs');
const built = new Map(); // a build that several parts need runs once, and its failure is theirs

/** Runs one part and returns its row of the summary. */
async function runPart(part) {
  const start = Date.now();
  const log = join(logs, `${part.name}.log`);
  const row = (result, passed, failed) => ({
    ...part,
    log,
    result,
    passed,
    failed,
    seconds: (Date.now() - start) / 1000,
  });
  const missing = missingParts().find(({ browser }) => browser && browser === part.browser);
  if (missing) {
    const allowed = (process.env.STOPBATH_ALLOW_MISSING ?? '').split(',').includes(part.browser);
    return row(allowed ? 'not run' : 'missing', 0, allowed ? 0 : 1);
  }
  rmSync(log, { force: true });
  for (const build of part.builds) {
    const key = build.join(' ');
    if (!built.has(key)) built.set(key, await runLogged(build, log, part));
    if (built.get(key) !== 0) return row('no build', 0, 1);
  }
  const code = await runLogged(part.command, log, part);
  const { passed, failed } = part.count(readFileSync(log, 'utf8'));
  if (code === 0 && failed === 0 && passed > 0) return row('passed', passed, 0);
  return row(passed + failed === 0 && code === 0 ? 'no tests' : 'failed', passed, Math.max(1, failed));
}

function show(row) {
  const count =
    row.result === 'passed' ? `${row.passed} tests` : `${row.passed} passed, ${row.failed} failed`;
  return `${row.name.padEnd(14)} ${row.result.padEnd(9)} ${count.padStart(24)} ${row.seconds.toFixed(1).padStart(8)} s`;
}

function showFailure(row) {
  if (row.result === 'missing')
    return `  ${row.browser} is not on this machine: what its engine does differently is not tested`;
  const text = existsSync(row.log)
    ? readFileSync(row.log, 'utf8')
    : 'a build that an earlier part needed too failed there';
  const tail = text.trimEnd().split('\n').slice(-60);
  return `${tail.map((line) => `  | ${line}`).join('\n')}\n  the whole log: ${row.log.slice(root.length + 1)}`;
}

/** The parts that --only names, or all of them. */
function chosenParts() {
  const at = process.argv.indexOf('--only');
  if (at < 0) return parts;
  const names = (process.argv[at + 1] ?? '').split(',');
  const unknown = names.filter((name) => !parts.some((part) => part.name === name));
  if (unknown.length === 0) return parts.filter(({ name }) => names.includes(name));
  throw new Error(
    `Expected parts among ${parts.map(({ name }) => name).join(', ')}, got \`${unknown.join(',')}\`.`,
  );
}

try {
  const chosen = chosenParts();
  provision();
  installPackages();
  mkdirSync(logs, { recursive: true });
  const rows = [];
  for (const part of chosen) {
    const row = await runPart(part);
    rows.push(row);
    console.log(show(row));
    if (row.failed > 0) console.log(showFailure(row));
  }
  console.log(`\n${rows.map(show).join('\n')}`);
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') > 0 ? 1 : 0;
} catch (error) {
  fail(error);
}
