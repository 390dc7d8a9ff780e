// The reference of effects, made from their descriptors alone: an effect that is added to the core appears here by itself.
// Its example runs on the generated scene when the article comes into view, so the pictures are never older than the code.
//
// For tests: `stopbathEffects.whenDrawn()` draws what is left, and `.failures` has what went wrong.

import {
  type EffectDescriptor,
  effectDescriptors,
  type ParamDescriptor,
  PipelineCoordinator,
  type PixelImage,
} from 'stopbath';
import { words } from './controls';
import { byId, make } from './dom';
import { generateScene } from './scene';

declare global {
  interface Window {
    stopbathEffects: { whenDrawn(): Promise<void>; readonly failures: string[] };
  }
}

/** Small enough for fifty pictures on a page, large enough for effects of a few pixels to show. */
const size = { width: 720, height: 405 };

interface Engine {
  readonly pipeline: PipelineCoordinator;
  /** The scene, and an ellipse cut out of it for effects that leave an opaque picture as it is. */
  readonly photos: readonly PixelImage[];
}

const mode = new URL(location.href).searchParams.get('mode') === 'single' ? 'single' : 'auto';
const engine = start();
const failures: string[] = [];
const drawing = new Map<Element, () => Promise<void>>();

async function start(): Promise<Engine> {
  const pipeline = await PipelineCoordinator.create({ mode });
  const scene = await generateScene(size, new AbortController().signal, () => {});
  const photos = [await pipeline.importImage(scene), await pipeline.importImage(cutOut(scene))];
  return { pipeline, photos };
}

/** The picture inside an ellipse, transparent around it. */
function cutOut({ data, width, height }: ImageData): ImageData {
  const cut = new ImageData(new Uint8ClampedArray(data), width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [dx, dy] = [(2.4 * (x + 0.5)) / width - 1.2, (2.4 * (y + 0.5)) / height - 1.2];
      if (dx * dx + dy * dy > 1) cut.data[(y * width + x) * 4 + 3] = 0;
    }
  }
  return cut;
}

function rangeOf(param: ParamDescriptor): string {
  if (param.choices) return param.choices.join(', ');
  if (param.min === undefined) return param.type;
  return `${param.min} to ${param.max}${param.unit ? ` ${param.unit}` : ''}`;
}

function parameterTable(effect: EffectDescriptor): HTMLElement {
  const head = ['Parameter', 'Range', 'Default', ''].map((title) => make('th', { scope: 'col' }, title));
  const rows = effect.params.map((param) =>
    make(
      'tr',
      {},
      make('td', {}, make('code', {}, param.name)),
      make('td', {}, rangeOf(param)),
      make(
        'td',
        {},
        typeof param.default === 'object' ? JSON.stringify(param.default) : String(param.default),
      ),
      make('td', {}, param.sentence),
    ),
  );
  return make('table', {}, make('thead', {}, make('tr', {}, ...head)), make('tbody', {}, ...rows));
}

function picture(caption: string, testId: string): { figure: HTMLElement; canvas: HTMLCanvasElement } {
  const canvas = make('canvas', { ...size, 'data-testid': testId, role: 'img', 'aria-label': caption });
  return { figure: make('figure', {}, canvas, make('figcaption', {}, caption)), canvas };
}

function article(effect: EffectDescriptor): HTMLElement {
  const before = picture('Before', `before-${effect.name}`);
  const after = picture('After', `after-${effect.name}`);
  const element = make(
    'article',
    { id: effect.name, 'data-testid': `effect-${effect.name}` },
    make('h2', {}, effect.title),
    make('p', {}, effect.sentence),
    make(
      'p',
      { class: 'facts' },
      `Works in ${effect.workingSpace === 'linear' ? 'linear light' : 'encoded values'}. Source: ${effect.source}.`,
    ),
    make('div', { class: 'pictures' }, before.figure, after.figure),
    make('pre', {}, make('code', {}, effect.example)),
  );
  if (effect.params.length > 0) element.append(parameterTable(effect));
  drawing.set(element, async () => {
    try {
      const { pipeline, photos } = await engine;
      for (const photo of photos) {
        const result = await pipeline.render(photo, [effect.exampleStep]);
        const same = equal(photo, result);
        await Promise.all([show(photo, before.canvas), show(result, after.canvas)]);
        result.close();
        if (!same) return;
      }
    } catch (error) {
      failures.push(`${effect.name}: ${error}`);
      after.figure.append(make('p', { class: 'failure' }, String(error)));
    }
  });
  return element;
}

function equal(a: PixelImage, b: PixelImage): boolean {
  if (a.width !== b.width || a.height !== b.height) return false;
  return a.read((before) => b.read((after) => before.every((value, i) => value === after[i])));
}

function show(image: PixelImage, canvas: HTMLCanvasElement): Promise<void> {
  canvas.width = image.width;
  canvas.height = image.height;
  return image.drawTo(canvas);
}

function draw(element: Element): Promise<void> | undefined {
  const work = drawing.get(element);
  drawing.delete(element);
  return work?.();
}

const categories = [...new Set(effectDescriptors.map(({ category }) => category))];
for (const category of categories) {
  const effects = effectDescriptors.filter((effect) => effect.category === category);
  const links = effects.map(({ name, title }) => make('a', { href: `#${name}` }, title));
  byId('index').append(make('p', {}, make('span', { class: 'category' }, words(category)), ...links));
  byId('effects').append(...effects.map(article));
}

const underWay = new Set<Promise<void>>();
const observer = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      const work = isIntersecting ? draw(target) : undefined;
      if (work) underWay.add(work);
    }
  },
  { rootMargin: '400px' },
);
for (const element of byId('effects').children) observer.observe(element);

window.stopbathEffects = {
  failures,
  async whenDrawn() {
    for (const element of [...drawing.keys()]) await draw(element);
    await Promise.all(underWay);
  },
};
addEventListener('pagehide', () => void engine.then(({ pipeline }) => pipeline.dispose()));
