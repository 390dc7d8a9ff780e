// One control per parameter, built from its descriptor: range and number together, switch, list, colour.
// Every control resets to its default with a double click or its reset button, and puts its sentence in the hint line.

import type { ParamDescriptor, ParamValue } from 'stopbath';
import type { StepValue } from './chain';
import { byId, make } from './dom';
import { icon } from './icons';
import { fillImage } from './image-control';
import { fillList, isList } from './list-controls';

type OnValue = (value: ParamValue) => void;

/** `midPoint` and `mid-point` read as "Mid point". */
export function words(name: string): string {
  const spaced = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll('-', ' ')
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** The row for one parameter. `effect` names the test ids; `title` is the effect's name in words. */
export function paramControl(
  effect: string,
  title: string,
  param: ParamDescriptor,
  value: ParamValue,
  onValue: (value: StepValue) => void,
): HTMLElement {
  const testId = `param-${effect}-${param.name}`;
  const label = `${title}: ${words(param.name)}`;
  const row = make('div', { class: `param ${param.type}` });
  if (param.type === 'boolean') fillSwitch(row, param, testId, label, value, onValue);
  else if (param.type === 'choice') fillChoice(row, param, testId, label, value, onValue);
  else if (param.type === 'color') fillColor(row, param, testId, label, value, onValue);
  else if (param.type === 'image') fillImage(row, param, testId, label, onValue);
  else if (isList(param)) fillList(row, param, testId, label, value, onValue);
  else fillRange(row, param, testId, label, value as number, onValue);
  explain(row, param.sentence);
  return row;
}

/** Shows a sentence in the hint line while the element is pointed at or has the focus. */
export function explain(element: HTMLElement, sentence: string): void {
  const hint = byId('hint');
  const show = () => (hint.textContent = sentence);
  element.addEventListener('pointerenter', show);
  element.addEventListener('focusin', show);
}

function name(param: ParamDescriptor): HTMLElement {
  return make('span', { class: 'param-name' }, words(param.name));
}

function fillRange(
  row: HTMLElement,
  param: ParamDescriptor,
  testId: string,
  label: string,
  value: number,
  onValue: OnValue,
): void {
  const min = param.min ?? 0;
  const max = param.max ?? 1;
  const step = param.step ?? (param.type === 'integer' ? 1 : (max - min) / 1000);
  const fallback = param.default as number;
  const limits = { min, max, step };
  const { unit } = param;
  const range = make('input', { type: 'range', ...limits, 'data-testid': testId, 'aria-label': label });
  const number = make('input', {
    type: 'number',
    ...limits,
    'data-testid': `${testId}-number`,
    'aria-label': `${label}, value${unit ? ` in ${unit}` : ''}`,
  });
  const reset = make('button', {
    type: 'button',
    class: 'reset',
    'aria-label': `Reset ${label} to ${fallback}`,
  });
  reset.append(icon('reset'));
  const track = make('div', { class: 'track' }, range);
  const place = (at: number) => (max > min ? (Math.min(Math.max(at, min), max) - min) / (max - min) : 0);
  // The bar grows from zero where zero is inside the range, so that a two-sided parameter shows its direction.
  const origin = place(min < 0 && max > 0 ? 0 : min);
  track.style.setProperty('--default', String(place(fallback)));

  const show = (next: number) => {
    range.value = String(next);
    if (document.activeElement !== number) number.value = String(next);
    range.setAttribute('aria-valuetext', unit ? `${next} ${unit}` : String(next));
    track.style.setProperty('--from', String(Math.min(origin, place(next))));
    track.style.setProperty('--to', String(Math.max(origin, place(next))));
    row.classList.toggle('changed', next !== fallback);
    reset.disabled = next === fallback;
  };
  const set = (next: number) => {
    show(next);
    onValue(next);
  };
  range.addEventListener('input', () => set(range.valueAsNumber));
  range.addEventListener('dblclick', () => set(fallback));
  number.addEventListener('input', () => {
    if (number.validity.valid && !Number.isNaN(number.valueAsNumber)) set(number.valueAsNumber);
  });
  number.addEventListener('change', () => {
    // What was typed outside the range or between two steps becomes the nearest value that the slider can hold.
    if (!number.validity.valid) range.value = number.value || String(fallback);
    number.value = range.value;
    set(range.valueAsNumber);
  });
  reset.addEventListener('click', () => {
    set(fallback);
    range.focus();
  });
  const figure = make('span', { class: 'figure-field' }, number);
  if (unit) figure.append(make('span', { class: 'unit', 'aria-hidden': 'true' }, unit));
  row.append(make('div', { class: 'param-head' }, name(param), reset, figure), track);
  show(value);
}

function fillSwitch(
  row: HTMLElement,
  param: ParamDescriptor,
  testId: string,
  label: string,
  value: ParamValue,
  onValue: OnValue,
): void {
  const box = make('input', { type: 'checkbox', role: 'switch', class: 'switch', 'data-testid': testId });
  box.setAttribute('aria-label', label);
  box.checked = value === true;
  box.addEventListener('change', () => onValue(box.checked));
  row.append(make('label', { class: 'param-head' }, name(param), box));
}

function fillChoice(
  row: HTMLElement,
  param: ParamDescriptor,
  testId: string,
  label: string,
  value: ParamValue,
  onValue: OnValue,
): void {
  const select = make('select', { 'data-testid': testId, 'aria-label': label });
  for (const choice of param.choices ?? []) {
    select.append(make('option', { value: choice, selected: choice === value }, words(choice)));
  }
  select.addEventListener('change', () => onValue(select.value));
  row.append(make('div', { class: 'param-head' }, name(param), select));
}

function fillColor(
  row: HTMLElement,
  param: ParamDescriptor,
  testId: string,
  label: string,
  value: ParamValue,
  onValue: OnValue,
): void {
  const well = make('input', {
    type: 'color',
    'data-testid': testId,
    'aria-label': label,
    value: String(value),
  });
  well.addEventListener('input', () => onValue(well.value));
  row.append(make('div', { class: 'param-head' }, name(param), well));
}
