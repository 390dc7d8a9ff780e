// How time grows: with megapixels at one sigma, and with sigma at one size. Prints both as a table with the exponent of the
// fitted power law, and draws them into build/bench/growth.svg.
import { mkdirSync, writeFileSync } from 'node:fs';
import { median, ms, table } from '../statistics.mjs';

const megapixels = [1, 2, 4, 8, 16, 32, 64];
const sigmas = [1, 2, 4, 8, 16, 32, 64, 100];
const side = 'stopbath-2';
const blur = (sigma) => [{ kind: 'blur', sigma }];

/** The exponent k of the power law t = c x^k that fits best, by least squares on logarithms. */
function exponent(points) {
  const logs = points.map(([x, t]) => [Math.log(x), Math.log(t)]);
  const mean = (i) => logs.reduce((sum, point) => sum + point[i], 0) / logs.length;
  const [mx, mt] = [mean(0), mean(1)];
  const over = logs.reduce((sum, [x, t]) => sum + (x - mx) * (t - mt), 0);
  return over / logs.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
}

/** One chart with logarithmic axes, at `left`. */
function chart({ title, label, points }, left) {
  const [w, h, margin] = [360, 260, 50];
  const scale = (values, length) => {
    const [low, high] = [Math.log(Math.min(...values)), Math.log(Math.max(...values))];
    return (value) => ((Math.log(value) - low) / (high - low || 1)) * length;
  };
  const sx = scale(
    points.map(([x]) => x),
    w,
  );
  const top = 1.3 * Math.max(...points.map(([, t]) => t));
  const bottom = 0.7 * Math.min(...points.map(([, t]) => t));
  const sy = scale([bottom, top], h);
  const at = ([x, t]) => [left + margin + sx(x), margin + h - sy(t)];
  const marks = points.map((point) => {
    const [x, y] = at(point);
    return [
      `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3"/>`,
      `<text x="${x.toFixed(1)}" y="${margin + h + 16}" text-anchor="middle">${point[0]}</text>`,
      `<text x="${x.toFixed(1)}" y="${(y - 8).toFixed(1)}" text-anchor="middle">${point[1].toFixed(0)}</text>`,
    ].join('');
  });
  const path = points
    .map((point) =>
      at(point)
        .map((v) => v.toFixed(1))
        .join(' '),
    )
    .join(' L ');
  return [
    `<text x="${left + margin}" y="24" font-weight="bold">${title}</text>`,
    `<rect x="${left + margin}" y="${margin}" width="${w}" height="${h}" fill="none" stroke="#999"/>`,
    `<path d="M ${path}" fill="none" stroke="#06c"/>`,
    ...marks,
    `<text x="${left + margin + w / 2}" y="${margin + h + 36}" text-anchor="middle">${label}</text>`,
  ].join('\n');
}

async function bySize(page, rounds) {
  const points = [];
  for (const size of megapixels) {
    const width = Math.round(Math.sqrt((size * 1e6 * 4) / 3));
    const height = Math.round((width * 3) / 4);
    await page.evaluate((all) => kernels.open(...all), [[side], width, height]);
    const sample = await page.evaluate((all) => kernels.measure(...all), [blur(10), 'compute', rounds]);
    points.push([size, median(sample[side])]);
  }
  return points;
}

async function bySigma(page, rounds) {
  const points = [];
  await page.evaluate((all) => kernels.open(...all), [[side], 4000, 3000]);
  for (const sigma of sigmas) {
    const sample = await page.evaluate((all) => kernels.measure(...all), [blur(sigma), 'compute', rounds]);
    points.push([sigma, median(sample[side])]);
  }
  return points;
}

export async function run({ browser, origin }, { rounds }) {
  const page = await browser.open(`${origin}/bench/kernels.html`);
  const size = await bySize(page, rounds);
  const sigma = await bySigma(page, rounds);
  await page.close();
  const [bySizeExponent, bySigmaExponent] = [exponent(size), exponent(sigma)];
  const row = (points) => points.map(([x, t]) => [String(x), ms(t)]);
  console.log(
    table([['megapixels', 'blur 10'], ...row(size)]),
    `\nexponent of time ${bySizeExponent.toFixed(3)}\n`,
  );
  console.log(
    table([['sigma', '12 megapixels'], ...row(sigma)]),
    `\nexponent of time ${bySigmaExponent.toFixed(3)}`,
  );
  const charts = [
    {
      title: `blur sigma 10, ms; exponent ${bySizeExponent.toFixed(2)}`,
      label: 'megapixels',
      points: size,
    },
    { title: `blur of 12 MP, ms; exponent ${bySigmaExponent.toFixed(2)}`, label: 'sigma', points: sigma },
  ];
  const folder = new URL('../../build/bench/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const body = charts.map((one, i) => chart(one, i * 440)).join('\n');
  writeFileSync(
    new URL('growth.svg', folder),
    `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="370" font-family="sans-serif" font-size="12">\n${body}\n</svg>\n`,
  );
  console.log('drawn in build/bench/growth.svg');
  return { report: { size, sigma, bySizeExponent, bySigmaExponent }, failures: [], judged: 0 };
}
