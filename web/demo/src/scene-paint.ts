// The generated scene: mountains over a lake at dusk, from integer hashes and arithmetic alone, so that the same size gives
// the same picture everywhere. It has what photo effects show on: smooth gradients, haze, texture, hard silhouettes, small
// bright lights and fine grain. Lengths are in units of the picture's height; colours are linear light until they are stored.

import { fractal, hash, ridged, smooth } from './noise';

type Colour = readonly [number, number, number];

interface Range {
  /** Height of the crest line (0 is the top of the picture), and how far peaks stand out of it. */
  readonly crest: number;
  readonly relief: number;
  /** Features per unit of width. */
  readonly scale: number;
  readonly rock: Colour;
  /** Share of snow near the crest, and of the haze in front. */
  readonly snow: number;
  readonly haze: number;
}

const horizon = 0.66;
const sun = { x: 0.92, y: 0.56 };

/** From far to near. */
const ranges: readonly Range[] = [
  { crest: 0.475, relief: 0.3, scale: 1.15, rock: [0.2, 0.165, 0.21], snow: 0.75, haze: 0.62 },
  { crest: 0.545, relief: 0.27, scale: 1.6, rock: [0.1, 0.088, 0.13], snow: 0.55, haze: 0.5 },
  { crest: 0.605, relief: 0.15, scale: 2.6, rock: [0.04, 0.043, 0.068], snow: 0, haze: 0.34 },
  { crest: 0.64, relief: 0.06, scale: 4.7, rock: [0.013, 0.019, 0.028], snow: 0, haze: 0.12 },
];

const bark: Colour = [0.004, 0.0065, 0.0085];

const encodeSteps = 4095;
const encoded = Uint8ClampedArray.from({ length: encodeSteps + 1 }, (_, index) => {
  const light = index / encodeSteps;
  return 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);
});

/** How much of the sun's warmth reaches a column or a point. */
function glowAt(u: number, v: number): number {
  const dx = u - sun.x;
  const dy = (v - sun.y) * 1.5;
  return 1 / (1 + 14 * (dx * dx + dy * dy));
}

/** The painter of one picture: rows must come in order from the top, because the lake mirrors what is above it. */
export function scenePainter(width: number, height: number, pixels: Uint8ClampedArray) {
  const skyline = ranges.map((range, layer) =>
    Float32Array.from({ length: width }, (_, x) => {
      const at = (x / height) * range.scale;
      const peaks = ridged(at + layer * 31.7, layer * 7.3 + at * 0.13, 10);
      const shoulders = fractal(at * 2.1 + layer * 11.9, layer * 5.1, 8);
      return range.crest - range.relief * (0.72 * peaks + 0.5 * shoulders - 0.36);
    }),
  );
  const forest = forestLine(width, height);
  const colour = new Float32Array(3);

  const mix = (red: number, green: number, blue: number, share: number) => {
    colour[0] = (colour[0] as number) + (red - (colour[0] as number)) * share;
    colour[1] = (colour[1] as number) + (green - (colour[1] as number)) * share;
    colour[2] = (colour[2] as number) + (blue - (colour[2] as number)) * share;
  };

  /** Dusk gradient, the sun's glow behind the mountains, and clouds whose edges towards the sun are lit. */
  const paintSky = (u: number, v: number) => {
    const t = v / horizon;
    const warm = t * t * t;
    const glow = glowAt(u, v);
    const core = glow * glow * glow;
    colour[0] = 0.028 + 0.1 * t + 0.34 * warm + 0.55 * core;
    colour[1] = 0.062 + 0.135 * t + 0.15 * warm + 0.27 * core;
    colour[2] = 0.16 + 0.2 * t - 0.04 * warm + 0.05 * core;
    const x = u * 1.5 + v * 0.4;
    const y = v * 6.2 + u * 0.35;
    const density = fractal(x + 4.3, y + 1.7, 6);
    const cover = smooth(-0.02, 0.34, density) * smooth(0, 0.2, v);
    if (cover > 0) {
      const edge = Math.min(1, Math.max(0, 0.5 + 2.6 * (density - fractal(x + 4.42, y + 2.02, 4))));
      const lit = (0.18 + 0.82 * edge) * (0.3 + 0.9 * glow);
      mix(0.11 + 0.86 * lit, 0.095 + 0.4 * lit, 0.17 + 0.2 * lit, cover * 0.86);
    }
  };

  /** A mountain at this depth below its crest: rock and snow, lit from the sun's side, fading into the haze at its foot. */
  const paintRange = (range: Range, layer: number, u: number, v: number, depth: number) => {
    const x = u * range.scale * 7 + v * 3.1;
    const y = v * range.scale * 7.5 + layer * 3.7;
    const rough = (dx: number, dy: number) =>
      ridged(x + dx, y + dy, 5) + 0.3 * fractal((x + dx) * 5.3, (y + dy) * 4.1, 5);
    const here = rough(0, 0);
    const slope = (here - rough(0.03, -0.026)) * 4.6;
    const light = 1 + Math.min(0.85, Math.max(-0.72, slope));
    // Snow lies high, and where the slope turns to the sky.
    const white = range.snow * smooth(-0.06, 0.1, 0.13 - depth + (here - 0.42) * 0.22 + slope * 0.05);
    const glow = glowAt(u, sun.y);
    for (let c = 0; c < 3; c++) {
      const snow = c === 0 ? 0.5 + 0.2 * glow : c === 1 ? 0.4 + 0.05 * glow : 0.5;
      colour[c] = light * ((range.rock[c] as number) * (1 - white) + snow * 0.72 * white);
    }
    mix(0.2 + 0.5 * glow, 0.17 + 0.17 * glow, 0.25, range.haze * (0.3 + 0.7 * smooth(0, 0.2, depth)));
  };

  const paintLand = (x: number, y: number) => {
    const u = x / height;
    const v = y / height;
    if (v > (forest[x] as number)) {
      const light = 0.5 + hash(x >> 1, y >> 2);
      for (let c = 0; c < 3; c++) colour[c] = (bark[c] as number) * light;
      return;
    }
    for (let layer = ranges.length - 1; layer >= 0; layer--) {
      const depth = v - ((skyline[layer] as Float32Array)[x] as number);
      if (depth > 0) return paintRange(ranges[layer] as Range, layer, u, v, depth);
    }
    paintSky(u, v);
  };

  const shore = Math.floor(horizon * height);

  /** The lake: the row that lies as far above the shore, drawn out by ripples that grow towards the viewer. */
  const paintWater = (x: number, y: number) => {
    const u = x / height;
    const below = y / height - horizon;
    const near = below / (1 - horizon);
    // Ripples in perspective: flat and dense at the shore, longer and higher in front.
    const distance = 0.02 / (below + 0.02);
    const wave = fractal(u * (3 + 34 * distance), 90 * Math.sqrt(distance) + 3 * u * distance, 5);
    const sway = wave * (0.003 + 0.05 * near);
    const fromX = Math.min(width - 1, Math.max(0, Math.round(x + sway * 0.25 * height)));
    const fromY = Math.min(shore - 1, Math.max(0, Math.round(shore - 1 - (below * 1.25 + sway) * height)));
    const from = (fromY * width + fromX) * 4;
    const dim = 0.78 - 0.3 * near;
    for (let c = 0; c < 3; c++) {
      const mirrored = (pixels[from + c] as number) / 255;
      colour[c] = mirrored * mirrored * dim + (c === 0 ? 0.003 : c === 1 ? 0.008 : 0.014);
    }
    const path = 1 / (1 + (90 * (u - sun.x) * (u - sun.x)) / (0.25 + near));
    mix(0.95, 0.56, 0.27, 0.8 * path * smooth(0.12, 0.42, wave));
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

  return {
    /** Paints the rows [top, bottom). */
    rows(top: number, bottom: number): void {
      for (let y = top; y < bottom; y++) {
        const paint = y < shore ? paintLand : paintWater;
        for (let x = 0; x < width; x++) {
          paint(x, y);
          store(x, y);
        }
        if (y === shore - 1) paintLights(width, height, pixels, shore);
      }
    },
  };
}

/** The tops of the spruces along the shore: per column the highest of the cones that reach it. */
function forestLine(width: number, height: number): Float32Array {
  const line = Float32Array.from(
    { length: width },
    (_, x) => horizon - 0.012 - 0.014 * (fractal((x / height) * 4, 77, 3) + 0.5),
  );
  const count = Math.ceil((width / height) * 150);
  for (let tree = 0; tree < count; tree++) {
    const centre = ((tree + hash(tree, 3)) / count) * width;
    const grove = smooth(-0.2, 0.25, fractal((centre / height) * 2.3, 41, 3));
    const size = (0.016 + 0.042 * hash(tree, 5)) * (0.4 + 1.15 * grove);
    const half = size * 0.17 * height;
    for (let x = Math.max(0, Math.floor(centre - half)); x < Math.min(width, centre + half); x++) {
      // Branches come in tiers: the outline steps back at each.
      const out = Math.abs(x - centre) / half;
      const tier = out + 0.09 * (hash(tree, Math.floor(out * 9)) - 0.5);
      line[x] = Math.min(line[x] as number, horizon - 0.012 - size * (1 - tier));
    }
  }
  return line;
}

/** A few windows at the shore: small, bright, warm, mirrored by the lake. */
function paintLights(width: number, height: number, pixels: Uint8ClampedArray, shore: number): void {
  const radius = Math.max(1, height / 800);
  const count = Math.ceil((width / height) * 6);
  for (let light = 0; light < count; light++) {
    const cx = Math.floor(((light + hash(light, 11)) / count) * width);
    const cy = Math.floor(shore - height * (0.004 + 0.007 * hash(light, 13)));
    for (let y = Math.floor(cy - radius); y <= cy + radius; y++) {
      for (let x = Math.max(0, Math.floor(cx - radius)); x <= Math.min(width - 1, cx + radius * 0.8); x++) {
        if (y < 0 || y >= shore) continue;
        pixels.set([255, 214 - 40 * hash(light, 17), 128], (y * width + x) * 4);
      }
    }
  }
}
