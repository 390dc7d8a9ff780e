// Every edit asks for a preview, at once: no debounce, no queue of our own. The newest request wins inside the package; this
// file only follows the frames, for the status line, and reports what fails.

import { type Chain, isAbort, type PreviewFrame } from 'stopbath';
import { clearNotice, showNotice } from './notice';
import type { Session } from './session';
import { track } from './work';

export interface ShownFrame {
  readonly frame: PreviewFrame;
  /** Milliseconds from the request on the page to the frame on the canvas. */
  readonly shownMs: number;
}

export class Previewer {
  readonly #session: Session;
  readonly #onFrame: (shown: ShownFrame) => void;

  constructor(session: Session, onFrame: (shown: ShownFrame) => void) {
    this.#session = session;
    this.#onFrame = onFrame;
  }

  /** The result of the chain on the stage. */
  after(canvas: HTMLCanvasElement, chain: Chain): void {
    this.#request(canvas, chain, this.#onFrame);
  }

  /** The photo as it was, beside it, moved as the result is; needed again only when photo, size or geometry change. */
  before(canvas: HTMLCanvasElement, geometry: Chain): void {
    this.#request(canvas, geometry, () => {});
  }

  #request(canvas: HTMLCanvasElement, chain: Chain, onFrame: (shown: ShownFrame) => void): void {
    const { coordinator, photo } = this.#session;
    if (!coordinator || !photo) return;
    const asked = performance.now();
    const follow = async () => {
      const job = coordinator.preview(photo.image, chain, { to: canvas });
      const frames = async () => {
        for await (const frame of job) onFrame({ frame, shownMs: performance.now() - asked });
      };
      const [outcome] = await Promise.all([job.outcome, frames()]);
      if (outcome.status === 'final') clearNotice();
    };
    const failed = (reason: unknown) => {
      // What a closed coordinator or a photo that was replaced leaves behind is no news.
      const stale = coordinator !== this.#session.coordinator || photo !== this.#session.photo;
      if (!stale && !isAbort(reason)) showNotice(reason);
    };
    track(follow().catch(failed));
  }
}
