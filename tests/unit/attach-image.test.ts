// The far side of a descriptor, on words that the test writes as the core would.
import { expect, test } from 'vitest';
import { attachImage, leaseState, type SharedImageDescriptor } from '../../web/src/attach-image.js';

const ticket = 513;

function lend(state: number = leaseState.offered) {
  const buffer = new SharedArrayBuffer(256);
  const words = new Uint32Array(buffer);
  words[4] = (ticket << 2) | state;
  new Uint8Array(buffer, 64, 8).set([1, 2, 3, 4, 5, 6, 7, 8]);
  const descriptor: SharedImageDescriptor = {
    buffer,
    offset: 64,
    stride: 4,
    width: 1,
    height: 2,
    pixelFormat: 'rgba-unorm8',
    colorSpace: 'srgb',
    revision: 3,
    generation: ticket,
    lease: { word: 16, bell: 32, lock: 'test' },
  };
  return { descriptor, state: () => (words[4] ?? 0) & 3, bell: () => words[8], words };
}

test('attaching gives a view in place, and release() gives it back once [I-8]', async () => {
  const { descriptor, state, bell } = lend();
  const image = await attachImage(descriptor);
  expect([image.width, image.height, image.stride, image.revision]).toEqual([1, 2, 4, 3]);
  expect([...image.pixels]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(image.pixels.buffer).toBe(descriptor.buffer);
  expect([state(), bell()]).toEqual([leaseState.attached, 1]);
  image.release();
  image[Symbol.dispose]();
  expect([state(), bell()]).toEqual([leaseState.released, 2]);
  expect(() => image.pixels).toThrow(expect.objectContaining({ code: 'ERR_CLOSED' }));
});

test('a descriptor attaches once, and not after its generation [I-10]', async () => {
  const { descriptor, words } = lend();
  (await attachImage(descriptor)).release();
  await expect(attachImage(descriptor)).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  words[4] = ((ticket + 256) << 2) | leaseState.offered; // the word serves another use
  await expect(attachImage(descriptor)).rejects.toMatchObject({
    code: 'ERR_CLOSED',
    message:
      'Expected a descriptor that is still offered, got one that was attached before or taken back (generation 513)',
  });
});

test('a late release changes nothing for the next use of the word [I-10]', async () => {
  const { descriptor, words } = lend();
  const image = await attachImage(descriptor);
  const next = ((ticket + 256) << 2) | leaseState.attached;
  words[4] = next;
  image.release();
  expect(words[4]).toBe(next);
});

test('a copy needs no lease', async () => {
  const { descriptor } = lend();
  const copy = new Uint8Array([9, 8, 7, 6]).buffer;
  const { lease: _, ...rest } = descriptor;
  const image = await attachImage({ ...rest, buffer: copy, offset: 0, height: 1, generation: 0 });
  expect([...image.pixels]).toEqual([9, 8, 7, 6]);
  image.release();
});

test('what is no descriptor is refused by name', async () => {
  const { descriptor } = lend();
  const reason = async (value: unknown) =>
    attachImage(value as SharedImageDescriptor).catch(({ code, message }) => `${code} ${message}`);
  expect(await reason(null)).toBe('ERR_INVALID_PARAMS Expected `descriptor` to be an object, got `null`');
  expect(await reason({ ...descriptor, buffer: 7 })).toBe(
    'ERR_INVALID_PARAMS Expected `descriptor.buffer` to be an ArrayBuffer or SharedArrayBuffer, got `7` (number)',
  );
  expect(await reason({ ...descriptor, offset: -1 })).toBe(
    'ERR_INVALID_PARAMS Expected `descriptor.offset` to be an integer of at least 0, got `-1` (number)',
  );
});
