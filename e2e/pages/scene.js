// The pictures that tests are made of, and arithmetic on pixels that is obvious rather than fast.
//
// `scene` is integer arithmetic with prime periods, hard edges and every kind of alpha, so that swapped tiles, shifted rows and
// lost pixels all show. e2e/native/hashes.cc paints the same bytes; change both or neither.

/** @param {number} width @param {number} height @returns {Uint8ClampedArray} straight RGBA, rows packed */
export function scene(width, height) {
  const words = new Uint32Array(width * height);
  for (let y = 0, i = 0; y < height; ++y) {
    const rowNoise = Math.imul(y, 19349663);
    const rowCell = 3 * Math.floor(y / 31);
    for (let x = 0; x < width; ++x, ++i) {
      const noise = ((Math.imul(x, 73856093) ^ rowNoise) >>> 13) & 31;
      const red = ((x % 251) + noise) & 255;
      const green = ((y % 241) + ((7 * x + 3 * y) % 61)) & 255;
      const blue = (((x + y) % 239) + 2 * noise) & 255;
      const cell = (Math.floor(x / 37) + rowCell) % 7;
      const alpha = cell === 0 ? 0 : cell === 1 ? (x * 5 + y * 3) % 256 : cell === 2 ? 128 + noise : 255;
      words[i] = (red | (green << 8) | (blue << 16) | (alpha << 24)) >>> 0;
    }
  }
  return new Uint8ClampedArray(words.buffer);
}

/** A picture of one colour. */
export function plain(width, height, [red, green, blue, alpha]) {
  const words = new Uint32Array(width * height).fill(
    (red | (green << 8) | (blue << 16) | (alpha << 24)) >>> 0,
  );
  return new Uint8ClampedArray(words.buffer);
}

/** FNV-1a of 64 bits as 16 hex digits; the low and high halves are kept apart because doubles hold 53 bits. */
export function fnv1a64(bytes) {
  let low = 0x84222325;
  let high = 0xcbf29ce4;
  for (let i = 0; i < bytes.length; ++i) {
    const mixed = (low ^ bytes[i]) >>> 0;
    const product = mixed * 0x1b3; // the prime is 2^40 + 0x1b3
    low = product >>> 0;
    high = (Math.imul(high, 0x1b3) + (mixed << 8) + Math.floor(product / 0x100000000)) >>> 0;
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

/** Averages blocks of 2^level pixels, premultiplied, in encoded values; blocks at the edge average the pixels they have. */
export function reduceBlocks(bytes, width, height, level) {
  const block = 1 << level;
  const outWidth = Math.ceil(width / block);
  const outHeight = Math.ceil(height / block);
  const out = new Uint8ClampedArray(outWidth * outHeight * 4);
  for (let oy = 0, o = 0; oy < outHeight; ++oy) {
    for (let ox = 0; ox < outWidth; ++ox, o += 4) {
      const sums = [0, 0, 0, 0];
      const endY = Math.min(height, (oy + 1) * block);
      const endX = Math.min(width, (ox + 1) * block);
      for (let y = oy * block; y < endY; ++y) {
        for (let x = ox * block, i = (y * width + x) * 4; x < endX; ++x, i += 4) {
          const alpha = bytes[i + 3];
          for (let c = 0; c < 3; ++c) sums[c] += bytes[i + c] * alpha;
          sums[3] += alpha;
        }
      }
      const count = (endY - oy * block) * (endX - ox * block);
      for (let c = 0; c < 3; ++c) out[o + c] = sums[3] ? Math.round(sums[c] / sums[3]) : 0;
      out[o + 3] = Math.round(sums[3] / count);
    }
  }
  return { bytes: out, width: outWidth, height: outHeight };
}

/** The largest difference of two pictures in premultiplied values, where it is, and how many pixels differ at all. */
export function compare(got, expected, width) {
  if (got.length !== expected.length)
    return { most: Infinity, count: Infinity, where: `${got.length} bytes, not ${expected.length}` };
  let most = 0;
  let count = 0;
  let where = '';
  for (let i = 0; i < got.length; i += 4) {
    let here = Math.abs(got[i + 3] - expected[i + 3]);
    for (let c = 0; c < 3; ++c) {
      here = Math.max(here, Math.abs(got[i + c] * got[i + 3] - expected[i + c] * expected[i + 3]) / 255);
    }
    if (here > 0) ++count;
    if (here > most) {
      most = here;
      const at = i / 4;
      where = `x ${at % width}, y ${Math.floor(at / width)}: got ${got.slice(i, i + 4)}, expected ${expected.slice(i, i + 4)}`;
    }
  }
  return { most, count, where };
}
