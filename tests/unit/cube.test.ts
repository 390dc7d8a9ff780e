// .cube files: what is read, and the line that is not.
import { expect, test } from 'vitest';
import { parseCube } from '../../web/src/cube.js';

const swapped = `# made by hand
TITLE "red and blue swapped"
LUT_3D_SIZE 2
DOMAIN_MIN 0.0 0.0 0.0
DOMAIN_MAX 1.0 1.0 1.0

0 0 0
0 0 1
0 1 0
0 1 1
1 0 0
1 0 1.0e0
1 1 0
1 1.25 -0.5
`;

test('a file is read with its title, red changing fastest, values clamped', () => {
  const { title, size, values } = parseCube(swapped);
  expect({ title, size }).toEqual({ title: 'red and blue swapped', size: 2 });
  expect([...values.subarray(0, 9)]).toEqual([0, 0, 0, 0, 0, 1, 0, 1, 0]);
  expect([...values.subarray(21)]).toEqual([1, 1, 0]);
  expect(parseCube(swapped.replaceAll('\n', '\r\n'))).toEqual(parseCube(swapped));
});

test('a fault names its line', () => {
  const fault = (text: unknown) => {
    try {
      parseCube(text as string);
    } catch (error) {
      return `${(error as { code: string }).code}: ${(error as Error).message}`;
    }
    return 'accepted';
  };
  expect(
    [
      undefined,
      '',
      'LUT_1D_SIZE 4',
      'LUT_3D_SIZE 1',
      'LUT_3D_SIZE 66',
      'LUT_3D_SIZE 2.5',
      '0 0 0',
      swapped.replace('DOMAIN_MAX 1.0', 'DOMAIN_MAX 2.0'),
      swapped.replace('0 1 1\n', '0 1\n'),
      swapped.replace('0 1 1\n', '0 1 1 1\n'),
      swapped.replace('0 1 1\n', '0 1 NaN\n'),
      swapped.replace('0 1 1\n', '0 1 1e999\n'),
      swapped.replace('0 1 1\n', ''),
      `${swapped}0 0 0`,
      swapped.replace('TITLE', 'NAME'),
      `<!doctype html>${'x'.repeat(100)}`,
    ].map(fault),
  ).toMatchInlineSnapshot(`
    [
      "ERR_INVALID_PARAMS: Expected \`text\` to be a string, got \`undefined\`",
      "ERR_UNSUPPORTED_INPUT: Expected a .cube file with LUT_3D_SIZE",
      "ERR_UNSUPPORTED_INPUT: line 1: Expected a table of three dimensions, got \`LUT_1D_SIZE 4\`",
      "ERR_UNSUPPORTED_INPUT: line 1: Expected a size from 2 to 65, got \`LUT_3D_SIZE 1\`",
      "ERR_UNSUPPORTED_INPUT: line 1: Expected a size from 2 to 65, got \`LUT_3D_SIZE 66\`",
      "ERR_UNSUPPORTED_INPUT: line 1: Expected a size from 2 to 65, got \`LUT_3D_SIZE 2.5\`",
      "ERR_UNSUPPORTED_INPUT: line 1: Expected LUT_3D_SIZE before the colors, got \`0 0 0\`",
      "ERR_UNSUPPORTED_INPUT: line 5: Expected a domain from 0 to 1, got \`DOMAIN_MAX 2.0 1.0 1.0\`",
      "ERR_UNSUPPORTED_INPUT: line 10: Expected three numbers, got \`0 1\`",
      "ERR_UNSUPPORTED_INPUT: line 10: Expected three numbers, got \`0 1 1 1\`",
      "ERR_UNSUPPORTED_INPUT: line 10: Expected three numbers, got \`0 1 NaN\`",
      "ERR_UNSUPPORTED_INPUT: line 10: Expected three numbers, got \`0 1 1e999\`",
      "ERR_UNSUPPORTED_INPUT: Expected 8 colors, got 7",
      "ERR_UNSUPPORTED_INPUT: line 15: Expected no more than 8 colors, got \`0 0 0\`",
      "ERR_UNSUPPORTED_INPUT: line 2: Expected a keyword of the Cube LUT Specification or three numbers, got \`NAME "red and blue swapped"\`",
      "ERR_UNSUPPORTED_INPUT: line 1: Expected a keyword of the Cube LUT Specification or three numbers, got \`<!doctype html>xxxxxxxxxxxxxxxxxxxxxxxxx…\`",
    ]
  `);
});
