/**
 * The base of all optimisers: parameters, a learning rate that may follow a schedule, and states of every parameter.
 */
import { GradientError, type Variable } from "@polygrad/autograd";
import { pinned, type Tensor, ValueError, zerosLike } from "@polygrad/tensor";
import {
  type Check,
  type Checks,
  callable,
  described,
  either,
  integerFrom,
  number,
  replayed,
  show,
} from "@polygrad/tensor/internal";
import { parametersOf } from "./parameters.ts";

/** A learning rate that changes: a function from the step (0, 1, 2, ...) to its learning rate. See schedule.ts. */
export type Schedule = (step: number) => number;

/** Options of every optimiser. */
export interface OptimiserOptions {
  /** A number, or a schedule that returns one for every step; 0.001 by default, 0.01 for RMSprop. */
  readonly learningRate?: number | Schedule;
}

const rate: Check = either("a number or a schedule, such as cosine(...)", number, callable);

export const optimiserOptions: Checks<OptimiserOptions> = { learningRate: rate };

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
   * @param states the number of states that each element of a parameter has, such as its velocity; at most 16
   * @throws ArgumentError if the parameters are not variables; ValueError if there are none, one comes twice, one is not
   * a leaf that requires a gradient or has gaps in memory, or the learning rate is negative or not finite
   */
  constructor(parameters: Iterable<Variable>, learningRate: number | Schedule, states: number) {
    this.parameters = parametersOf("Optimiser", parameters);
    if (this.parameters.length === 0) throw new ValueError("Optimiser: got no parameters; pass model.parameters()");
    for (const [k, parameter] of this.parameters.entries()) checkLeaf(k, parameter);
    rate("Optimiser", "learningRate", learningRate);
    integerFrom(0)("Optimiser", "states", states);
    if (states > 16) throw new ValueError(`Optimiser: a parameter can have at most 16 states, got ${states}`);
    this.learningRate = learningRate;
    checkRate(this.currentRate);
    this.#states = this.parameters.map(({ value }) => Array.from({ length: states }, () => stateOf(value)));
    this.#taken = this.parameters.map(() => 0);
  }

  /** The learning rate of the next step. */
  get currentRate(): number {
    rate("Optimiser", "learningRate", this.learningRate);
    return typeof this.learningRate === "number" ? this.learningRate : this.learningRate(this.steps);
  }

  /**
   * Changes every parameter that has a gradient.
   * @throws GradientError if none has one; ValueError if the learning rate is negative or not finite; ShapeError if a
   * gradient has another shape than its parameter
   */
  step(): void {
    // A replay of a captured step calls this anew: rates, corrections and counts change from step to step.
    replayed(`${this.constructor.name}.step`, { optimiser: this }, () => this.#step());
  }

  #step(): void {
    const rate = this.currentRate;
    checkRate(rate);
    if (this.parameters.every(({ grad }) => grad === undefined))
      throw new GradientError("Optimiser: no parameter has a gradient; call backward() on the loss before step()");
    const writer = `${this.constructor.name}.step`;
    for (let index = 0; index < this.parameters.length; index++) {
      const { value, grad } = this.parameters[index];
      if (grad === undefined) continue;
      this.update({ index, value, gradient: grad, states: this.#states[index], taken: this.#taken[index] }, rate);
      this.#taken[index]++;
      // Graphs that need the old value now refuse their backward pass, and say what overwrote it.
      value.storage.version.written(writer);
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

function checkLeaf(k: number, { node, requiresGrad, value, shape }: Variable): void {
  const which = `Optimiser: parameter ${k} of shape ${show(shape)}`;
  if (node !== undefined)
    throw new ValueError(`${which} was computed from other variables; pass those, the leaves, made with variable(...)`);
  if (!requiresGrad)
    throw new ValueError(`${which} is a constant, which gets no gradient; make it with variable(...), or leave it out`);
  if (!value.isDense)
    throw new ValueError(
      `${which} does not lie in memory in one run without gaps; make the variable from a clone() of its tensor`,
    );
}

function checkRate(rate: number): void {
  if (!(Number.isFinite(rate) && rate >= 0))
    throw new ValueError(`Optimiser: the learning rate must be finite and 0 or more, got ${described(rate)}`);
}
