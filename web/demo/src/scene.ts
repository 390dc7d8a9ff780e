// Asks for the generated scene and offers its sizes. The same size always gives the same pixels.

import type { SceneReply, SceneRequest } from './scene.worker';

export interface SceneSize {
  readonly width: number;
  readonly height: number;
}

/** Sizes on offer; the default is that of a 16-megapixel phone photo. */
export const sceneSizes: readonly SceneSize[] = [
  { width: 1920, height: 1080 },
  { width: 3264, height: 2448 },
  { width: 4000, height: 3000 },
  { width: 5312, height: 2988 },
  { width: 6000, height: 4000 },
];
export const defaultSceneSize: SceneSize = { width: 5312, height: 2988 };

const largestSide = 16384;

export function megapixels(size: SceneSize): string {
  const value = (size.width * size.height) / 1e6;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} MP`;
}

/** Reads `5312x2988`; undefined for anything else or sides out of [1, 16384]. */
export function parseSceneSize(text: string | null): SceneSize | undefined {
  const match = /^(\d+)x(\d+)$/.exec(text ?? '');
  const [width, height] = [Number(match?.[1]), Number(match?.[2])];
  return [width, height].every((side) => side >= 1 && side <= largestSide) ? { width, height } : undefined;
}

/** Paints the scene in a worker. Rejects with the signal's reason when it is aborted. */
export function generateScene(
  size: SceneSize,
  signal: AbortSignal,
  onShare: (share: number) => void,
): Promise<ImageData> {
  const worker = new Worker(new URL('./scene.worker.ts', import.meta.url), { type: 'module' });
  const painted = new Promise<ImageData>((resolve, reject) => {
    signal.throwIfAborted();
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    worker.onerror = () => reject(new Error('The generated scene could not be painted.'));
    worker.onmessage = (event: MessageEvent<SceneReply>) => {
      const reply = event.data;
      if ('share' in reply) onShare(reply.share);
      else resolve(new ImageData(reply.pixels, size.width, size.height));
    };
    worker.postMessage({ width: size.width, height: size.height } satisfies SceneRequest);
  });
  return painted.finally(() => worker.terminate());
}
