// A chain in wire form: checked against the generated table, then for each step the effect's index and every parameter as a
// double, in the table's order; a list is its length and its numbers, an image its id. The core checks the same again and never has to guess.

import type { ParamDescriptor, Step } from './effects.generated.js';
import { encodeColor, encodeList } from './encode-lists.js';
import { PipelineError } from './errors.js';
import { checkInteger, checkNumber, invalid, show } from './validate.js';

/**
 * Effects in order, with their settings: plain data that can be stored and posted. What a step leaves out has its default.
 *
 * @example
 * ```ts
 * const chain: Chain = [{ effect: 'levels', black: 12 }, { effect: 'gaussian-blur', sigma: 3 }];
 * ```
 */
export type Chain = readonly Step[];

/** What encoding needs to know of one parameter. */
export type ParameterDescriptor = Pick<ParamDescriptor, 'name' | 'type' | 'default'> &
  Partial<Pick<ParamDescriptor, 'min' | 'max' | 'choices' | 'minLength' | 'maxLength'>>;

/** One effect, as the generated table states it; its place in the table is its index on the wire. */
export interface EffectDescriptor {
  readonly name: string;
  readonly params: readonly ParameterDescriptor[];
}

/** Most steps of one chain. */
export const maxSteps = 64;

/** Checks the value of an image parameter and gives the image's id, or throws the typed error. */
export type ImageIds = (name: string, value: unknown) => number;

const noImages: ImageIds = (name, value) => {
  throw invalid(name, 'null, as there are no images here', value);
};

/**
 * Checks `chain` and gives its wire form; throws `ERR_INVALID_PARAMS` with the sentence for the first fault, and whatever
 * `imageId` throws.
 */
export function encodeChain(
  chain: unknown,
  effects: readonly EffectDescriptor[],
  imageId: ImageIds = noImages,
): number[] {
  if (!Array.isArray(chain)) throw invalid('chain', 'an array of steps', chain);
  if (chain.length > maxSteps) throw invalid('chain.length', `at most ${maxSteps} steps`, chain.length);
  const wire: number[] = [];
  chain.forEach((step, index) => {
    encodeStep(step, index, effects, imageId, wire);
  });
  return wire;
}

function encodeStep(
  step: unknown,
  index: number,
  effects: readonly EffectDescriptor[],
  imageId: ImageIds,
  wire: number[],
): void {
  if (typeof step !== 'object' || step === null)
    throw invalid(`chain[${index}]`, "an object like { effect: '...' }", step);
  const values = step as Readonly<Record<string, unknown>>;
  const number = effects.findIndex(({ name }) => name === values.effect);
  const effect = effects[number];
  if (!effect) throw unknownName(`chain[${index}].effect`, 'effect', values.effect, effects);
  for (const name of Object.keys(values)) {
    if (name !== 'effect' && !effect.params.some((param) => param.name === name)) {
      throw unknownName(`a setting of \`${effect.name}\``, 'parameter', name, effect.params);
    }
  }
  wire.push(number);
  for (const param of effect.params) {
    const name = `${effect.name}.${param.name}`;
    const value = values[param.name] === undefined ? param.default : values[param.name];
    if (param.type === 'image') wire.push(value === null ? 0 : imageId(name, value));
    else encodeValue(name, param, value, wire);
  }
}

function encodeValue(name: string, param: ParameterDescriptor, value: unknown, wire: number[]): void {
  switch (param.type) {
    case 'colors':
    case 'curve':
    case 'matrix':
    case 'table':
      encodeList(name, param, value, wire);
      break;
    default:
      wire.push(encodeNumber(name, param, value));
  }
}

function encodeNumber(name: string, param: ParameterDescriptor, value: unknown): number {
  switch (param.type) {
    case 'number':
      checkNumber(name, value, param.min ?? -Infinity, param.max ?? Infinity);
      return value;
    case 'integer':
      checkInteger(name, value, param.min ?? -(2 ** 31), param.max ?? 2 ** 31);
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw invalid(name, 'true or false', value);
      return value ? 1 : 0;
    case 'choice': {
      const choices = param.choices ?? [];
      const place = choices.indexOf(value as string);
      if (place < 0)
        throw invalid(name, `one of ${choices.map((choice) => `'${choice}'`).join(', ')}`, value);
      return place;
    }
    default:
      return encodeColor(name, param.max, value);
  }
}

function unknownName(
  place: string,
  kind: string,
  value: unknown,
  known: readonly { readonly name: string }[],
): PipelineError {
  const names = known.map(({ name }) => name);
  const near = typeof value === 'string' ? nearest(value, names) : undefined;
  const hint = near ? `; did you mean '${near}'?` : names.length > 0 ? `; there are ${names.join(', ')}` : '';
  return new PipelineError(
    'ERR_INVALID_PARAMS',
    `Expected ${place} to name a known ${kind}, got ${show(value)}${hint}`,
  );
}

/** The name within a third of its length in edits (Levenshtein), the closest first. */
function nearest(value: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, edits: edits(value.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, edits }) => edits <= Math.max(2, name.length / 3) || name.includes(value))
    .sort((a, b) => a.edits - b.edits);
  return ranked[0]?.name;
}

function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
