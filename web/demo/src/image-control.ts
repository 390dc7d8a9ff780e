// The control of a parameter that is another image: a picture file, or nothing, which means the photo as it was opened.

import type { ParamDescriptor } from 'stopbath';
import { make } from './dom';

/** Fills the row; null stands for the photo. */
export function fillImage(
  row: HTMLElement,
  param: ParamDescriptor,
  testId: string,
  label: string,
  onValue: (value: File | null) => void,
): void {
  const file = make('input', { type: 'file', accept: 'image/*', 'data-testid': testId, 'aria-label': label });
  file.addEventListener('change', () => onValue(file.files?.[0] ?? null));
  const clear = make('button', { type: 'button', class: 'button small quiet' }, 'The photo as it was');
  clear.addEventListener('click', () => {
    file.value = '';
    onValue(null);
  });
  row.append(
    make('div', { class: 'param-head' }, make('span', { class: 'param-name' }, param.name), clear),
    file,
  );
}
