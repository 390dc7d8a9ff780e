// The stage: two canvases of the same size over each other, fitted to the free space with the photo's proportions.
// The backing store has one pixel per device pixel and never more pixels than the photo; the engine fills it.

import { byId } from './dom';
import { track } from './work';

/** A change of size is settled when none follows for this long; the canvases stretch meanwhile. */
const settleMs = 120;

export interface Fit {
  /** Backing size in device pixels, and the CSS size that shows it one to one. */
  readonly width: number;
  readonly height: number;
  readonly cssWidth: number;
  readonly cssHeight: number;
}

/** The largest size inside `space` (CSS pixels) with the photo's proportions, at most one photo pixel per device pixel. */
export function fitted(
  photo: { width: number; height: number },
  space: { width: number; height: number },
  ratio: number,
): Fit {
  const scale = Math.min((space.width * ratio) / photo.width, (space.height * ratio) / photo.height, 1);
  const width = Math.max(1, Math.round(photo.width * scale));
  const height = Math.max(1, Math.round(photo.height * scale));
  return { width, height, cssWidth: width / ratio, cssHeight: height / ratio };
}

export class Stage {
  readonly before = byId<HTMLCanvasElement>('before');
  readonly after = byId<HTMLCanvasElement>('after');
  readonly #stage = byId('stage');
  readonly #frame = byId('frame');
  #photo: { width: number; height: number } | undefined;
  #settling: { timer: ReturnType<typeof setTimeout>; done: () => void } | undefined;

  readonly #onResize: () => void;

  /** `onResize` runs when the canvases have a new backing size and need new pixels. */
  constructor(onResize: () => void) {
    this.#onResize = onResize;
    new ResizeObserver(() => this.#resized()).observe(this.#stage);
  }

  /** Makes room for a photo of this size; when the canvases change theirs, they are empty or show the old pixels stretched. */
  show(photo: { width: number; height: number }, keepPixels = false): void {
    this.#photo = { width: photo.width, height: photo.height };
    byId('empty').hidden = true;
    this.#frame.hidden = false;
    this.#setBacking(this.#setCss(), keepPixels);
  }

  #fit(): Fit | undefined {
    if (!this.#photo) return undefined;
    const style = getComputedStyle(this.#stage);
    const width =
      this.#stage.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
    const height =
      this.#stage.clientHeight - Number.parseFloat(style.paddingTop) - Number.parseFloat(style.paddingBottom);
    return fitted(this.#photo, { width: Math.max(1, width), height: Math.max(1, height) }, devicePixelRatio);
  }

  #setCss(): Fit | undefined {
    const size = this.#fit();
    if (size) {
      this.#frame.style.width = `${size.cssWidth}px`;
      this.#frame.style.height = `${size.cssHeight}px`;
    }
    return size;
  }

  #setBacking(size: Fit | undefined, keepPixels: boolean): boolean {
    if (!size || (this.after.width === size.width && this.after.height === size.height)) return false;
    for (const canvas of [this.before, this.after]) resize(canvas, size, keepPixels);
    return true;
  }

  #resized(): void {
    const size = this.#setCss();
    if (!size) return;
    if (this.#settling) {
      clearTimeout(this.#settling.timer);
      this.#settling.done();
    }
    const finish = () => {
      this.#settling?.done();
      this.#settling = undefined;
      if (this.#setBacking(this.#fit(), true)) this.#onResize();
    };
    track(
      new Promise<void>((done) => {
        this.#settling = { timer: setTimeout(finish, settleMs), done };
      }),
    );
  }
}

/** A new backing size empties a canvas: the old pixels, stretched, stand in until the engine has drawn new ones. */
function resize(canvas: HTMLCanvasElement, size: Fit, keepPixels: boolean): void {
  const kept = keepPixels ? new OffscreenCanvas(canvas.width, canvas.height) : undefined;
  kept?.getContext('2d')?.drawImage(canvas, 0, 0);
  canvas.width = size.width;
  canvas.height = size.height;
  if (kept) canvas.getContext('2d')?.drawImage(kept, 0, 0, size.width, size.height);
}
