// The status line: what the engine says about itself, in words and figures. Every figure also carries its plain value in a
// data attribute, for tests. It reads stats(), which is plain data and cheap, a few times a second and after every frame.

import type { ModeReason, PipelineCoordinator, PipelineMode } from 'stopbath';
import { byId, byTestId } from './dom';
import type { ShownFrame } from './previewer';

const refreshMs = 250;

const modeWords: Record<PipelineMode, string> = { threads: 'Threads', single: 'Single thread' };

const reasonWords: Record<ModeReason, string> = {
  ok: 'the page is isolated',
  'not-isolated': 'the page is not cross-origin isolated',
  'no-shared-memory': 'this browser has no shared memory here',
  'no-threads': 'threads are not available here',
  'worker-init-failed': 'the threads did not start',
  'flag-off': 'switched off by the application',
  forced: 'chosen by hand',
  'circuit-open': 'workers failed too often',
};

export class StatusLine {
  #coordinator: PipelineCoordinator | undefined;

  constructor() {
    setInterval(() => {
      if (!document.hidden) this.refresh();
    }, refreshMs);
  }

  /** Shows that there is no engine, until there is one. */
  failed(): void {
    if (!this.#coordinator) set('mode', 'Not started', 'none');
  }

  /** Follows another coordinator from now on. */
  follow(coordinator: PipelineCoordinator): void {
    this.#coordinator = coordinator;
    this.refresh();
  }

  shown({ frame, shownMs }: ShownFrame): void {
    const { queueMs, runMs, wallMs } = frame.timings;
    const quality = frame.exact ? 'exact' : 'coarse';
    const element = byTestId('last-preview');
    element.dataset.exact = String(frame.exact);
    element.dataset.level = String(frame.level);
    set('last-preview', `${milliseconds(shownMs)} ${quality}`, shownMs.toFixed(2));
    element.title = [
      `From the request to the canvas: ${milliseconds(shownMs)}`,
      `in the engine ${milliseconds(wallMs)}, waited ${milliseconds(queueMs)}, worked ${milliseconds(runMs)}`,
      `level ${frame.level}, ${frame.width} × ${frame.height}`,
    ].join('\n');
    this.refresh();
  }

  refresh(): void {
    const coordinator = this.#coordinator;
    if (!coordinator) return;
    const { mode, modeReason } = coordinator;
    set('mode', modeWords[mode], mode);
    set('mode-reason', reasonWords[modeReason], modeReason);
    byId('lamp').dataset.mode = mode;
    const { workers, buffers, counters, longestTaskMs } = coordinator.stats();
    const queued = counters.flightsQueued ?? 0;
    set('workers', mode === 'single' ? 'none' : `${workers.ready} of ${workers.live}`, workers.ready);
    set('queue', String(queued), queued);
    set('buffers', `${buffers.inUse} · ${mebibytes(buffers.bytesInUse)}`, buffers.inUse);
    byTestId('buffers').title = `At most ${mebibytes(buffers.highWaterBytes)} so far`;
    set('longest-task', milliseconds(longestTaskMs), longestTaskMs.toFixed(2));
  }
}

function set(testId: string, text: string, value: string | number): void {
  const element = byTestId(testId);
  if (element.textContent !== text) element.textContent = text;
  element.dataset.value = String(value);
}

function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
