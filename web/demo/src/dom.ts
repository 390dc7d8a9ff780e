// The few DOM helpers that the demo needs: typed lookup of the page's fixed parts, and element building.

/** The element with this id; the page is static, so its absence is a programming error. */
export function byId<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no element #${id}`);
  return element as T;
}

/** The element with this `data-testid`, the stable name that tests use as well. */
export function byTestId<T extends HTMLElement>(id: string): T {
  const element = document.querySelector<T>(`[data-testid="${id}"]`);
  if (!element) throw new Error(`The page has no element with data-testid ${id}`);
  return element;
}

type Attributes = Record<string, string | number | boolean | undefined>;

/** Builds an element: `true` is an empty attribute, `false` and `undefined` leave it out. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children);
  return element;
}
