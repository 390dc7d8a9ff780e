// The list of error codes is closed, and one on both sides of the boundary.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorCodes } from '../../web/src/native-engine.js';

const text = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const screaming = (name: string) => `ERR_${name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()}`;

test('the core and the package know the same codes in the same order [R28]', () => {
  const list = /enum class Code[^{]*\{([^}]*)\}/.exec(text('src/base/status.h'))?.[1] ?? '';
  const core = [...list.matchAll(/k(\w+) = (\d+)/g)].map(([, name = '', value]) => [Number(value), name]);
  const expected = core.map(([value, name]) => [value, name === 'Ok' ? 'OK' : screaming(String(name))]);
  expect(expected).toEqual(errorCodes.map((name, value) => [value, name]));
  const type = /type PipelineErrorCode =([^;]*);/.exec(text('web/src/errors.ts'))?.[1] ?? '';
  expect([...type.matchAll(/'(\w+)'/g)].map(([, name]) => name)).toEqual(errorCodes.slice(1));
});
