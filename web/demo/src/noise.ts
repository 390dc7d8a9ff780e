// Gradient noise from integer hashes: the raw material of the generated scene. Only additions, multiplications and floors, so
// that every engine computes the same values.

/** A hash of two integers to [0, 1). */
export function hash(x: number, y: number): number {
  return bits(x, y) / 4294967296;
}

function bits(x: number, y: number): number {
  let h = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return (h ^ (h >>> 15)) >>> 0;
}

/** 0 below `edge0`, 1 above `edge1` (or the other way round), with a smooth passage. */
export function smooth(edge0: number, edge1: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - edge0) / (edge1 - edge0)));
  return t * t * (3 - 2 * t);
}

/** Sixteen directions by (cosine, sine) of multiples of 22.5 degrees. */
const c1 = 0.9238795325112867;
const s1 = 0.3826834323650898;
const d = Math.SQRT1_2;
const gradientX = [1, c1, d, s1, 0, -s1, -d, -c1, -1, -c1, -d, -s1, 0, s1, d, c1];
const gradientY = [0, s1, d, c1, 1, c1, d, s1, 0, -s1, -d, -c1, -1, -c1, -d, -s1];

function corner(ix: number, iy: number, x: number, y: number): number {
  const direction = bits(ix, iy) >>> 28;
  return (gradientX[direction] as number) * x + (gradientY[direction] as number) * y;
}

/** Perlin's gradient noise, about [-0.8, 0.8]. */
function noise(x: number, y: number): number {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const fx = x - ix;
  const fy = y - iy;
  const u = fx * fx * fx * (fx * (fx * 6 - 15) + 10);
  const v = fy * fy * fy * (fy * (fy * 6 - 15) + 10);
  const top = corner(ix, iy, fx, fy) * (1 - u) + corner(ix + 1, iy, fx - 1, fy) * u;
  const bottom = corner(ix, iy + 1, fx, fy - 1) * (1 - u) + corner(ix + 1, iy + 1, fx - 1, fy - 1) * u;
  return top + (bottom - top) * v;
}

/** Octaves of noise, each turned against the one before it so that the lattices do not show. About [-0.7, 0.7]. */
export function fractal(x: number, y: number, octaves: number): number {
  let sum = 0;
  let gain = 0.6;
  for (let octave = 0; octave < octaves; octave++) {
    sum += gain * noise(x, y);
    const turned = 1.64 * x - 1.23 * y + 17.1;
    y = 1.23 * x + 1.64 * y + 9.7;
    x = turned;
    gain *= 0.5;
  }
  return sum;
}

/** Octaves of sharp crests, finer ones stronger where coarser ones are high. About [0, 1]. */
export function ridged(x: number, y: number, octaves: number): number {
  let sum = 0;
  let gain = 0.55;
  let above = 1;
  for (let octave = 0; octave < octaves; octave++) {
    const crest = 1 - Math.abs(noise(x, y)) * 1.6;
    above = crest * crest * above;
    sum += gain * above;
    above = Math.min(1, above * 1.3);
    const turned = 1.64 * x - 1.23 * y + 5.3;
    y = 1.23 * x + 1.64 * y + 1.9;
    x = turned;
    gain *= 0.52;
  }
  return sum;
}
