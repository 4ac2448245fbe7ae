/**
 * The base of all optimisers: parameters, a learning rate that may follow a schedule, and states of every parameter.
 */
import { GradientError, type Variable } from "@polygrad/autograd";
import { pinned, type Tensor, ValueError, zerosLike } from "@polygrad/tensor";
import { show } from "@polygrad/tensor/internal";

/** A learning rate that changes: a function from the step (0, 1, 2, ...) to its learning rate. See schedule.ts. */
export type Schedule = (step: number) => number;

/** Options of every optimiser. */
export interface OptimiserOptions {
  /** A number, or a schedule that returns one for every step; 0.001 by default. */
  readonly learningRate?: number | Schedule;
}

/** What an optimiser needs to step one parameter. */
export interface ParameterStep {
  /** The position of the parameter in `parameters`. */
  readonly index: number;
  /** The parameter's own value, to be overwritten. */
  readonly value: Tensor;
  /** The gradient, in the shape of the value. */
  readonly gradient: Tensor;
  /** Each as long as the value, in the value's memory order and precision; all 0 before the first step. */
  readonly states: readonly Tensor[];
  /** The number of steps that this parameter has taken so far; one without a gradient takes none. */
  readonly taken: number;
}

/**
 * An optimiser changes parameters, in place and in their own precision, along their gradients, one `step` at a time.
 */
export abstract class Optimiser {
  readonly parameters: readonly Variable[];
  /** The learning rate, or the schedule that returns it. You may change it between steps. */
  learningRate: number | Schedule;
  /** The number of steps taken so far. */
  steps = 0;
  readonly #states: readonly (readonly Tensor[])[];
  readonly #taken: number[];

  /**
   * @param states the number of states that each element of a parameter has, such as its velocity
   * @throws ValueError if there are no parameters, one has gaps in memory, or the learning rate is negative or not
   * finite
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
   * Changes every parameter that has a gradient.
   * @throws GradientError if none has one; ValueError if the learning rate is negative or not finite; ShapeError if a
   * gradient has another shape than its parameter
   */
  step(): void {
    const rate = this.currentRate;
    checkRate(rate);
    if (this.parameters.every(({ grad }) => grad === undefined))
      throw new GradientError("Optimiser: no parameter has a gradient; call backward() on the loss before step()");
    for (const [index, { value, grad }] of this.parameters.entries()) {
      if (grad === undefined) continue;
      this.update({ index, value, gradient: grad, states: this.#states[index], taken: this.#taken[index] }, rate);
      this.#taken[index]++;
    }
    this.steps++;
  }

  /** Sets the `grad` of all parameters to undefined. Call it between steps, because gradients accumulate. */
  zeroGrad(): void {
    for (const parameter of this.parameters) parameter.zeroGrad();
  }

  /** Changes one parameter, usually by means of `updateInPlace`. */
  protected abstract update(step: ParameterStep, learningRate: number): void;
}

/** One state of a parameter, all 0; pinned if it is float32, so that kernels need not copy it. */
function stateOf(value: Tensor): Tensor {
  return value.storage.isDouble ? zerosLike(value).flatten() : pinned([value.size]);
}

function checkRate(rate: number): void {
  if (!(rate >= 0 && Number.isFinite(rate)))
    throw new ValueError(`Optimiser: the learning rate must be finite and 0 or more, got ${rate}`);
}

/** Checks that an option lies in [low, high). @throws ValueError if it does not */
export function checkSetting(optimiser: string, name: string, value: number, low: number, high: number): void {
  if (!(value >= low && value < high))
    throw new ValueError(`${optimiser}: ${name} must lie in [${low}, ${high}), got ${value}`);
}
