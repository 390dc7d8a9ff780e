// The demo: a session (engine and photo), a chain, a stage, and the wires between them. Every edit of the chain asks for a
// preview of the photo on the stage's canvas; that one line, in `showAfter`, is what an application writes with the package.
//
// For tests and the console: `stopbathDemo.coordinator`, `.image` (the photo in the engine), `.chain` (as the engine gets it)
// and `.whenIdle()`, which resolves when no import, preview, export or change of mode is under way.
// In the address: `?mode=threads|single`, `?workers=2`, `?scene=5312x2988`.

import { type Chain, isAbort, type PipelineCoordinator, type PixelImage } from 'stopbath';
import { ChainModel, makeStep } from './chain';
import { startChainEditor } from './chain-editor';
import { byId } from './dom';
import { type ExportChoice, exportFormats, exportPhoto, exportSpaces } from './export';
import { pickFile, startFiles } from './files';
import { placeIcons } from './icons';
import { startKeyboard } from './keyboard';
import { Layers } from './layers';
import { attachMenu } from './menu';
import { type Activity, beginActivity, clearNotice, showNotice, startNotices } from './notice';
import { Previewer } from './previewer';
import {
  defaultSceneSize,
  generateScene,
  megapixels,
  parseSceneSize,
  type SceneSize,
  sceneSizes,
} from './scene';
import { type ModeChoice, Session, type Source } from './session';
import { setComparing, startSplit, toggleComparing } from './split';
import { Stage } from './stage';
import { StatusLine } from './status';
import { track, whenIdle } from './work';

declare global {
  interface Window {
    stopbathDemo: {
      readonly coordinator: PipelineCoordinator | undefined;
      readonly image: PixelImage | undefined;
      readonly chain: Chain;
      whenIdle(): Promise<void>;
    };
  }
}

const address = new URL(location.href);
const workers = Number(address.searchParams.get('workers'));
const session = new Session(workers > 0 ? { workers } : {});
const chain = new ChainModel();
const layers = new Layers(session, () => chain.dispatchEvent(new Event('change')));
chain.imageOf = (file) => layers.imageOf(file);
const status = new StatusLine();
const previewer = new Previewer(session, (shown) => status.shown(shown));
const stage = new Stage(showBoth);

function showAfter(): void {
  previewer.after(stage.after, chain.toChain());
}

function showBoth(): void {
  showAfter();
  previewer.before(stage.before, chain.toGeometry());
}

/** The chain's geometry as the stage shows it, to notice that it changed. */
let shownGeometry = '';

/** Gives the stage the result's proportions; what does not fit the photo is told by the preview. */
function fitStage(keepPixels: boolean): boolean {
  const { coordinator, photo } = session;
  if (!coordinator || !photo) return false;
  const geometry = chain.toGeometry();
  const text = JSON.stringify(geometry);
  if (text === shownGeometry) return false;
  shownGeometry = text;
  try {
    stage.show(coordinator.outputSize(photo.image, geometry), keepPixels);
  } catch {
    return false;
  }
  return true;
}

function showChange(): void {
  if (fitStage(true)) showBoth();
  else showAfter();
}

/** Long work with a name and a way out. A newer one of the same kind cancels the one before it. */
let cancelOpening = new AbortController();

function run(text: string, work: (activity: Activity) => Promise<void>): void {
  const activity = beginActivity(text);
  const failed = (reason: unknown) => {
    if (!isAbort(reason)) showNotice(reason);
  };
  track(work(activity).catch(failed).finally(activity.end));
}

function open(
  name: string,
  text: string,
  load: (signal: AbortSignal, activity: Activity) => Promise<Source>,
): void {
  cancelOpening.abort();
  cancelOpening = new AbortController();
  const newest = cancelOpening.signal;
  clearNotice();
  run(text, async (activity) => {
    const signal = AbortSignal.any([newest, activity.signal]);
    const [source] = await Promise.all([load(signal, activity), started]);
    await session.open(source, name, signal);
  });
}

function openScene(size: SceneSize): void {
  open('Generated scene', `Painting a ${megapixels(size)} scene`, (signal, activity) =>
    generateScene(size, signal, activity.advance),
  );
}

function openFile(file: Blob, name: string): void {
  open(name, `Opening ${name}`, async () => file);
}

function exportAs(choice: ExportChoice): void {
  const { coordinator, photo } = session;
  if (!coordinator || !photo) return;
  run('Exporting', (activity) => exportPhoto(coordinator, photo, chain.toChain(), choice, activity));
}

// -- the engine and its mode --

const modeInputs = [...document.querySelectorAll<HTMLInputElement>('input[name=mode]')];

function chooseMode(mode: ModeChoice): Promise<void> {
  for (const input of modeInputs) input.checked = input.value === mode;
  const failed = (reason: unknown) => {
    status.failed();
    showNotice(reason);
  };
  return track(session.start(mode).catch(failed));
}

let started: Promise<void>;

for (const input of modeInputs) {
  input.addEventListener('change', () => {
    address.searchParams.set('mode', input.value);
    history.replaceState(null, '', address);
    clearNotice();
    started = started.then(() => chooseMode(input.value as ModeChoice));
    track(started);
  });
}

session.addEventListener('coordinator', () => {
  if (session.coordinator) status.follow(session.coordinator);
});

session.addEventListener('photo', () => {
  const { photo } = session;
  if (!photo) return;
  const { image, name } = photo;
  byId('document').replaceChildren(
    Object.assign(document.createElement('strong'), { textContent: name }),
    ` ${image.width} × ${image.height}, ${megapixels(image)}`,
  );
  byId<HTMLButtonElement>('compare').disabled = false;
  byId<HTMLButtonElement>('export').disabled = false;
  shownGeometry = '';
  if (!fitStage(false)) stage.show(image);
  showBoth();
});

// -- the page --

placeIcons();
startNotices();
startSplit();
setComparing(true);
chain.add(makeStep('gaussian-blur', { sigma: 4 }));
startChainEditor(chain);
chain.addEventListener('change', showChange);
startFiles(openFile, showNotice);
byId('scene').addEventListener('click', () => openScene(defaultSceneSize));
byId('empty-scene').addEventListener('click', () => openScene(defaultSceneSize));
attachMenu(byId('scene-size'), 'Size of the generated scene', () => [
  {
    title: 'Generated scene',
    items: sceneSizes.map((size) => ({
      label: `${size.width} × ${size.height}`,
      detail: megapixels(size),
      testId: `scene-${size.width}x${size.height}`,
      run: () => openScene(size),
    })),
  },
]);
attachMenu(byId('export'), 'Export', () =>
  exportSpaces.map(({ label, colorSpace }) => ({
    title: `Full resolution, ${label}`,
    items: exportFormats.map((format) => ({
      label: format.label,
      detail: format.detail,
      testId: `export-${format.extension}${colorSpace === 'srgb' ? '' : `-${colorSpace}`}`,
      run: () => exportAs({ format, colorSpace }),
    })),
  })),
);
startKeyboard([
  { key: 'O', label: 'Open a photo', run: pickFile },
  { key: 'G', label: 'Generate a scene', run: () => openScene(defaultSceneSize) },
  { key: 'A', label: 'Add an effect', run: () => byId('add').click() },
  { key: 'C', label: 'Compare before and after', run: toggleComparing },
  {
    key: 'B',
    label: 'Hold to see the photo before',
    run: () => byId('frame').classList.add('only-before'),
    release: () => byId('frame').classList.remove('only-before'),
  },
  { key: 'E', label: 'Export', run: () => byId('export').click() },
]);

const wanted = address.searchParams.get('mode');
started = chooseMode(wanted === 'threads' || wanted === 'single' ? wanted : 'auto');
const scene = parseSceneSize(address.searchParams.get('scene'));
if (scene) openScene(scene);

window.stopbathDemo = {
  get coordinator() {
    return session.coordinator;
  },
  get image() {
    return session.photo?.image;
  },
  get chain() {
    return chain.toChain();
  },
  whenIdle,
};
