// The divider between before and after: drag it, or focus it and use the keys of a slider.
// The after canvas lies on top and is clipped at the divider, so that moving it costs no pixels.

import { byId } from './dom';

const frame = byId('frame');
const divider = byId('divider');
const toggle = byId<HTMLButtonElement>('compare');

const middle = 50;
let position = middle;

export function startSplit(): void {
  setSplit(middle);
  toggle.addEventListener('click', () => setComparing(toggle.getAttribute('aria-pressed') !== 'true'));
  divider.addEventListener('keydown', onKey);
  divider.addEventListener('dblclick', () => setSplit(middle));
  divider.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    divider.setPointerCapture(event.pointerId);
    frame.classList.add('dragging');
  });
  divider.addEventListener('pointermove', (event) => {
    if (!divider.hasPointerCapture(event.pointerId)) return;
    const box = frame.getBoundingClientRect();
    setSplit(((event.clientX - box.left) / box.width) * 100);
  });
  const release = () => frame.classList.remove('dragging');
  divider.addEventListener('pointerup', release);
  divider.addEventListener('lostpointercapture', release);
}

/** Shows or hides the before side. */
export function setComparing(on: boolean): void {
  toggle.setAttribute('aria-pressed', String(on));
  frame.classList.toggle('comparing', on);
}

export function toggleComparing(): void {
  if (!toggle.disabled) toggle.click();
}

/** Share of the frame, in percent from the left, that shows the photo before the effects. */
function setSplit(percent: number): void {
  position = Math.min(100, Math.max(0, percent));
  frame.style.setProperty('--split', `${position}%`);
  const rounded = Math.round(position);
  divider.setAttribute('aria-valuenow', String(rounded));
  divider.setAttribute('aria-valuetext', `${rounded} percent before, ${100 - rounded} percent after`);
  frame.classList.toggle('near-start', position < 12);
  frame.classList.toggle('near-end', position > 88);
}

function onKey(event: KeyboardEvent): void {
  const small = event.shiftKey ? 10 : 1;
  const moves: Record<string, number> = {
    ArrowLeft: position - small,
    ArrowDown: position - small,
    ArrowRight: position + small,
    ArrowUp: position + small,
    PageDown: position - 10,
    PageUp: position + 10,
    Home: 0,
    End: 100,
    Enter: middle,
  };
  const next = moves[event.key];
  if (next === undefined) return;
  event.preventDefault();
  setSplit(next);
}
