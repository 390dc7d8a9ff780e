// The parity table: every effect with its parameters at defaults, ends and middles, at sizes where tiles and blocks do not fit.
//
// The native tool names the rows (e2e/native/hashes.cc): `step[+step...]/WxH[/reduce][@from>to]`, a step `effect:setting[:parameter]`.
// Here a name becomes a chain again, by way of the package's own descriptors, so both sides must agree on what they mean.
import { fnv1a64, scene } from './scene.js';

/** The step that a name stands for; `only` restricts the setting to one parameter. */
function stepOf(name, descriptors, layer) {
  const [effect, setting, only] = name.split(':');
  const descriptor = descriptors.find((one) => one.name === effect);
  if (!descriptor) throw new Error(`the package has no effect ${effect}`);
  return stepAt(descriptor, setting, only, layer);
}

/**
 * An effect's step with each parameter, or only one, at its `default`, `low`, `mid` or `high` value. `layer` is the image that
 * it names at the latter two.
 */
export function stepAt(descriptor, setting, only, layer = null) {
  const values = descriptor.params.map((param) => [
    param.name,
    setting === 'default' || (only && only !== param.name) ? param.default : valueAt(param, setting, layer),
  ]);
  return { effect: descriptor.name, ...Object.fromEntries(values) };
}

function valueAt(param, setting, layer) {
  const { type, min, max, choices, trials } = param;
  const pick = (low, mid, high) => ({ low, mid, high })[setting];
  if (trials) return pick(trials[0], trials[Math.floor(trials.length / 2)], trials.at(-1));
  switch (type) {
    case 'colors':
    case 'curve':
    case 'matrix':
    case 'table':
      return listAt(param, pick);
    case 'boolean':
      return pick(false, true, true);
    case 'choice':
      return pick(choices[0], choices[Math.floor((choices.length - 1) / 2)], choices.at(-1));
    case 'image':
      return pick(null, layer, layer);
    case 'color':
      return pick('#000000', '#808080', '#ffffff');
    case 'integer':
      return pick(min, Math.floor((min + max) / 2), max);
    default:
      return pick(min, (min + max) / 2, max);
  }
}

/** The list values of e2e/native/hashes.cc, which must stay equal to these. */
function listAt({ type, min, max, minLength, maxLength, default: usual }, pick) {
  const list = (length, value) => Array.from({ length }, (_, i) => value(i));
  const hex = (color) => `#${color.toString(16).padStart(6, '0')}`;
  switch (type) {
    case 'colors':
      return list(pick(minLength, Math.floor((minLength + maxLength) / 2), maxLength), (i) =>
        hex(pick(0, (i * 3107869) % 0x1000000, 0xffffff)),
      );
    case 'curve': {
      const level = (y) => [
        [0, y],
        [1, y],
      ];
      return pick(
        level(0),
        [
          [0, 0],
          [0.25, 0.125],
          [0.75, 0.875],
          [1, 1],
        ],
        level(1),
      );
    }
    case 'matrix': {
      const moved = usual.map((v, i) => Math.min(Math.max(v + (((i % 3) - 1) * (max - min)) / 64, min), max));
      return usual.map((_, i) => pick(min, moved[i], max));
    }
    default: {
      const size = pick(2, 3, 2);
      return { size, values: list(3 * size ** 3, (i) => pick(0, ((i * 40503 + 12345) % 65536) / 65535, 1)) };
    }
  }
}

/**
 * Runs every row and names those whose bytes differ from the native build's.
 * @param {object} pipeline
 * @param {readonly object[]} descriptors
 * @param {Record<string, string>} expected row to hash
 * @returns {Promise<{rows: number, wrong: string[]}>}
 */
export async function runHashCases(pipeline, descriptors, expected) {
  const wrong = [];
  const images = new Map();
  const layer = await pipeline.importImage({ data: scene(91, 57), width: 91, height: 57 });
  const untested = new Set(descriptors.map((one) => one.name));
  for (const [row, hash] of Object.entries(expected)) {
    const [place, spaces = 'srgb>srgb'] = row.split('@');
    const [from, to] = spaces.split('>');
    const [steps, size, reduce = '0'] = place.split('/');
    const chain = steps.split('+').map((name) => stepOf(name, descriptors, layer));
    for (const { effect } of chain) untested.delete(effect);
    const key = `${size} ${from}`;
    if (!images.has(key)) {
      const [width, height] = size.split('x').map(Number);
      const raw = { data: scene(width, height), width, height, colorSpace: from };
      images.set(key, await pipeline.importImage(raw));
    }
    const result = await resultOf(pipeline, images.get(key), chain, Number(reduce), to);
    const got = result.read((pixels) => fnv1a64(pixels));
    if (got !== hash) wrong.push(`${row}, ${result.width}x${result.height}: got ${got}, native ${hash}`);
    result.close();
  }
  for (const effect of untested) wrong.push(`${effect}: no row of the native table tests it`);
  for (const image of [layer, ...images.values()]) image.close();
  return { rows: Object.keys(expected).length, wrong };
}

/** The exact image: a render, or a preview without a canvas at a reduced size. */
async function resultOf(pipeline, image, chain, reduce, colorSpace) {
  if (reduce === 0) return pipeline.render(image, chain, { colorSpace });
  const options = { scale: 1 / 2 ** reduce, budgetMs: Infinity, colorSpace };
  const { frame } = await pipeline.preview(image, chain, options).outcome;
  return frame.image;
}
