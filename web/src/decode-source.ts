// What an image source is, and how the browser turns it into pixels: names, decoding, sizes, colour spaces, and the conversion
// of frames to RGBA, which is tried before it is trusted.

import { PipelineError } from './errors.js';
import type { ImageSource } from './options.js';
import { abortable, throwIfAborted } from './signals.js';
import { show } from './validate.js';

/** What may end an import. */
export type Signals = readonly (AbortSignal | undefined)[];

/** A source with its pixels fixed. */
export type Drawable = ImageBitmap | VideoFrame;

/** Formats of frames without alpha. */
export const opaqueFormats = /^(RGBX|BGRX|NV12|I4(20|22|44)(P1[02])?)$/;

/** The interface name of a platform object of any realm; 'raw' for plain pixels. */
export function kindOf(source: unknown): string {
  const tag = Object.prototype.toString.call(source).slice(8, -1);
  if (tag === 'File') return 'Blob';
  if (kinds.has(tag)) return tag;
  if (typeof source === 'object' && source !== null && 'data' in source) return 'raw';
  throw new PipelineError(
    'ERR_INVALID_PARAMS',
    `Expected \`source\` to be one of ${[...kinds].join(', ')} or { data, width, height }, got ${show(source)}`,
  );
}

const kinds: ReadonlySet<string> = new Set([
  'Blob',
  'ImageBitmap',
  'ImageData',
  'VideoFrame',
  'HTMLImageElement',
  'HTMLVideoElement',
  'HTMLCanvasElement',
  'OffscreenCanvas',
]);

/** Width and height in pixels, of what is visible. */
export function sizeOf(picture: Drawable): readonly [number, number] {
  if ('visibleRect' in picture) return [picture.visibleRect?.width ?? 0, picture.visibleRect?.height ?? 0];
  return [picture.width, picture.height];
}

/** The picture as a frame, which the caller closes when it is another; undefined where there is none. */
export function frameOf(picture: Drawable): VideoFrame | undefined {
  if (kindOf(picture) === 'VideoFrame') return picture as VideoFrame;
  try {
    return new VideoFrame(picture, { timestamp: 0 });
  } catch {
    return undefined;
  }
}

/** Writes `rows` rows of the frame's visible part, from row `y` on, as packed RGBA. */
export async function copyRgba(
  frame: VideoFrame,
  y: number,
  rows: number,
  target: Uint8ClampedArray,
  colorSpace: PredefinedColorSpace,
): Promise<void> {
  const { x = 0, y: top = 0, width = 0 } = frame.visibleRect ?? {};
  const stride = width * 4;
  const options: VideoFrameCopyToOptions = {
    format: 'RGBA',
    colorSpace,
    rect: { x, y: top + y, width, height: rows },
    layout: [{ offset: 0, stride }],
  };
  if (frame.allocationSize(options) !== target.byteLength) throw new Error('copyTo would not write RGBA');
  const layout = await frame.copyTo(target, options);
  if (layout[0]?.offset !== 0 || layout[0].stride !== stride)
    throw new Error('copyTo did not keep the layout');
}

/** True when every pixel's alpha is 255. The bytes start at a pixel, in memory that is aligned to 4. */
export function isOpaque(rgba: Uint8ClampedArray): boolean {
  const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.byteLength >> 2);
  let all = 0xff000000; // little-endian, as WebAssembly is
  for (let i = 0; i < pixels.length; i++) all &= pixels[i] as number;
  return all >>> 24 === 255;
}

/** Tries the way through VideoFrame on four pixels whose bytes are known; a difference of 2 is rounding. */
export async function tryFrames(shared: boolean): Promise<boolean> {
  if (typeof VideoFrame !== 'function' || typeof VideoFrame.prototype.copyTo !== 'function') return false;
  const bytes = [255, 128, 0, 255, 0, 64, 255, 255, 32, 200, 90, 255, 250, 10, 128, 255];
  let bitmap: ImageBitmap | undefined;
  let frame: VideoFrame | undefined;
  try {
    bitmap = await createImageBitmap(new ImageData(new Uint8ClampedArray(bytes), 2, 2));
    frame = frameOf(bitmap) as VideoFrame;
    const got = new Uint8ClampedArray(shared ? new SharedArrayBuffer(16) : new ArrayBuffer(16));
    await copyRgba(frame, 0, 2, got, 'srgb');
    return bytes.every((byte, i) => Math.abs(byte - (got[i] ?? -1)) <= 2);
  } catch {
    return false;
  } finally {
    frame?.close();
    bitmap?.close();
  }
}

/** Anything that can be drawn, as a bitmap or frame with its pixels fixed. */
export async function decode(kind: string, source: ImageSource, signals: Signals): Promise<Drawable> {
  if (kind === 'ImageBitmap') return source as ImageBitmap;
  try {
    if (kind === 'VideoFrame') {
      const frame = source as VideoFrame & { rotation?: number; flip?: boolean };
      if (frame.format === null && frame.codedWidth === 0) throw new Error('the frame was closed');
      if (!frame.rotation && !frame.flip) return frame;
    }
    if (kind === 'HTMLImageElement') await abortable((source as HTMLImageElement).decode(), signals);
    if (typeof createImageBitmap !== 'function') throw new Error('there is no createImageBitmap here');
    const bitmap = createImageBitmap(source as ImageBitmapSource, { imageOrientation: 'from-image' });
    return await abortable(bitmap, signals, (late) => late.close());
  } catch (error) {
    throwIfAborted(signals);
    throw unsupported(
      `Cannot decode the ${kind}: ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  }
}

/**
 * The colour space that holds the picture's colours: a frame says which primaries it has, and one that is made of a bitmap, a
 * canvas or a decoded file has theirs where the browser keeps them. Where it does not tell, sRGB.
 */
export function declaredSpace(frame: VideoFrame | undefined): PredefinedColorSpace {
  return (frame?.colorSpace.primaries as string) === 'smpte432' ? 'display-p3' : 'srgb';
}

/** The error for a source that cannot be read. */
export function unsupported(message: string, cause?: unknown): PipelineError {
  return new PipelineError('ERR_UNSUPPORTED_INPUT', message, { cause });
}
