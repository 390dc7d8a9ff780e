// Quiet messages over the stage: what went wrong, and what is taking a while and can be cancelled.
// Nothing here is modal, and nothing spins: long work is a thin line under the header, with a share when it is known.

import { byId } from './dom';
import { observeWork } from './work';

const notice = byId('notice');
const activity = byId('activity');
const progress = byId('progress');

/** Work shorter than this shows no progress line. */
const patienceMs = 150;

/** Shows one sentence until it is dismissed or the next succeeds. */
export function showNotice(reason: unknown): void {
  byId('notice-text').textContent = sentenceOf(reason);
  notice.hidden = false;
}

export function clearNotice(): void {
  notice.hidden = true;
}

function sentenceOf(reason: unknown): string {
  if (reason instanceof Error) return reason.message || reason.name;
  return typeof reason === 'string' ? reason : 'Something failed without saying why.';
}

export interface Activity {
  readonly signal: AbortSignal;
  /** Share of the work done, 0 to 1. */
  advance(share: number): void;
  say(text: string): void;
  end(): void;
}

let current: symbol | undefined;

/** Names a piece of long work and offers to cancel it. A newer activity takes the place of the one before it. */
export function beginActivity(text: string): Activity {
  const mine = Symbol(text);
  const controller = new AbortController();
  current = mine;
  byId('activity-text').textContent = text;
  byId('activity-cancel').onclick = () => controller.abort();
  activity.hidden = false;
  setShare(undefined);
  const ifCurrent = (action: () => void) => {
    if (current === mine) action();
  };
  return {
    signal: controller.signal,
    advance: (share) => ifCurrent(() => setShare(share)),
    say: (next) => ifCurrent(() => (byId('activity-text').textContent = next)),
    end: () =>
      ifCurrent(() => {
        current = undefined;
        activity.hidden = true;
        setShare(undefined);
      }),
  };
}

function setShare(share: number | undefined): void {
  progress.classList.toggle('known', share !== undefined);
  if (share === undefined) progress.removeAttribute('aria-valuenow');
  else {
    progress.setAttribute('aria-valuenow', String(Math.round(share * 100)));
    progress.style.setProperty('--share', String(share));
  }
}

export function startNotices(): void {
  byId('notice-close').addEventListener('click', clearNotice);
  let timer: ReturnType<typeof setTimeout> | undefined;
  observeWork((count) => {
    if (count > 0) {
      timer ??= setTimeout(() => (progress.hidden = false), patienceMs);
    } else {
      clearTimeout(timer);
      timer = undefined;
      progress.hidden = true;
    }
  });
}
