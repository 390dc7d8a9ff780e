// The chain as the page edits it: steps with an identity, a switch and values for every parameter.
// What the engine gets is derived from it: plain data, enabled steps only, in order.

import {
  type Chain,
  type EffectDescriptor,
  effectDescriptors,
  type ParamValue,
  type PixelImage,
} from 'stopbath';

/** A picture file stands for its image, which changes with the coordinator. */
export type StepValue = ParamValue | File;

export interface Step {
  readonly id: number;
  readonly descriptor: EffectDescriptor;
  enabled: boolean;
  readonly values: Record<string, StepValue>;
}

let nextId = 1;

/** A step with the default of every parameter, changed by `values`. */
export function makeStep(effect: string, values: Record<string, ParamValue> = {}): Step {
  const descriptor = effectDescriptors.find((one) => one.name === effect);
  if (!descriptor) throw new Error(`There is no effect named ${effect}`);
  const defaults = descriptor.params.map((param): [string, ParamValue] => [param.name, param.default]);
  return { id: nextId++, descriptor, enabled: true, values: { ...Object.fromEntries(defaults), ...values } };
}

/** The editable chain. `change` fires for every edit; `structure` only when steps come, go or move. */
export class ChainModel extends EventTarget {
  readonly steps: Step[] = [];
  /** The image of a picture that a step names; null while there is none. */
  imageOf: (file: File) => PixelImage | null = () => null;

  /** The chain as the package takes it. */
  toChain(): Chain {
    return this.#chainOf(this.steps.filter((step) => step.enabled));
  }

  /** What of it moves pixels or changes their number: the photo before looks like this beside the result. */
  toGeometry(): Chain {
    return this.#chainOf(
      this.steps.filter(({ enabled, descriptor }) => enabled && descriptor.traits.includes('geometry')),
    );
  }

  add(step: Step): void {
    this.steps.push(step);
    this.#changed(true);
  }

  remove(step: Step): void {
    this.steps.splice(this.steps.indexOf(step), 1);
    this.#changed(true);
  }

  /** Moves a step by `offset` places; false when it is already at that end. */
  move(step: Step, offset: -1 | 1): boolean {
    const from = this.steps.indexOf(step);
    const to = from + offset;
    if (to < 0 || to >= this.steps.length) return false;
    this.steps.splice(from, 1);
    this.steps.splice(to, 0, step);
    this.#changed(true);
    return true;
  }

  setValue(step: Step, param: string, value: StepValue): void {
    if (step.values[param] === value) return;
    step.values[param] = value;
    this.#changed(false);
  }

  setEnabled(step: Step, enabled: boolean): void {
    step.enabled = enabled;
    this.#changed(false);
  }

  #chainOf(steps: readonly Step[]): Chain {
    const value = (of: StepValue) => (of instanceof File ? this.imageOf(of) : of);
    return steps.map(({ descriptor, values }) => ({
      effect: descriptor.name,
      ...Object.fromEntries(Object.entries(values).map(([name, of]) => [name, value(of)])),
    })) as unknown as Chain;
  }

  #changed(structure: boolean): void {
    if (structure) this.dispatchEvent(new Event('structure'));
    this.dispatchEvent(new Event('change'));
  }
}
