// Encodes images and makes bitmaps away from the page: the other end of exporter.ts.
//
// Reads the heap it is handed, which the page keeps in place until the answer; writes only to canvases of its own.

import { makeImageData } from './image-data.js';

/** What the page asks for. */
export interface ExportRequest {
  readonly id: number;
  /** The shared heap, or a copy of the pixels. */
  readonly buffer: ArrayBufferLike;
  /** Byte of the first pixel; rows are packed. */
  readonly address: number;
  readonly width: number;
  readonly height: number;
  readonly colorSpace: PredefinedColorSpace;
  /** Present for a file, absent for a bitmap. */
  readonly encode?: { readonly type: string; readonly quality: number | undefined } | undefined;
}

/** What the page gets: first 'ready', then one answer per request. */
export type ExportAnswer =
  | { readonly id: 0; readonly ready: true }
  | { readonly id: number; readonly result: Blob | ImageBitmap }
  | { readonly id: number; readonly error: string };

const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<ExportRequest>) => void) | null;
  postMessage(message: ExportAnswer, transfer?: Transferable[]): void;
};

/** Bytes of the ImageData that rows pass through. */
const bandBytes = 1 << 20;

async function answer(request: ExportRequest): Promise<void> {
  const { id, width, height, colorSpace, encode } = request;
  try {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d', { colorSpace, willReadFrequently: encode !== undefined });
    if (!context) throw new Error('There is no 2D context');
    const row = width * 4;
    const bandRows = Math.max(1, Math.floor(bandBytes / row));
    const band = makeImageData(width, bandRows, colorSpace);
    for (let y = 0; y < height; y += bandRows) {
      const rows = Math.min(bandRows, height - y);
      band.data.set(new Uint8ClampedArray(request.buffer, request.address + y * row, rows * row));
      context.putImageData(band, 0, y, 0, 0, width, rows);
    }
    if (encode) {
      const { type, quality } = encode;
      const result = await canvas.convertToBlob(quality === undefined ? { type } : { type, quality });
      scope.postMessage({ id, result });
    } else {
      const result = canvas.transferToImageBitmap();
      scope.postMessage({ id, result }, [result]);
    }
  } catch (error) {
    scope.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
}

scope.onmessage = ({ data }) => {
  void answer(data);
};
scope.postMessage({ id: 0, ready: true });
