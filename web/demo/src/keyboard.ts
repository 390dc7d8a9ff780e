// Single-key shortcuts, shown by the help sheet. They keep out of fields that take text, and can be switched off there,
// for people whose speech input or tremor would trigger them.

import { byId, make } from './dom';

export interface Shortcut {
  /** The key as the sheet shows it. */
  readonly key: string;
  readonly label: string;
  run(): void;
  /** For keys that are held: runs on the release. */
  release?(): void;
}

/** Keys of the controls themselves, for the sheet only. */
const builtIn: readonly [string, string][] = [
  ['← →', 'Move the focused slider or divider'],
  ['⇧ ← →', 'Move the divider by ten percent'],
  ['Alt ↑ ↓', 'Move the focused effect'],
  ['Double click', 'Reset a slider, centre the divider'],
];

export function startKeyboard(shortcuts: readonly Shortcut[]): void {
  let enabled = true;
  const byKey = new Map(shortcuts.map((shortcut) => [shortcut.key.toLowerCase(), shortcut]));
  const held = new Set<Shortcut>();

  addEventListener('keydown', (event) => {
    const key = event.key.toLowerCase();
    if (!enabled || event.repeat || event.ctrlKey || event.metaKey || event.altKey || takesText(event.target))
      return;
    const shortcut = byKey.get(key);
    if (!shortcut) return;
    event.preventDefault();
    shortcut.run();
    held.add(shortcut);
  });
  const release = (shortcut: Shortcut | undefined) => {
    if (shortcut && held.delete(shortcut)) shortcut.release?.();
  };
  addEventListener('keyup', (event) => release(byKey.get(event.key.toLowerCase())));
  addEventListener('blur', () => held.forEach(release));

  const sheet = byId('shortcuts');
  const toggle = make('input', { type: 'checkbox', role: 'switch', class: 'switch', checked: true });
  toggle.addEventListener('change', () => (enabled = toggle.checked));
  sheet.append(
    make('h2', {}, 'Keyboard'),
    make(
      'dl',
      {},
      ...rows([...shortcuts.map(({ key, label }): [string, string] => [key, label]), ...builtIn]),
    ),
    make('label', { class: 'sheet-option' }, make('span', {}, 'Single-key shortcuts'), toggle),
  );
  byId('help').setAttribute('popovertarget', sheet.id);
}

function rows(entries: readonly [string, string][]): HTMLElement[] {
  return entries.map(([key, label]) =>
    make(
      'div',
      {},
      make('dt', {}, ...key.split(' ').map((part) => make('kbd', {}, part))),
      make('dd', {}, label),
    ),
  );
}

function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement)
    return !['range', 'checkbox', 'radio', 'button'].includes(target.type);
  return (
    target.isContentEditable || target instanceof HTMLSelectElement || target.closest('[role=menu]') !== null
  );
}
