// Icons as path data on a 16 x 16 grid, drawn with the text colour. Buttons in the page name theirs with `data-icon`.

const paths = {
  open: 'M2.5 12.5v-9h4l1.5 2h5.5v7z',
  scene: 'M2 12.5 6.2 6l2.8 4 1.8-2.3L14 12.5zM11.5 5.5a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4z',
  compare: 'M8 2v12M6 4H3v8h3M10 4h3v8h-3',
  export: 'M8 2.5v7.5M5 7l3 3 3-3M3 11v2.5h10V11',
  keys: 'M1.5 4.5h13v7h-13zM4 7h.01M6.7 7h.01M9.3 7h.01M12 7h.01M5 9.3h6',
  chevron: 'M4.5 6.5 8 10l3.5-3.5',
  add: 'M8 3.5v9M3.5 8h9',
  up: 'M8 12.5v-9M4.5 7 8 3.5 11.5 7',
  down: 'M8 3.5v9M4.5 9 8 12.5 11.5 9',
  close: 'M4.5 4.5l7 7M11.5 4.5l-7 7',
  reset: 'M4 3v3.5h3.5M4.3 6.3A4.8 4.8 0 1 1 3.3 9',
} as const;

export type IconName = keyof typeof paths;

const svgNamespace = 'http://www.w3.org/2000/svg';

/** A decorative icon; the control that holds it carries the name. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(svgNamespace, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', 'icon-mark');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(svgNamespace, 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}

/** Puts the icon in front of the content of every element that names one. */
export function placeIcons(root: ParentNode = document): void {
  for (const element of root.querySelectorAll<HTMLElement>('[data-icon]')) {
    element.prepend(icon(element.dataset.icon as IconName));
  }
}
