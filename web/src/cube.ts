// Lookup tables from .cube files, the exchange format of video and photo editors.

import type { ColorTable } from './effects.generated.js';
import { PipelineError } from './errors.js';
import { invalid } from './validate.js';

/** A table as a .cube file holds it. */
export interface CubeFile extends ColorTable {
  /** What the file calls itself; empty when it does not. */
  readonly title: string;
  readonly values: Float32Array;
}

const leastSize = 2;
const mostSize = 65;

/**
 * Reads the text of a .cube file with a table of three dimensions, for the `table` of the effect `lut3d`. Values outside 0 to 1
 * are clamped, as the effect's results are.
 *
 * Source: Adobe Cube LUT Specification 1.0. Tables of one dimension and domains other than 0 to 1 are refused.
 *
 * @throws `ERR_UNSUPPORTED_INPUT` with the number of the line that is not understood; `ERR_INVALID_PARAMS` when it is no text.
 * @example
 * ```ts
 * const table = parseCube(await file.text());
 * pipeline.preview(photo, [{ effect: 'lut3d', table }], { to: canvas });
 * ```
 */
export function parseCube(text: string): CubeFile {
  if (typeof text !== 'string') throw invalid('text', 'a string', text);
  let title = '';
  let size = 0;
  let values = new Float32Array(0);
  let count = 0;
  text.split(/\r\n|\r|\n/).forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return;
    const fail = (expected: string) =>
      unsupported(`line ${index + 1}: Expected ${expected}, got ${shorten(line)}`);
    const [word = '', ...rest] = line.split(/\s+/);
    if (/^[-+.\d]/.test(word)) {
      if (size === 0) throw fail('LUT_3D_SIZE before the colors');
      if (count === values.length) throw fail(`no more than ${size ** 3} colors`);
      for (const number of numbers([word, ...rest], fail)) values[count++] = Math.min(Math.max(number, 0), 1);
    } else if (word === 'TITLE') {
      title = line
        .slice(word.length)
        .trim()
        .replace(/^"(.*)"$/, '$1');
    } else if (word === 'LUT_3D_SIZE' && size === 0) {
      size = /^\d+$/.test(rest[0] ?? '') && rest.length === 1 ? Number(rest[0]) : 0;
      if (size < leastSize || size > mostSize) throw fail(`a size from ${leastSize} to ${mostSize}`);
      values = new Float32Array(3 * size ** 3);
    } else if (word === 'DOMAIN_MIN' || word === 'DOMAIN_MAX') {
      const limit = word === 'DOMAIN_MAX' ? 1 : 0;
      if (numbers(rest, fail).some((number) => number !== limit)) throw fail('a domain from 0 to 1');
    } else if (word === 'LUT_3D_INPUT_RANGE') {
      if (Number(rest[0]) !== 0 || Number(rest[1]) !== 1) throw fail('an input range from 0 to 1');
    } else if (word === 'LUT_1D_SIZE') {
      throw fail('a table of three dimensions');
    } else {
      throw fail('a keyword of the Cube LUT Specification or three numbers');
    }
  });
  if (size === 0) throw unsupported('Expected a .cube file with LUT_3D_SIZE');
  if (count < values.length) throw unsupported(`Expected ${size ** 3} colors, got ${Math.floor(count / 3)}`);
  return { title, size, values };
}

function numbers(words: readonly string[], fail: (expected: string) => PipelineError): readonly number[] {
  const parsed = words.map(Number);
  if (parsed.length !== 3 || !parsed.every(Number.isFinite)) throw fail('three numbers');
  return parsed;
}

const shorten = (line: string) => `\`${line.length > 40 ? `${line.slice(0, 40)}…` : line}\``;

const unsupported = (sentence: string) => new PipelineError('ERR_UNSUPPORTED_INPUT', sentence);
