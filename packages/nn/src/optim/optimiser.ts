/** What optimisers share: parameters, a learning rate that may follow a schedule, and state for every parameter. */
import { GradientError, type Variable } from "@polygrad/autograd";
import { pinned, type Tensor, ValueError, zerosLike } from "@polygrad/tensor";
import { show } from "@polygrad/tensor/internal";

/** The learning rate of step 0, 1, 2, ...: see schedule.ts. */
export type Schedule = (step: number) => number;

/** Options of every optimiser. */
export interface OptimiserOptions {
  /** A number, or a schedule that gives one for every step. */
  readonly learningRate?: number | Schedule;
}

/** A parameter that is about to be moved. */
export interface ParameterStep {
  /** Its place in `parameters`. */
  readonly index: number;
  readonly value: Tensor;
  readonly gradient: Tensor;
  /** As long as the value, in its order in memory; all zero at first. */
  readonly states: readonly Tensor[];
  /** How many steps this parameter has taken so far; one without a gradient takes none. */
  readonly taken: number;
}

/** An optimiser moves parameters along their gradients, where they lie in memory, one `step` at a time. */
export abstract class Optimiser {
  readonly parameters: readonly Variable[];
  /** The number, or the schedule, that gives the learning rate. May be changed between steps. */
  learningRate: number | Schedule;
  /** Steps taken so far. */
  steps = 0;
  readonly #states: readonly (readonly Tensor[])[];
  readonly #taken: number[];

  /**
   * @param states how many numbers of state every element of a parameter has
   * @throws ValueError if there are no parameters, one has gaps in memory, or the learning rate is negative or not finite
   */
  constructor(parameters: Iterable<Variable>, learningRate: number | Schedule, states: number) {
    this.parameters = [...parameters];
    if (this.parameters.length === 0) throw new ValueError("Optimiser: got no parameters; pass model.parameters()");
    for (const [k, { value, shape }] of this.parameters.entries())
      if (!value.isDense)
        throw new ValueError(
          `Optimiser: parameter ${k} of shape ${show(shape)} does not lie in memory in one run without gaps; ` +
            "make the variable from a clone() of its tensor",
        );
    this.learningRate = learningRate;
    checkRate(this.currentRate);
    this.#states = this.parameters.map(({ value }) => Array.from({ length: states }, () => stateOf(value)));
    this.#taken = this.parameters.map(() => 0);
  }

  /** The learning rate of the next step. */
  get currentRate(): number {
    return typeof this.learningRate === "number" ? this.learningRate : this.learningRate(this.steps);
  }

  /**
   * Moves every parameter that has a gradient.
   * @throws GradientError if none has one.
   */
  step(): void {
    const rate = this.currentRate;
    checkRate(rate);
    if (this.parameters.every(({ grad }) => grad === undefined))
      throw new GradientError("step: no parameter has a gradient; call backward() on the loss first");
    for (const [index, { value, grad }] of this.parameters.entries()) {
      if (grad === undefined) continue;
      this.update({ index, value, gradient: grad, states: this.#states[index], taken: this.#taken[index] }, rate);
      this.#taken[index]++;
    }
    this.steps++;
  }

  /** Forgets all gradients. Call it between steps: gradients add up. */
  zeroGrad(): void {
    for (const parameter of this.parameters) parameter.zeroGrad();
  }

  /** Moves one parameter: by `updateInPlace`, mostly. */
  protected abstract update(step: ParameterStep, learningRate: number): void;
}

/** One state of a parameter: pinned if it is float32, so that the kernel finds it in place. */
function stateOf(value: Tensor): Tensor {
  return value.storage.isDouble ? zerosLike(value).flatten() : pinned([value.size]);
}

function checkRate(rate: number): void {
  if (!(rate >= 0 && Number.isFinite(rate)))
    throw new ValueError(`Optimiser: the learning rate must be a number from 0 up, got ${rate}`);
}

/** Checks that a setting lies in [low, high). */
export function checkSetting(optimiser: string, name: string, value: number, low: number, high: number): void {
  if (!(value >= low && value < high))
    throw new ValueError(`${optimiser}: ${name} must lie in [${low}, ${high}), got ${value}`);
}
