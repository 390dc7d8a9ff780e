// Controls of parameters that are lists: curves, matrices and colours as text, a lookup table from a .cube file.

import { type ColorTable, type CurvePoint, type ParamDescriptor, type ParamValue, parseCube } from 'stopbath';
import { make } from './dom';

type ListType = 'colors' | 'curve' | 'matrix' | 'table';

const hints: Record<ListType, string> = {
  colors: 'Colours such as #ff8800, separated by spaces.',
  curve: 'Points x y, separated by commas, from 0 to 1.',
  matrix: 'Numbers separated by spaces, rows by lines.',
  table: 'A .cube file.',
};

export function isList(param: ParamDescriptor): boolean {
  return param.type in hints;
}

/** Fills the row of a list parameter; text that is no such list marks the field and changes nothing. */
export function fillList(
  row: HTMLElement,
  param: ParamDescriptor,
  testId: string,
  label: string,
  value: ParamValue,
  onValue: (value: ParamValue) => void,
): void {
  const hint = hints[param.type as ListType];
  const title = make('span', { class: 'param-name' }, param.name);
  if (param.type === 'table') {
    const file = make('input', { type: 'file', accept: '.cube', 'data-testid': testId, 'aria-label': label });
    file.title = hint;
    file.addEventListener('change', async () => {
      try {
        const text = await file.files?.[0]?.text();
        if (text !== undefined) onValue(parseCube(text));
        file.setCustomValidity('');
      } catch (error) {
        file.setCustomValidity(String(error));
        file.reportValidity();
      }
    });
    row.append(make('div', { class: 'param-head' }, title), file);
    return;
  }
  const rows = param.type === 'matrix' ? 3 : 2;
  const field = make('textarea', { rows, spellcheck: 'false', 'data-testid': testId, 'aria-label': label });
  field.title = hint;
  field.value = write(param, value);
  field.addEventListener('input', () => {
    const next = read(param, field.value);
    field.setCustomValidity(next === undefined ? hint : '');
    field.classList.toggle('wrong', next === undefined);
    if (next !== undefined) onValue(next);
  });
  row.append(make('div', { class: 'param-head' }, title), field);
}

function write(param: ParamDescriptor, value: ParamValue): string {
  if (param.type === 'curve') return (value as readonly CurvePoint[]).map((p) => p.join(' ')).join(', ');
  const items = value as readonly (string | number)[];
  const { columns = items.length } = param;
  const lines = Array.from({ length: Math.ceil(items.length / columns) }, (_, line) =>
    items.slice(line * columns, (line + 1) * columns).join(' '),
  );
  return lines.join('\n');
}

/** The list that the text means, if it is one that the parameter can have. */
function read(param: ParamDescriptor, text: string): Exclude<ParamValue, ColorTable> | undefined {
  const words = (part: string) => part.split(/[\s,]+/).filter((word) => word !== '');
  const { min = 0, max = 1, minLength = 0, maxLength = Infinity } = param;
  const inRange = (number: number) => number >= min && number <= max;
  const fits = ({ length }: readonly unknown[]) => length >= minLength && length <= maxLength;
  if (param.type === 'curve') {
    const points = text.split(',').map((part) => words(part).map(Number));
    const good = points.every(
      (p, i) => p.length === 2 && p.every(inRange) && (i === 0 || Number(p[0]) > Number(points[i - 1]?.[0])),
    );
    return good && fits(points) ? (points as unknown as readonly CurvePoint[]) : undefined;
  }
  const items = words(text);
  if (!fits(items)) return undefined;
  if (param.type === 'colors') return items.every((item) => /^#[0-9a-f]{6}$/i.test(item)) ? items : undefined;
  const numbers = items.map(Number);
  return numbers.every(inRange) ? numbers : undefined;
}
