// The generated scene: mountains over a lake at dusk, from integer hashes and arithmetic alone, so that the same size gives
// the same picture everywhere. It has what photo effects show on: smooth gradients, haze, texture, hard silhouettes, small
// bright lights and fine grain. Lengths are in units of the picture's height; colours are linear light until the end.

type Colour = readonly [number, number, number];

const horizon = 0.64;
const sunX = 0.66;
const sunY = 0.5;

/** From far to near: height of the crest, relief, features per unit of width, and colour through the haze. */
const ranges: readonly { crest: number; relief: number; scale: number; colour: Colour; snow: number }[] = [
  { crest: 0.46, relief: 0.17, scale: 1.7, colour: [0.3, 0.24, 0.29], snow: 0.5 },
  { crest: 0.5, relief: 0.2, scale: 2.3, colour: [0.155, 0.135, 0.19], snow: 0.9 },
  { crest: 0.56, relief: 0.12, scale: 3.1, colour: [0.062, 0.066, 0.105], snow: 0.15 },
  { crest: 0.615, relief: 0.06, scale: 5.3, colour: [0.02, 0.027, 0.042], snow: 0 },
];

const forestColour: Colour = [0.0045, 0.0075, 0.0095];

/** A hash of two integers to [0, 1). */
function hash(x: number, y: number): number {
  let h = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return ((h ^ (h >>> 15)) >>> 0) / 4294967296;
}

/** Value noise with quintic easing, in [-1, 1]. */
function noise(x: number, y: number): number {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const fx = x - ix;
  const fy = y - iy;
  const u = fx * fx * fx * (fx * (fx * 6 - 15) + 10);
  const v = fy * fy * fy * (fy * (fy * 6 - 15) + 10);
  const a = hash(ix, iy);
  const b = hash(ix + 1, iy);
  const c = hash(ix, iy + 1);
  const d = hash(ix + 1, iy + 1);
  return (a + (b - a) * u + (c - a) * v + (a - b - c + d) * u * v) * 2 - 1;
}

function fractal(x: number, y: number, octaves: number): number {
  let sum = 0;
  let gain = 0.5;
  for (let octave = 0; octave < octaves; octave++) {
    sum += gain * noise(x, y);
    x = x * 2.03 + 17.1;
    y = y * 2.03 + 9.7;
    gain *= 0.5;
  }
  return sum;
}

/** Sharp crests: one minus the distance from zero, squared, over octaves. In [0, 1]. */
function ridged(x: number, y: number, octaves: number): number {
  let sum = 0;
  let gain = 0.5;
  for (let octave = 0; octave < octaves; octave++) {
    const crest = 1 - Math.abs(noise(x, y));
    sum += gain * crest * crest;
    x = x * 2.11 + 5.3;
    y = y * 2.11 + 1.9;
    gain *= 0.5;
  }
  return sum;
}

function smooth(edge0: number, edge1: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - edge0) / (edge1 - edge0)));
  return t * t * (3 - 2 * t);
}

const encodeSteps = 4095;
const encoded = Uint8ClampedArray.from({ length: encodeSteps + 1 }, (_, index) => {
  const light = index / encodeSteps;
  return 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);
});

/** The painter of one picture: rows must come in order from the top, because the lake mirrors what is above it. */
export function scenePainter(width: number, height: number, pixels: Uint8ClampedArray) {
  const skyline = ranges.map((range, layer) => {
    const line = new Float32Array(width);
    for (let x = 0; x < width; x++) {
      const at = (x / height) * range.scale;
      line[x] = range.crest - range.relief * (ridged(at + layer * 31.7, layer * 7.3, 9) - 0.55);
    }
    return line;
  });
  const forest = forestLine(width, height);
  const colour = new Float32Array(3);

  /** Sky behind everything: dusk gradient, the sun's glow, thin clouds lit from below. */
  const paintSky = (u: number, v: number) => {
    const t = v / horizon;
    const dx = u - sunX;
    const dy = v - sunY;
    const distance = dx * dx + dy * dy * 1.6;
    const glow = 1 / (1 + 26 * distance);
    const warm = t * t * t;
    colour[0] = 0.03 + 0.11 * t + 0.5 * warm + 0.62 * glow * glow;
    colour[1] = 0.062 + 0.135 * t + 0.22 * warm + 0.3 * glow * glow;
    colour[2] = 0.15 + 0.19 * t + 0.02 * warm + 0.07 * glow * glow;
    const cloud = smooth(0.02, 0.42, fractal(u * 1.9 + 3.1, v * 7.3 + u * 0.6, 5)) * smooth(0.02, 0.25, v);
    const lit = 0.25 + 0.75 * glow;
    colour[0] += cloud * (0.85 * lit - colour[0]) * 0.7;
    colour[1] += cloud * (0.42 * lit - colour[1]) * 0.62;
    colour[2] += cloud * (0.33 * lit - colour[2]) * 0.55;
  };

  /** A mountain at this depth below its crest: rock and snow, lit from the sun's side, fading into the haze at its foot. */
  const paintRange = (layer: number, u: number, v: number, depth: number) => {
    const range = ranges[layer] as (typeof ranges)[number];
    const frequency = range.scale * 9;
    const here = ridged(u * frequency, v * frequency * 1.3 + layer * 3, 5);
    const there = ridged((u + 0.004) * frequency, (v - 0.003) * frequency * 1.3 + layer * 3, 5);
    const light = 1 + Math.min(0.9, Math.max(-0.6, (here - there) * 5)) * (range.snow + 0.25);
    const snow = range.snow * smooth(0.13, 0.01, depth) * smooth(0.35, 0.62, here);
    const haze = smooth(0, 0.34, depth) * 0.55 * (layer < 3 ? 1 : 0.4);
    const glow = 1 / (1 + 9 * (u - sunX) * (u - sunX));
    const rock = light * (1 - snow);
    const white = light * snow;
    colour[0] = (range.colour[0] * rock + white * 0.62) * (1 - haze) + haze * (0.2 + 0.28 * glow);
    colour[1] = (range.colour[1] * rock + white * 0.44) * (1 - haze) + haze * (0.16 + 0.12 * glow);
    colour[2] = (range.colour[2] * rock + white * 0.46) * (1 - haze) + haze * (0.21 + 0.03 * glow);
  };

  const paintLand = (x: number, u: number, v: number) => {
    if (v > (forest[x] as number)) {
      const bark = 0.6 + 0.8 * hash(x >> 1, Math.floor(v * height) >> 2);
      for (let c = 0; c < 3; c++) colour[c] = (forestColour[c] as number) * bark;
      return;
    }
    for (let layer = ranges.length - 1; layer >= 0; layer--) {
      const depth = v - ((skyline[layer] as Float32Array)[x] as number);
      if (depth > 0) return paintRange(layer, u, v, depth);
    }
    paintSky(u, v);
  };

  const store = (x: number, y: number) => {
    const grain = 1 + (hash(x + 7919, y) + hash(x, y + 104729) - 1) * 0.07;
    const offset = (y * width + x) * 4;
    for (let c = 0; c < 3; c++) {
      const light = Math.min(1, Math.max(0, (colour[c] as number) * grain));
      pixels[offset + c] = encoded[Math.round(light * encodeSteps)] as number;
    }
    pixels[offset + 3] = 255;
  };

  const shore = Math.floor(horizon * height);

  /** The lake: the row that lies as far above the shore, shaken by ripples that grow towards the viewer. */
  const paintWater = (y: number) => {
    const v = y / height - horizon;
    const nearness = v / (1 - horizon);
    for (let x = 0; x < width; x++) {
      const u = x / height;
      const wave = fractal(u * (6 + 10 * (1 - nearness)), v * 95 * (1.25 - nearness * 0.8) + u, 4);
      const sway = wave * (0.004 + 0.03 * nearness);
      const fromX = Math.min(width - 1, Math.max(0, Math.round(x + sway * 0.35 * height)));
      const fromY = Math.min(shore - 1, Math.max(0, Math.round(shore - 1 - (v * 1.35 + sway) * height)));
      const from = (fromY * width + fromX) * 4;
      const glint = smooth(0.2, 0.42, wave) * (1 / (1 + 60 * (u - sunX) * (u - sunX)));
      const dim = 0.74 - 0.36 * nearness;
      for (let c = 0; c < 3; c++) {
        const mirrored = (pixels[from + c] as number) / 255;
        const tint = c === 0 ? 0.004 : c === 1 ? 0.011 : 0.02;
        colour[c] = mirrored * mirrored * dim + tint + glint * (c === 0 ? 0.85 : c === 1 ? 0.46 : 0.2);
      }
      store(x, y);
    }
  };

  return {
    /** Paints the rows [top, bottom). */
    rows(top: number, bottom: number): void {
      for (let y = top; y < bottom; y++) {
        if (y >= shore) {
          paintWater(y);
          continue;
        }
        const v = y / height;
        for (let x = 0; x < width; x++) {
          paintLand(x, x / height, v);
          store(x, y);
        }
        if (y === shore - 1) paintLights(width, height, pixels, shore);
      }
    },
  };
}

/** The tops of the spruces along the shore: per column the highest of the cones that reach it. */
function forestLine(width: number, height: number): Float32Array {
  const line = new Float32Array(width);
  for (let x = 0; x < width; x++) {
    line[x] = horizon - 0.012 - 0.014 * (fractal((x / height) * 4, 77, 3) + 0.5);
  }
  const count = Math.ceil((width / height) * 120);
  for (let tree = 0; tree < count; tree++) {
    const centre = ((tree + hash(tree, 3)) / count) * width;
    const grove = smooth(-0.15, 0.5, fractal((centre / height) * 2.3, 41, 3));
    const size = (0.02 + 0.05 * hash(tree, 5)) * (0.45 + 1.1 * grove);
    const half = size * 0.17 * height;
    for (let x = Math.max(0, Math.floor(centre - half)); x < Math.min(width, centre + half); x++) {
      // Branches come in tiers: the outline steps back at each.
      const out = Math.abs(x - centre) / half;
      const tier = out + 0.09 * (hash(tree, Math.floor(out * 9)) - 0.5);
      const top = horizon - 0.012 - size * (1 - tier);
      if (top < (line[x] as number)) line[x] = top;
    }
  }
  return line;
}

/** A few windows at the shore: small, bright, warm, mirrored by the lake. */
function paintLights(width: number, height: number, pixels: Uint8ClampedArray, shore: number): void {
  const radius = Math.max(1, height / 720);
  const count = Math.ceil((width / height) * 9);
  for (let light = 0; light < count; light++) {
    const cx = Math.floor(((light + hash(light, 11)) / count) * width);
    const cy = Math.floor(shore - height * (0.005 + 0.009 * hash(light, 13)));
    for (let y = Math.floor(cy - radius); y <= cy + radius; y++) {
      for (let x = Math.max(0, Math.floor(cx - radius)); x <= Math.min(width - 1, cx + radius * 0.8); x++) {
        if (y < 0 || y >= shore) continue;
        pixels.set([255, 214 - 40 * hash(light, 17), 128], (y * width + x) * 4);
      }
    }
  }
}
