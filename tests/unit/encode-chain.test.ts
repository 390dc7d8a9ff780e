// The wire form of a chain: effect index, then every parameter as a double.
import { expect, test } from 'vitest';
import { type EffectDescriptor, encodeChain } from '../../web/src/encode-chain.js';

const effects: readonly EffectDescriptor[] = [
  { name: 'gaussian-blur', params: [{ name: 'sigma', type: 'number', min: 0, max: 250, default: 2 }] },
  {
    name: 'vignette',
    params: [
      { name: 'strength', type: 'number', min: 0, max: 1, default: 0.5 },
      { name: 'steps', type: 'integer', min: 1, max: 9, default: 3 },
      { name: 'round', type: 'boolean', default: false },
      { name: 'edge', type: 'choice', choices: ['soft', 'hard'], default: 'soft' },
      { name: 'shade', type: 'color', default: '#000000' },
    ],
  },
  {
    name: 'lists',
    params: [
      { name: 'colors', type: 'colors', minLength: 2, maxLength: 3, default: ['#000000', '#ffffff'] },
      {
        name: 'curve',
        type: 'curve',
        min: 0,
        max: 1,
        minLength: 2,
        maxLength: 4,
        default: [
          [0, 0],
          [1, 1],
        ],
      },
      { name: 'matrix', type: 'matrix', min: -2, max: 2, minLength: 4, maxLength: 4, default: [1, 0, 0, 1] },
      { name: 'table', type: 'table', minLength: 1, maxLength: 3, default: { size: 1, values: [0, 0, 0] } },
    ],
  },
];

const fault = (chain: unknown): string => {
  try {
    encodeChain(chain, effects);
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`;
  }
  return 'accepted';
};

test('a step is its index and every parameter in order, defaults included', () => {
  expect(encodeChain([], effects)).toEqual([]);
  expect(encodeChain([{ effect: 'vignette' }], effects)).toEqual([1, 0.5, 3, 0, 0, 0]);
  const step = { effect: 'vignette', shade: '#ff8000', edge: 'hard', round: true, steps: 9, strength: 1 };
  expect(encodeChain([{ effect: 'gaussian-blur', sigma: 7.5 }, step], effects)).toEqual([
    0, 7.5, 1, 1, 9, 1, 1, 0xff8000,
  ]);
  expect(encodeChain([{ effect: 'gaussian-blur', sigma: undefined }], effects)).toEqual([0, 2]);
});

test('an image is the id that its pipeline gives it, null and nothing are 0', () => {
  const blend = [{ name: 'blend', params: [{ name: 'image', type: 'image', default: null }] }] as const;
  const encode = (image: unknown) =>
    encodeChain([{ effect: 'blend', image }], blend, (name, value) => {
      if (typeof value !== 'object') throw new TypeError(name);
      return (value as { id: number }).id;
    });
  expect([encode({ id: 7 }), encode(null), encode(undefined)]).toEqual([
    [0, 7],
    [0, 0],
    [0, 0],
  ]);
  expect(() => encode('7')).toThrow('blend.image');
  expect(() => encodeChain([{ effect: 'blend', image: { id: 7 } }], blend)).toThrow(/no images here/);
});

test('a fault names the parameter, the range and the value', () => {
  expect(
    [
      [{ effect: 'vignette', strength: 2 }],
      [{ effect: 'vignette', strength: '1' }],
      [{ effect: 'vignette', strength: null }],
      [{ effect: 'vignette', strength: Number.NaN }],
      [{ effect: 'vignette', strength: Number.POSITIVE_INFINITY }],
      [{ effect: 'vignette', steps: 1.5 }],
      [{ effect: 'vignette', round: 1 }],
      [{ effect: 'vignette', edge: 'medium' }],
      [{ effect: 'vignette', shade: 'red' }],
      [{ effect: 'vignette', shade: 0x1000000 }],
      [{ effect: 'vignette', stength: 1 }],
      [{ effect: 'gausian-blur' }],
      [{}],
      [null],
      { effect: 'vignette' },
      Array.from({ length: 65 }, () => ({ effect: 'vignette' })),
    ].map(fault),
  ).toMatchInlineSnapshot(`
    [
      "ERR_INVALID_PARAMS: Expected \`vignette.strength\` to be a number from 0 to 1, got \`2\` (number)",
      "ERR_INVALID_PARAMS: Expected \`vignette.strength\` to be a number from 0 to 1, got \`'1'\` (string)",
      "ERR_INVALID_PARAMS: Expected \`vignette.strength\` to be a number from 0 to 1, got \`null\`",
      "ERR_INVALID_PARAMS: Expected \`vignette.strength\` to be a number from 0 to 1, got \`NaN\` (number)",
      "ERR_INVALID_PARAMS: Expected \`vignette.strength\` to be a number from 0 to 1, got \`Infinity\` (number)",
      "ERR_INVALID_PARAMS: Expected \`vignette.steps\` to be an integer from 1 to 9, got \`1.5\` (number)",
      "ERR_INVALID_PARAMS: Expected \`vignette.round\` to be true or false, got \`1\` (number)",
      "ERR_INVALID_PARAMS: Expected \`vignette.edge\` to be one of 'soft', 'hard', got \`'medium'\` (string)",
      "ERR_INVALID_PARAMS: Expected \`vignette.shade\` to be a color, '#rrggbb' or 0xRRGGBB, got \`'red'\` (string)",
      "ERR_INVALID_PARAMS: Expected \`vignette.shade\` to be a color, '#rrggbb' or 0xRRGGBB, got \`16777216\` (number)",
      "ERR_INVALID_PARAMS: Expected a setting of \`vignette\` to name a known parameter, got \`'stength'\` (string); did you mean 'strength'?",
      "ERR_INVALID_PARAMS: Expected chain[0].effect to name a known effect, got \`'gausian-blur'\` (string); did you mean 'gaussian-blur'?",
      "ERR_INVALID_PARAMS: Expected chain[0].effect to name a known effect, got \`undefined\`; there are gaussian-blur, vignette, lists",
      "ERR_INVALID_PARAMS: Expected \`chain[0]\` to be an object like { effect: '...' }, got \`null\`",
      "ERR_INVALID_PARAMS: Expected \`chain\` to be an array of steps, got an object (Object)",
      "ERR_INVALID_PARAMS: Expected \`chain.length\` to be at most 64 steps, got \`65\` (number)",
    ]
  `);
});

test('a list is its length and its numbers, a table packs the 48 bits of a color', () => {
  expect(encodeChain([{ effect: 'lists' }], effects)).toEqual([
    2, 2, 0, 0xffffff, 4, 0, 0, 1, 1, 4, 1, 0, 0, 1, 1, 0,
  ]);
  const step = {
    effect: 'lists',
    colors: ['#000001', 2, '#000003'],
    curve: [
      [0.25, 1],
      [0.5, 0],
    ],
    matrix: [-2, 2, 0.5, 0],
    table: { size: 2, values: new Float32Array(24).fill(1, 0, 2).fill(0.5, 23) },
  };
  expect(encodeChain([step, { effect: 'gaussian-blur' }], effects)).toEqual([
    ...[2, 3, 1, 2, 3, 4, 0.25, 1, 0.5, 0, 4, -2, 2, 0.5, 0],
    ...[8, 65535 * 65537, 0, 0, 0, 0, 0, 0, 32768 * 2 ** 32],
    ...[0, 2],
  ]);
});

test('a fault in a list names its place', () => {
  const points = (...curve: unknown[]) => [{ effect: 'lists', curve }];
  const table = (value: unknown) => [{ effect: 'lists', table: value }];
  expect(
    [
      [{ effect: 'lists', colors: '#000000' }],
      [{ effect: 'lists', colors: ['#000000'] }],
      [{ effect: 'lists', colors: ['#000000', 'red'] }],
      points([0, 0]),
      points([0, 0], [0, 1]),
      points([0, 0], [1]),
      points([0, 0], [1, 2]),
      points([0, Number.NaN], [1, 1]),
      [{ effect: 'lists', matrix: [1, 0, 0] }],
      [{ effect: 'lists', matrix: [1, 0, 0, 3] }],
      [{ effect: 'lists', matrix: [1, 0, 0, '1'] }],
      table(null),
      table({ size: 4, values: [] }),
      table({ size: 1, values: 7 }),
      table({ size: 1, values: [0, 0] }),
      table({ size: 1, values: [0, 0, Number.POSITIVE_INFINITY] }),
      table({ size: 1, values: [0, 0, 1.5] }),
    ].map(fault),
  ).toMatchInlineSnapshot(`
    [
      "ERR_INVALID_PARAMS: Expected \`lists.colors\` to be an array of 2 to 3 colors, got \`'#000000'\` (string)",
      "ERR_INVALID_PARAMS: Expected \`lists.colors.length\` to be 2 to 3 (colors), got \`1\` (number)",
      "ERR_INVALID_PARAMS: Expected \`lists.colors[1]\` to be a color, '#rrggbb' or 0xRRGGBB, got \`'red'\` (string)",
      "ERR_INVALID_PARAMS: Expected \`lists.curve.length\` to be 2 to 4 (points [x, y]), got \`1\` (number)",
      "ERR_INVALID_PARAMS: Expected \`lists.curve[1][0]\` to be above the x of the point before it (0), got \`0\` (number)",
      "ERR_INVALID_PARAMS: Expected \`lists.curve[1]\` to be a point [x, y], got an array",
      "ERR_INVALID_PARAMS: Expected \`lists.curve[1][1]\` to be a number from 0 to 1, got \`2\` (number)",
      "ERR_INVALID_PARAMS: Expected \`lists.curve[0][1]\` to be a number from 0 to 1, got \`NaN\` (number)",
      "ERR_INVALID_PARAMS: Expected \`lists.matrix.length\` to be 4 (numbers), got \`3\` (number)",
      "ERR_INVALID_PARAMS: Expected \`lists.matrix[3]\` to be a number from -2 to 2, got \`3\` (number)",
      "ERR_INVALID_PARAMS: Expected \`lists.matrix[3]\` to be a number from -2 to 2, got \`'1'\` (string)",
      "ERR_INVALID_PARAMS: Expected \`lists.table.size\` to be an integer from 1 to 3, got \`undefined\`",
      "ERR_INVALID_PARAMS: Expected \`lists.table.size\` to be an integer from 1 to 3, got \`4\` (number)",
      "ERR_INVALID_PARAMS: Expected \`lists.table.values\` to be an array of numbers, got \`7\` (number)",
      "ERR_INVALID_PARAMS: Expected \`lists.table.values.length\` to be 3 numbers for each of 1 colors, got \`2\` (number)",
      "ERR_INVALID_PARAMS: Expected \`lists.table.values[2]\` to be a number from 0 to 1, got \`Infinity\` (number)",
      "ERR_INVALID_PARAMS: Expected \`lists.table.values[2]\` to be a number from 0 to 1, got \`1.5\` (number)",
    ]
  `);
});

test('names of built-in object properties are not effects or parameters', () => {
  expect(fault([{ effect: 'constructor' }])).toMatch(/ERR_INVALID_PARAMS/);
  expect(fault([{ effect: 'vignette', toString: 1 }])).toMatch(/ERR_INVALID_PARAMS/);
});
