// Writes the table "rule, guarding tests" into ARCHITECTURE.md: node scripts/rules-table.mjs [--check]
// The rules are docs/rules.tsv; a test guards a rule when its name carries the rule's number, as in "... [R13]". With
// --check nothing is written and a stale table fails.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const page = join(root, 'ARCHITECTURE.md');
const begin = '<!-- rules: written by npm run generate -->';
const end = '<!-- end of rules -->';

// The name of a test, in one literal or several, and Catch2's tags after it.
const literal = /(["'`])((?:(?!\1).)*)\1/g;
const testHead = /\b(?:TEST_CASE|test|it)\(\s*((?:(["'`])(?:(?!\2).)*\2[\s,]*)+)/g;

/** Test names in the repository with the rule numbers they carry. */
function guards() {
  const byRule = new Map();
  for (const folder of ['tests', 'e2e']) {
    for (const file of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!file.isFile() || !/(_test\.cc|\.test\.ts|\.spec\.mjs)$/.test(file.name)) continue;
      const path = join(file.parentPath, file.name);
      for (const [, literals] of readFileSync(path, 'utf8').matchAll(testHead)) {
        const parts = [...literals.matchAll(literal)].map(([, , text]) => text);
        const name = parts
          .filter((text) => !/^\s*\[/.test(text))
          .join('')
          .trim();
        for (const [, rule] of parts.join('').matchAll(/\[R(\d+)\]/g)) {
          byRule.set(rule, [...(byRule.get(rule) ?? []), { file: relative(root, path), name }]);
        }
      }
    }
  }
  return byRule;
}

function table() {
  const byRule = guards();
  const rows = readFileSync(join(root, 'docs/rules.tsv'), 'utf8').trim().split('\n');
  const lines = rows.map((row) => {
    const [rule, sentence] = row.split('\t');
    const tests = byRule.get(rule) ?? [];
    const named = tests
      .map(
        ({ file, name }) =>
          `${name.replace(/\s*\[[^\]]*\]/g, '').replaceAll('|', '\\|')} (\`${file.split('/').at(-1)}\`)`,
      )
      .join('; ');
    return `| ${rule} | ${sentence} | ${named || '**no test yet**'} |`;
  });
  return ['| rule | what it says | guarded by |', '|--|--|--|', ...lines].join('\n');
}

const text = readFileSync(page, 'utf8');
const fresh = `${text.slice(0, text.indexOf(begin) + begin.length)}\n${table()}\n${text.slice(text.indexOf(end))}`;
if (process.argv.includes('--check')) {
  if (fresh !== text) {
    console.error('ARCHITECTURE.md: the table of rules is stale; run npm run generate');
    process.exitCode = 1;
  }
} else if (fresh !== text) {
  writeFileSync(page, fresh);
}
