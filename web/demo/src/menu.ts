// A menu that opens from a button: grouped items, arrow keys, Escape, a click elsewhere closes it.
// It lives in the top layer (popover), so that no panel clips it.

import { make } from './dom';

export interface MenuItem {
  readonly label: string;
  readonly detail?: string;
  readonly testId?: string;
  run(): void;
}

export interface MenuGroup {
  readonly title?: string;
  readonly items: readonly MenuItem[];
}

const gap = 6;

/** Makes `button` open a menu with the groups as they are at that moment. */
export function attachMenu(button: HTMLElement, label: string, groups: () => readonly MenuGroup[]): void {
  const menu = make('div', { class: 'menu', role: 'menu', popover: 'auto', 'aria-label': label });
  document.body.append(menu);
  button.setAttribute('aria-haspopup', 'menu');
  button.setAttribute('aria-expanded', 'false');

  button.addEventListener('click', () => {
    if (menu.matches(':popover-open')) return menu.hidePopover();
    menu.replaceChildren(...groups().map((group) => groupElement(group, menu)));
    menu.showPopover();
    place(menu, button);
    items(menu)[0]?.focus({ preventScroll: true });
  });
  // A pointer that presses the button while the menu is open would light-dismiss it and then open it again.
  button.addEventListener('pointerdown', (event) => {
    if (menu.matches(':popover-open')) event.preventDefault();
  });
  menu.addEventListener('toggle', (event) => {
    const open = (event as ToggleEvent).newState === 'open';
    button.setAttribute('aria-expanded', String(open));
    if (!open && menu.contains(document.activeElement)) button.focus();
  });
  menu.addEventListener('keydown', (event) => onKey(event, menu, button));
}

function groupElement(group: MenuGroup, menu: HTMLElement): HTMLElement {
  const element = make('div', { role: 'group', 'aria-label': group.title, class: 'menu-group' });
  if (group.title) element.append(make('p', { class: 'menu-title', 'aria-hidden': 'true' }, group.title));
  for (const item of group.items) {
    const entry = make('button', {
      type: 'button',
      role: 'menuitem',
      tabindex: -1,
      'data-testid': item.testId,
    });
    entry.append(make('span', { class: 'menu-label' }, item.label));
    if (item.detail) entry.append(make('span', { class: 'menu-detail' }, item.detail));
    entry.addEventListener('click', () => {
      menu.hidePopover();
      item.run();
    });
    entry.addEventListener('pointermove', () => entry.focus({ preventScroll: true }));
    element.append(entry);
  }
  return element;
}

function items(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role=menuitem]')];
}

function onKey(event: KeyboardEvent, menu: HTMLElement, button: HTMLElement): void {
  const all = items(menu);
  const at = all.indexOf(document.activeElement as HTMLElement);
  const targets: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: all.length - 1,
  };
  const target = targets[event.key];
  if (target !== undefined) {
    event.preventDefault();
    all[(target + all.length) % all.length]?.focus();
  } else if (event.key === 'Tab') {
    menu.hidePopover();
    button.focus();
  } else if (event.key.length === 1 && event.key !== ' ') {
    const key = event.key.toLowerCase();
    const order = [...all.slice(at + 1), ...all.slice(0, at + 1)];
    order.find((item) => item.textContent?.toLowerCase().startsWith(key))?.focus();
  }
  event.stopPropagation();
}

/** Below the button, its near edges aligned; above it where there is more room. */
function place(menu: HTMLElement, button: HTMLElement): void {
  const anchor = button.getBoundingClientRect();
  const below = innerHeight - anchor.bottom - 2 * gap;
  const above = anchor.top - 2 * gap;
  const upward = menu.scrollHeight > below && above > below;
  menu.style.maxHeight = `${Math.max(120, upward ? above : below)}px`;
  const { width, height } = menu.getBoundingClientRect();
  const alignEnd = anchor.left + anchor.width / 2 > innerWidth / 2;
  const left = alignEnd ? anchor.right - width : anchor.left;
  menu.style.left = `${Math.min(Math.max(gap, left), innerWidth - width - gap)}px`;
  menu.style.top = `${upward ? anchor.top - gap - height : anchor.bottom + gap}px`;
}
