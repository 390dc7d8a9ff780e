// Paints the generated scene away from the page: slices of rows, with the share done after each, then the pixels.
// Cancelling is ending the worker.

import { scenePainter } from './scene-paint';

export type SceneRequest = { width: number; height: number };
export type SceneReply = { share: number } | { pixels: Uint8ClampedArray<ArrayBuffer> };

const slices = 48;

self.onmessage = (event: MessageEvent<SceneRequest>) => {
  const { width, height } = event.data;
  const pixels = new Uint8ClampedArray(width * height * 4);
  const painter = scenePainter(width, height, pixels);
  for (let slice = 0; slice < slices; slice++) {
    painter.rows(Math.floor((slice * height) / slices), Math.floor(((slice + 1) * height) / slices));
    send({ share: (slice + 1) / slices });
  }
  send({ pixels }, [pixels.buffer]);
};

function send(reply: SceneReply, transfer: Transferable[] = []): void {
  self.postMessage(reply, { transfer });
}
