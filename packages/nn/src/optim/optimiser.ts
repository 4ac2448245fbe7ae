/** What optimisers share: parameters, a learning rate that may follow a schedule, and state beside every parameter. */
import { GradientError, type Variable } from "@polygrad/autograd";
import { pinned, type Tensor, ValueError } from "@polygrad/tensor";

/** The learning rate of step 0, 1, 2, ...: see schedule.ts. */
export type Schedule = (step: number) => number;

/** What every optimiser is told. */
export interface OptimiserOptions {
  /** A number, or a schedule that gives one for every step. */
  readonly learningRate?: number | Schedule;
}

/** An optimiser moves parameters along their gradients, one `step` at a time. */
export abstract class Optimiser {
  readonly parameters: readonly Variable[];
  /** The number, or the schedule, that gives the learning rate. May be changed between steps. */
  learningRate: number | Schedule;
  /** Steps taken so far. */
  steps = 0;

  /** @throws ValueError if there are no parameters, or the learning rate is negative or not finite. */
  constructor(parameters: Iterable<Variable>, learningRate: number | Schedule) {
    this.parameters = [...parameters];
    if (this.parameters.length === 0) throw new ValueError("Optimiser: got no parameters; pass model.parameters()");
    this.learningRate = learningRate;
    checkRate(this.currentRate);
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
    let moved = 0;
    for (const [index, { value, grad }] of this.parameters.entries()) {
      if (grad === undefined) continue;
      this.update(index, value, grad, rate);
      moved++;
    }
    if (moved === 0) throw new GradientError("step: no parameter has a gradient; call backward() on the loss first");
    this.steps++;
  }

  /** Forgets all gradients. Call it between steps: gradients add up. */
  zeroGrad(): void {
    for (const parameter of this.parameters) parameter.zeroGrad();
  }

  /** Moves one parameter. */
  protected abstract update(index: number, parameter: Tensor, gradient: Tensor, learningRate: number): void;
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

/** Zeros for each parameter, as long as it: the state of an optimiser. */
export function stateFor(parameters: readonly Variable[]): Tensor[] {
  return parameters.map(({ size }) => pinned([size]));
}
