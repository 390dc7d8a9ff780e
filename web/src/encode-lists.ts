// The parameters that are more than one number: colors, curves, matrices and lookup tables, each as its length and its numbers.

import type { ParameterDescriptor } from './encode-chain.js';
import { checkNumber, invalid } from './validate.js';

/** Checks the value of a list parameter and appends it to the wire; throws `ERR_INVALID_PARAMS`. */
export function encodeList(name: string, param: ParameterDescriptor, value: unknown, wire: number[]): void {
  if (param.type === 'table') encodeTable(name, param, value, wire);
  else encodeArray(name, param, value, wire);
}

function encodeArray(name: string, param: ParameterDescriptor, value: unknown, wire: number[]): void {
  const { minLength = 0, maxLength = Infinity } = param;
  const items = { colors: 'colors', curve: 'points [x, y]' }[param.type as string] ?? 'numbers';
  const count = minLength === maxLength ? `${minLength}` : `${minLength} to ${maxLength}`;
  if (!Array.isArray(value)) throw invalid(name, `an array of ${count} ${items}`, value);
  if (value.length < minLength || value.length > maxLength)
    throw invalid(`${name}.length`, `${count} (${items})`, value.length);
  const at = (index: number) => `${name}[${index}]`;
  if (param.type === 'curve') {
    encodeCurve(at, param, value, wire);
    return;
  }
  wire.push(value.length);
  value.forEach((item, index) => {
    if (param.type === 'colors') wire.push(encodeColor(at(index), param.max, item));
    else wire.push(inRange(at(index), param, item));
  });
}

function inRange(name: string, { min = -Infinity, max = Infinity }: ParameterDescriptor, value: unknown) {
  checkNumber(name, value, min, max);
  return value;
}

function encodeCurve(
  at: (index: number) => string,
  param: ParameterDescriptor,
  points: readonly unknown[],
  wire: number[],
): void {
  wire.push(2 * points.length);
  let last = -Infinity;
  points.forEach((point, index) => {
    if (!Array.isArray(point) || point.length !== 2) throw invalid(at(index), 'a point [x, y]', point);
    const x = inRange(`${at(index)}[0]`, param, point[0]);
    if (x <= last) throw invalid(`${at(index)}[0]`, `above the x of the point before it (${last})`, x);
    last = x;
    wire.push(x, inRange(`${at(index)}[1]`, param, point[1]));
  });
}

/** Each color becomes one double of three 16-bit integers, so that a table is short and equal tables are equal bytes. */
function encodeTable(name: string, param: ParameterDescriptor, value: unknown, wire: number[]): void {
  const { minLength = 2, maxLength = 65 } = param;
  const { size, values } = (value ?? {}) as Partial<Record<'size' | 'values', unknown>>;
  if (!Number.isInteger(size) || (size as number) < minLength || (size as number) > maxLength) {
    throw invalid(`${name}.size`, `an integer from ${minLength} to ${maxLength}`, size);
  }
  const colors = (size as number) ** 3;
  if (typeof values !== 'object' || values === null || !('length' in values))
    throw invalid(`${name}.values`, 'an array of numbers', values);
  const numbers = values as ArrayLike<unknown>;
  if (numbers.length !== 3 * colors)
    throw invalid(`${name}.values.length`, `3 numbers for each of ${colors} colors`, numbers.length);
  wire.push(colors);
  const word = (index: number) => {
    const v = numbers[index];
    if (typeof v !== 'number' || !(v >= 0 && v <= 1)) checkNumber(`${name}.values[${index}]`, v, 0, 1);
    return Math.round((v as number) * 65535);
  };
  for (let i = 0; i < 3 * colors; i += 3) {
    wire.push(word(i) + 65536 * (word(i + 1) + 65536 * word(i + 2)));
  }
}

/** `'#rrggbb'` or 0xRRGGBB; with alpha (`'#rrggbbaa'`, 0xRRGGBBAA) where `max` has room for it. */
export function encodeColor(name: string, max = 0xffffff, value: unknown): number {
  const digits = max > 0xffffff ? 8 : 6;
  if (typeof value === 'string') {
    const hex = /^#([0-9a-f]+)$/i.exec(value)?.[1] ?? '';
    if (hex.length === digits) return Number.parseInt(hex, 16);
    if (hex.length === 6) return Number.parseInt(hex, 16) * 256 + 255;
  } else if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max) {
    return value as number;
  }
  const form = digits === 8 ? "'#rrggbbaa' or 0xRRGGBBAA" : "'#rrggbb' or 0xRRGGBB";
  throw invalid(name, `a color, ${form}`, value);
}
