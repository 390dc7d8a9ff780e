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
      "ERR_INVALID_PARAMS: Expected chain[0].effect to name a known effect, got \`undefined\`; there are gaussian-blur, vignette",
      "ERR_INVALID_PARAMS: Expected \`chain[0]\` to be an object like { effect: '...' }, got \`null\`",
      "ERR_INVALID_PARAMS: Expected \`chain\` to be an array of steps, got an object (Object)",
      "ERR_INVALID_PARAMS: Expected \`chain.length\` to be at most 64 steps, got \`65\` (number)",
    ]
  `);
});

test('names of built-in object properties are not effects or parameters', () => {
  expect(fault([{ effect: 'constructor' }])).toMatch(/ERR_INVALID_PARAMS/);
  expect(fault([{ effect: 'vignette', toString: 1 }])).toMatch(/ERR_INVALID_PARAMS/);
});
