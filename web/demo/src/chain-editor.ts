// The list of effect cards: switch, move, remove, and the controls of each step. Rebuilt only when the structure changes,
// so that a slider is never replaced under the pointer that drags it.

import { type EffectDescriptor, effectDescriptors, type ParamValue } from 'stopbath';
import { type ChainModel, makeStep, type Step, type StepValue } from './chain';
import { explain, paramControl, words } from './controls';
import { byId, make } from './dom';
import { type IconName, icon } from './icons';
import { attachMenu, type MenuGroup } from './menu';

export function startChainEditor(chain: ChainModel): void {
  const list = byId('cards');
  const cards = new Map<Step, HTMLElement>();

  const render = () => {
    for (const [step, card] of cards) {
      if (!chain.steps.includes(step)) {
        card.remove();
        cards.delete(step);
      }
    }
    chain.steps.forEach((step, index) => {
      const card = cards.get(step) ?? buildCard(chain, step);
      cards.set(step, card);
      // Moving only what is out of place keeps the focus where it is.
      if (list.children[index] !== card) list.insertBefore(card, list.children[index] ?? null);
      setDisabled(card, 'up', index === 0);
      setDisabled(card, 'down', index === chain.steps.length - 1);
    });
    list.classList.toggle('none', chain.steps.length === 0);
  };

  chain.addEventListener('structure', render);
  render();
  attachMenu(byId('add'), 'Effects', () => effectMenu(chain, cards));
}

function effectMenu(chain: ChainModel, cards: Map<Step, HTMLElement>): MenuGroup[] {
  const groups = new Map<string, EffectDescriptor[]>();
  for (const effect of effectDescriptors) {
    groups.set(effect.category, [...(groups.get(effect.category) ?? []), effect]);
  }
  return [...groups].map(([category, effects]) => ({
    title: words(category),
    items: effects.map((effect) => ({
      label: effect.title,
      detail: effect.sentence,
      testId: `add-${effect.name}`,
      run: () => {
        const step = makeStep(effect.name);
        chain.add(step);
        const card = cards.get(step);
        card?.scrollIntoView({ block: 'nearest' });
        const body = card?.querySelector<HTMLElement>('.track input, .card-body select, .card-body .switch');
        const first = body ?? card?.querySelector<HTMLElement>('.switch');
        first?.focus({ preventScroll: true });
      },
    })),
  }));
}

function buildCard(chain: ChainModel, step: Step): HTMLElement {
  const { descriptor } = step;
  const card = make('li', { class: 'card', 'data-testid': `card-${descriptor.name}` });
  const title = make('h3', { id: `step-${step.id}` }, descriptor.title);
  card.setAttribute('aria-labelledby', title.id);

  const power = make('input', { type: 'checkbox', role: 'switch', class: 'switch' });
  power.setAttribute('aria-label', `${descriptor.title} enabled`);
  power.dataset.testid = `enable-${descriptor.name}`;
  power.checked = step.enabled;
  power.addEventListener('change', () => {
    chain.setEnabled(step, power.checked);
    card.classList.toggle('off', !power.checked);
  });

  const move = (offset: -1 | 1) => {
    const focused = document.activeElement as HTMLElement | null;
    if (!chain.move(step, offset)) return;
    // The button that moved it to an end is disabled now: the focus goes on to its twin.
    const disabled = focused instanceof HTMLButtonElement && focused.disabled;
    const twin = card.querySelector<HTMLElement>(`[data-action=${offset < 0 ? 'down' : 'up'}]`);
    (disabled ? twin : focused)?.focus();
    card.scrollIntoView({ block: 'nearest' });
  };
  const up = action('up', `Move ${descriptor.title} up`, () => move(-1));
  const down = action('down', `Move ${descriptor.title} down`, () => move(1));
  const remove = action('remove', `Remove ${descriptor.title}`, () => {
    const next = card.nextElementSibling ?? card.previousElementSibling;
    chain.remove(step);
    (next?.querySelector<HTMLElement>('input') ?? byId('add')).focus();
  });
  card.addEventListener('keydown', (event) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    move(event.key === 'ArrowUp' ? -1 : 1);
  });

  const head = make(
    'div',
    { class: 'card-head' },
    power,
    title,
    make('div', { class: 'card-actions' }, up, down, remove),
  );
  explain(head, descriptor.sentence);
  card.append(head);
  if (descriptor.params.length > 0) {
    const body = make('div', { class: 'card-body' });
    for (const param of descriptor.params) {
      const value = step.values[param.name] as ParamValue;
      const onValue = (next: StepValue) => chain.setValue(step, param.name, next);
      body.append(paramControl(descriptor.name, descriptor.title, param, value, onValue));
    }
    card.append(body);
  }
  return card;
}

function action(kind: 'up' | 'down' | 'remove', label: string, run: () => void): HTMLButtonElement {
  const names: Record<typeof kind, IconName> = { up: 'up', down: 'down', remove: 'close' };
  const button = make('button', {
    type: 'button',
    class: 'button icon small quiet',
    'aria-label': label,
    title: label,
  });
  button.dataset.action = kind;
  button.append(icon(names[kind]));
  button.addEventListener('click', run);
  return button;
}

function setDisabled(card: HTMLElement, kind: string, disabled: boolean): void {
  const button = card.querySelector<HTMLButtonElement>(`[data-action=${kind}]`);
  if (button) button.disabled = disabled;
}
