// What becomes of an image's pixels outside: ImageData, frames, and canvases that the browser encodes. Each copies once; long
// copies run in slices, with a look at whether the pipeline still lives before each.

import type { EngineHost } from './engine-host.js';
import { PipelineError } from './errors.js';
import { makeImageData } from './image-data.js';
import type { ImageShape } from './image-store.js';
import type { TargetCanvas } from './options.js';
import type { FrameInit } from './pixel-image.js';
import { blitRows, context2D, newCanvas, type Picture, Stage } from './presenter.js';

/** A copy as ImageData. */
export async function readImageData(
  host: EngineHost,
  picture: Picture,
  check: () => void,
): Promise<ImageData> {
  if (typeof ImageData !== 'function') {
    throw new PipelineError('ERR_UNSUPPORTED_INPUT', 'There is no ImageData here');
  }
  const { address, width, height, colorSpace, memory } = picture;
  const result = makeImageData(width, height, colorSpace);
  const step = width * 4;
  await host.turns.rows(height, step, check, (begin, end) => {
    const rows = host.bytes(memory).subarray(address + begin * step, address + end * step);
    result.data.set(rows, begin * step);
  });
  return result;
}

/** A copy as frame, at once. */
export function toFrame(pixels: Uint8ClampedArray, image: ImageShape, init: FrameInit): VideoFrame {
  const { timestamp, duration } = init;
  return new VideoFrame(pixels, {
    format: 'RGBA',
    codedWidth: image.width,
    codedHeight: image.height,
    timestamp,
    ...(duration === undefined ? {} : { duration }),
    colorSpace: {
      primaries: image.colorSpace === 'srgb' ? 'bt709' : ('smpte432' as VideoColorPrimaries),
      transfer: 'iec61966-2-1',
      matrix: 'rgb',
      fullRange: true,
    },
  });
}

/** A canvas of its own with the pixels. */
export async function drawCanvas(
  host: EngineHost,
  picture: Picture,
  check: () => void,
): Promise<TargetCanvas> {
  const { width, height, colorSpace } = picture;
  const context = context2D(newCanvas(width, height), colorSpace);
  const stage = new Stage();
  await host.turns.rows(height, width * 4, check, (begin, end) =>
    blitRows(host, picture, context, stage, begin, end),
  );
  return context.canvas;
}

/** The canvas as a bitmap. */
export function toBitmap(canvas: TargetCanvas): Promise<ImageBitmap> | ImageBitmap {
  return 'transferToImageBitmap' in canvas ? canvas.transferToImageBitmap() : createImageBitmap(canvas);
}

/** The canvas as a file; its memory goes back at once and not at some garbage collection. */
export async function encode(canvas: TargetCanvas, type: string, quality: number | undefined): Promise<Blob> {
  try {
    if ('convertToBlob' in canvas) {
      return await canvas.convertToBlob(quality === undefined ? { type } : { type, quality });
    }
    return await new Promise((resolve, reject) => {
      const done = (blob: Blob | null) => {
        if (blob) resolve(blob);
        else reject(new PipelineError('ERR_TASK_FAILED', `The browser could not encode ${type}`));
      };
      canvas.toBlob(done, type, quality);
    });
  } finally {
    canvas.width = 0;
  }
}
