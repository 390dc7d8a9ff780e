// Puts heap images on canvases. A canvas only ever moves forward: each frame carries a ticket taken when it was asked for, and
// a frame with an older ticket than the one shown is dropped.
//
// ImageData cannot stand on shared memory in any engine, so rows go through one small ImageData per canvas that stays in the
// processor's cache. A frame of the canvas's own size is written straight to it: at once when that is quick, else in slices
// (a canvas of many megapixels may then show both frames for one refresh; building the frame up elsewhere first was measured
// to hold the page for 200 ms). Any other frame goes through a staging canvas of its size and is drawn scaled in one go.
//
// The browser makes a canvas's surface at the first drawing, whoever draws what: 0.4 ms per megabyte where it lies in memory.
// That cannot be sliced, so a large one gets a task of its own.

import type { EngineHost } from './engine-host.js';
import { PipelineError } from './errors.js';
import { makeImageData } from './image-data.js';
import type { TargetCanvas } from './options.js';

/** A 2D context of either kind of canvas. */
export type Context2D = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Pixels to show: they stay at their address until the owner lets go of them. */
export interface Picture {
  readonly address: number;
  readonly width: number;
  readonly height: number;
  readonly colorSpace: PredefinedColorSpace;
  /** The memory of the address; without it the engine's present one. */
  readonly memory?: WebAssembly.Memory;
}

/** What became of a frame. */
export type Shown = { readonly shown: true } | { readonly shown: false; readonly by: number };

interface Job {
  readonly picture: Picture;
  readonly ticket: number;
  readonly version: number;
  done(result: Shown): void;
  failed(error: unknown): void;
}

/** What is kept per canvas. */
interface Target {
  ticket: number;
  version: number;
  busy: boolean;
  /** It has its surface: something was drawn on it. */
  drawn: boolean;
  next: Job | undefined;
  readonly stage: Stage;
}

/** Bytes of the ImageData that rows pass through. */
const bandBytes = 1 << 20;
/** Milliseconds that a frame may be predicted to take and still be written in the current task. */
const quickMs = 4;
/** Milliseconds per byte of making a canvas's surface. */
const surfaceMsPerByte = 4e-7;

/** Presents frames; one per pipeline. */
export class Presenter {
  /** Frames drawn on canvases. */
  drawn = 0;
  readonly #host: EngineHost;
  readonly #targets = new WeakMap<TargetCanvas, Target>();
  #tickets = 0;
  #msPerByte = 1e-6;

  constructor(host: EngineHost) {
    this.#host = host;
  }

  /** The place in line of something that will be shown later. */
  ticket(): number {
    return ++this.#tickets;
  }

  /**
   * Shows a picture unless a newer one is there or on its way. Resolves when it is on the canvas or was dropped; the caller
   * keeps the image open until then. `version` is what a dropped frame is told to have been replaced by.
   */
  present(canvas: TargetCanvas, picture: Picture, ticket: number, version: number): Promise<Shown> {
    let target = this.#targets.get(canvas);
    if (!target) {
      target = { ticket: 0, version: 0, busy: false, drawn: false, next: undefined, stage: new Stage() };
      this.#targets.set(canvas, target);
    }
    const place = target;
    return new Promise((resolve, reject) => {
      if (ticket < place.ticket) return resolve({ shown: false, by: place.version });
      place.next?.done({ shown: false, by: version });
      place.ticket = ticket;
      place.version = version;
      place.next = { picture, ticket, version, done: resolve, failed: reject };
      if (!place.busy) void this.#work(canvas, place);
    });
  }

  async #work(canvas: TargetCanvas, target: Target): Promise<void> {
    target.busy = true;
    for (let job = target.next; job; job = target.next) {
      target.next = undefined;
      try {
        if (!this.#paintNow(canvas, target, job.picture))
          await this.#paintInSlices(canvas, target, job.picture);
        this.drawn++;
        job.done({ shown: true });
      } catch (error) {
        job.failed(error);
      }
    }
    target.busy = false;
  }

  /** Does everything in the current task when it is predicted to be quick; false when it is not. */
  #paintNow(canvas: TargetCanvas, target: Target, picture: Picture): boolean {
    const { turns } = this.#host;
    const bytes = picture.width * picture.height * 4;
    const surfaceMs = target.drawn ? 0 : canvas.width * canvas.height * 4 * surfaceMsPerByte;
    if (turns.usedMs + bytes * this.#msPerByte + surfaceMs > quickMs) return false;
    const { context, scaled } = this.#surface(canvas, target, picture);
    turns.measure(() => {
      this.#timed(bytes, () => blitRows(this.#host, picture, context, target.stage, 0, picture.height));
      if (scaled) drawOver(canvas, context.canvas, picture);
    });
    target.drawn = true;
    return true;
  }

  async #paintInSlices(canvas: TargetCanvas, target: Target, picture: Picture): Promise<void> {
    const { turns } = this.#host;
    const { context, scaled } = this.#surface(canvas, target, picture);
    if (!target.drawn && !scaled) {
      await turns.next();
      turns.measure(() => blitRows(this.#host, picture, context, target.stage, 0, 1));
    }
    target.drawn = true;
    const step = picture.width * 4;
    const blit = (begin: number, end: number) =>
      this.#timed((end - begin) * step, () =>
        blitRows(this.#host, picture, context, target.stage, begin, end),
      );
    await turns.rows(picture.height, step, () => {}, blit);
    if (!scaled) return;
    if (turns.usedMs > quickMs / 2) await turns.next();
    turns.measure(() => drawOver(canvas, context.canvas, picture));
  }

  /** Where rows go: the canvas itself, or a stage when the frame has another size. */
  #surface(canvas: TargetCanvas, target: Target, picture: Picture): { context: Context2D; scaled: boolean } {
    const { width, height, colorSpace } = picture;
    const scaled = width !== canvas.width || height !== canvas.height;
    return {
      context: scaled ? target.stage.canvas(width, height, colorSpace) : context2D(canvas, colorSpace),
      scaled,
    };
  }

  #timed(bytes: number, work: () => void): void {
    const start = this.#host.turns.now();
    work();
    this.#msPerByte += ((this.#host.turns.now() - start) / bytes - this.#msPerByte) / 4;
  }
}

/** Scratch for painting: a band of pixels and a canvas, both reused while the sizes allow. */
export class Stage {
  #band: ImageData | undefined;
  #bandSpace: PredefinedColorSpace | undefined;
  #context: Context2D | undefined;
  #colorSpace: PredefinedColorSpace | undefined;

  /** An ImageData of `width` pixels and as many rows as fit its budget, at least one. */
  band(width: number, colorSpace: PredefinedColorSpace): ImageData {
    if (this.#band?.width !== width || this.#bandSpace !== colorSpace) {
      this.#band = makeImageData(width, Math.max(1, Math.floor(bandBytes / (width * 4))), colorSpace);
      this.#bandSpace = colorSpace;
    }
    return this.#band;
  }

  /** A context of a canvas of at least this size. */
  canvas(width: number, height: number, colorSpace: PredefinedColorSpace): Context2D {
    const old = this.#context?.canvas;
    if (
      !this.#context ||
      !old ||
      old.width < width ||
      old.height < height ||
      this.#colorSpace !== colorSpace
    ) {
      const size = [Math.max(width, old?.width ?? 0), Math.max(height, old?.height ?? 0)] as const;
      this.#context = context2D(newCanvas(...size), colorSpace);
      this.#colorSpace = colorSpace;
    }
    return this.#context;
  }
}

/** Copies rows `[begin, end)` of a heap image onto a canvas, at the same place. */
export function blitRows(
  host: EngineHost,
  picture: Picture,
  context: Context2D,
  stage: Stage,
  begin: number,
  end: number,
): void {
  const { address, width, colorSpace } = picture;
  const step = width * 4;
  const heap = host.bytes(picture.memory); // taken anew at each slice: the heap may have grown
  if (heap.buffer instanceof ArrayBuffer) {
    const rows = new Uint8ClampedArray(heap.buffer, address + begin * step, (end - begin) * step);
    context.putImageData(new ImageData(rows, width, end - begin, { colorSpace }), 0, begin);
    return;
  }
  const band = stage.band(width, colorSpace);
  for (let y = begin; y < end; y += band.height) {
    const rows = Math.min(band.height, end - y);
    const from = address + y * step;
    band.data.set(heap.subarray(from, from + rows * step));
    context.putImageData(band, 0, y, 0, 0, width, rows);
  }
}

/** A canvas that is not in the page. */
export function newCanvas(width: number, height: number): TargetCanvas {
  if (typeof OffscreenCanvas === 'function') return new OffscreenCanvas(width, height);
  if (typeof document !== 'object') {
    throw new PipelineError('ERR_UNSUPPORTED_INPUT', 'There is no canvas here');
  }
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

/** The 2D context; the colour space counts only when the canvas had no context before. */
export function context2D(
  canvas: TargetCanvas,
  colorSpace: PredefinedColorSpace,
  willReadFrequently = false,
): Context2D {
  const context = canvas.getContext('2d', { colorSpace, willReadFrequently }) as Context2D | null;
  if (!context) {
    throw new PipelineError(
      'ERR_INVALID_PARAMS',
      'The canvas has a context of another kind than 2d, or was transferred',
    );
  }
  return context;
}

/** Replaces everything on `canvas` with the picture that is at the top left of `source`, scaled. */
function drawOver(canvas: TargetCanvas, source: TargetCanvas, { width, height, colorSpace }: Picture): void {
  const context = context2D(canvas, colorSpace);
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalAlpha = 1;
  context.globalCompositeOperation = 'copy';
  context.filter = 'none';
  context.shadowColor = 'transparent';
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, 0, 0, width, height, 0, 0, canvas.width, canvas.height);
  context.restore();
}
