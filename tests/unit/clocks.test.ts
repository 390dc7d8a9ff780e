// The three clocks of a request on their way into the engine.
import { expect, test } from 'vitest';
import { termsOf } from '../../web/src/requests.js';
import { checkRequestOptions } from '../../web/src/validate.js';

test('each clock reaches the engine as milliseconds, 0 for none [R26]', () => {
  expect(termsOf({})).toEqual({ timeoutMs: 0, queueTimeoutMs: 0, runTimeoutMs: 0, urgency: 3 });
  expect(termsOf({ timeout: 50, queueTimeout: 20, runTimeout: 30 })).toEqual({
    timeoutMs: 50,
    queueTimeoutMs: 20,
    runTimeoutMs: 30,
    urgency: 3,
  });
});

test('of a timeout and a deadline the earlier counts [R26]', () => {
  const now = performance.now();
  const { timeoutMs } = termsOf({ timeout: 5000, deadline: now + 1000 });
  expect(timeoutMs).toBeGreaterThan(500);
  expect(timeoutMs).toBeLessThanOrEqual(1000);
  expect(termsOf({ timeout: 5, deadline: now + 1e6 }).timeoutMs).toBe(5);
});

test('a deadline that has passed fails before anything is started [R26]', () => {
  expect(() => termsOf({ deadline: performance.now() - 10 })).toThrow(
    expect.objectContaining({
      code: 'ERR_DEADLINE',
      message: expect.stringMatching(/^Expected `deadline` to lie ahead, it passed 1\d ms ago$/),
    }),
  );
});

test('wrong times are refused by name [R26]', () => {
  const range = 'a number of milliseconds above 0, up to 86400000';
  for (const name of ['timeout', 'queueTimeout', 'runTimeout']) {
    for (const value of [0, -1, Number.NaN, 1e9, Infinity]) {
      expect(() => checkRequestOptions({ [name]: value })).toThrow(`Expected \`${name}\` to be ${range}`);
    }
  }
  expect(() => checkRequestOptions({ deadline: Infinity })).toThrow(
    'Expected `deadline` to be a finite time of performance.now(), got `Infinity` (number)',
  );
});
