// Frames on canvases: in order, at the size of the frame or of the canvas, never an older one over a newer.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EngineHost } from '../../web/src/engine-host.js';
import type { TargetCanvas } from '../../web/src/options.js';
import { type Picture, Presenter } from '../../web/src/presenter.js';
import { Turns } from '../../web/src/turns.js';
import { fakeEngine, fakeModule } from './fake-engine.js';

/** Enough of ImageData for rows to be told apart: like the real one, it refuses shared memory. */
class FakeImageData {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly colorSpace = 'srgb';
  constructor(first: Uint8ClampedArray | number, second: number, third?: number | object) {
    if (typeof first !== 'number' && first.buffer instanceof SharedArrayBuffer) throw new TypeError('shared');
    this.width = typeof first === 'number' ? first : second;
    this.height = typeof first === 'number' ? second : (third as number);
    this.data = typeof first === 'number' ? new Uint8ClampedArray(first * second * 4) : first;
  }
}

beforeEach(() => {
  vi.stubGlobal('ImageData', FakeImageData);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function setUp(shared = false) {
  const engine = fakeEngine(shared);
  if (shared) engine.live = 1;
  const host = new EngineHost(fakeModule(engine), engine, shared, new Turns());
  return { engine, host, presenter: new Presenter(host) };
}

/** A canvas that keeps the first byte of each row that was put on it. */
function fakeCanvas(width: number, height: number) {
  const rows = Array.from({ length: height }, () => -1);
  const context = {
    putImageData: (image: FakeImageData, _x: number, y: number, ...dirty: number[]) => {
      const count = dirty[3] ?? image.height;
      for (let row = 0; row < count; row++) rows[y + row] = image.data[row * image.width * 4] ?? -1;
    },
  };
  return { rows, canvas: { width, height, getContext: () => context } as unknown as TargetCanvas };
}

function picture(
  engine: ReturnType<typeof fakeEngine>,
  width: number,
  height: number,
  value: number,
): Picture {
  const address = engine.imageAddress(engine.createImage(width, height));
  new Uint8Array(engine.memory.buffer, address, width * height * 4).fill(value);
  return { address, width, height, colorSpace: 'srgb' };
}

test.each([false, true])('every row arrives (shared memory: %s)', async (shared) => {
  const { engine, presenter, host } = setUp(shared);
  const { rows, canvas } = fakeCanvas(600, 1000);
  const result = await presenter.present(canvas, picture(engine, 600, 1000, 7), presenter.ticket(), 1);
  expect(result).toEqual({ shown: true });
  expect(new Set(rows)).toEqual(new Set([7]));
  expect(presenter.drawn).toBe(1);
  await host.shutdown(() => {});
});

test('an older frame never replaces a newer one', async () => {
  const { engine, presenter } = setUp();
  const { rows, canvas } = fakeCanvas(2, 2);
  const [older, newer] = [presenter.ticket(), presenter.ticket()];
  expect(await presenter.present(canvas, picture(engine, 2, 2, 2), newer, 2)).toEqual({ shown: true });
  expect(await presenter.present(canvas, picture(engine, 2, 2, 1), older, 1)).toEqual({
    shown: false,
    by: 2,
  });
  expect(rows).toEqual([2, 2]);
  expect(await presenter.present(canvas, picture(engine, 2, 2, 3), newer, 2)).toEqual({ shown: true });
  expect(rows).toEqual([3, 3]);
});

test('while a frame is being drawn only the newest of those that wait is kept', async () => {
  const { engine, host, presenter } = setUp();
  const { rows, canvas } = fakeCanvas(2, 2);
  host.turns.usedMs = 100; // this task is used up, so drawing takes the way in slices
  const shown = [1, 2, 3].map((value) =>
    presenter.present(canvas, picture(engine, 2, 2, value), presenter.ticket(), value),
  );
  expect(await Promise.all(shown)).toEqual([{ shown: true }, { shown: false, by: 3 }, { shown: true }]);
  expect(rows).toEqual([3, 3]);
});

test('a canvas with another kind of context fails the frame and not the next one', async () => {
  const { engine, presenter } = setUp();
  const canvas = { width: 2, height: 2, getContext: () => null } as unknown as TargetCanvas;
  const failing = presenter.present(canvas, picture(engine, 2, 2, 1), presenter.ticket(), 1);
  await expect(failing).rejects.toMatchObject({ code: 'ERR_INVALID_PARAMS' });
  const good = fakeCanvas(2, 2);
  await presenter.present(good.canvas, picture(engine, 2, 2, 9), presenter.ticket(), 1);
  expect(good.rows).toEqual([9, 9]);
});
