// Which level a preview computes for which canvas.
import { expect, test } from 'vitest';
import { reducedSide, reduceForScale, reduceToCover } from '../../web/src/levels.js';

test('a level covers the image with whole blocks', () => {
  expect([reducedSide(4000, 2), reducedSide(4001, 2), reducedSide(1, 6)]).toEqual([1000, 1001, 1]);
});

test.each([
  [4000, 3000, 900, 675, 2],
  [4000, 3000, 1000, 750, 2],
  [4000, 3000, 1001, 750, 1],
  [4000, 3000, 4000, 3000, 0],
  [400, 300, 4000, 3000, 0],
  [4000, 3000, 1, 1, 6],
  [5000, 10, 1000, 10, 0],
])('%i x %i for a canvas of %i x %i is level %i', (imageWidth, imageHeight, width, height, level) => {
  expect(reduceToCover(imageWidth, imageHeight, width, height)).toBe(level);
});

test('a scale asks for a level that is not smaller', () => {
  expect([1, 0.75, 0.5, 0.49, 0.25, 0.1, 1 / 64, 1e-9].map(reduceForScale)).toEqual([0, 0, 1, 1, 2, 3, 6, 6]);
});
