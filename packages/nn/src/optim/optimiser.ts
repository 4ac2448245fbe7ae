/** What optimisers share: parameters, a learning rate that may follow a schedule, and state beside every parameter. */
import { GradientError, type Variable } from "@polygrad/autograd";
import { pinned, Tensor, ValueError } from "@polygrad/tensor";
import { follows, joined, sideBySide, totalSize } from "./block.ts";

/** The learning rate of step 0, 1, 2, ...: see schedule.ts. */
export type Schedule = (step: number) => number;

/** What every optimiser is told. */
export interface OptimiserOptions {
  /** A number, or a schedule that gives one for every step. */
  readonly learningRate?: number | Schedule;
}

/** Parameters that move together, because they and their gradients lie side by side: as one, in flat tensors. */
export interface Run {
  /** The place of the first parameter in `parameters`, and of the one behind the last. */
  readonly first: number;
  readonly end: number;
  readonly values: Tensor;
  readonly gradients: Tensor;
  /** As long as `values`, all zero at first. */
  readonly states: readonly Tensor[];
  /** How many steps these parameters have taken so far; one without a gradient takes none. */
  readonly taken: number;
}

/**
 * An optimiser moves parameters along their gradients, one `step` at a time.
 *
 * It keeps the parameters side by side in one flat block of pinned memory, their gradients in another, its state in others
 * of the same layout. So it moves the values there when it is made; ask a parameter for its `value` afresh after that.
 */
export abstract class Optimiser {
  readonly parameters: readonly Variable[];
  /** The number, or the schedule, that gives the learning rate. May be changed between steps. */
  learningRate: number | Schedule;
  /** Steps taken so far. */
  steps = 0;
  readonly #states: readonly Tensor[];
  readonly #taken: number[];

  /**
   * @param states how many numbers of state every element of a parameter has
   * @throws ValueError if there are no parameters, or the learning rate is negative or not finite
   */
  constructor(parameters: Iterable<Variable>, learningRate: number | Schedule, states: number) {
    this.parameters = [...parameters];
    if (this.parameters.length === 0) throw new ValueError("Optimiser: got no parameters; pass model.parameters()");
    this.learningRate = learningRate;
    checkRate(this.currentRate);
    sideBySide(this.parameters);
    const size = totalSize(this.parameters);
    this.#states = Array.from({ length: states }, () => pinned([size]));
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
    const runs = this.#runs();
    if (runs.length === 0)
      throw new GradientError("step: no parameter has a gradient; call backward() on the loss first");
    for (const run of runs) {
      this.update(run, rate);
      for (let k = run.first; k < run.end; k++) this.#taken[k]++;
    }
    this.steps++;
  }

  /** Forgets all gradients. Call it between steps: gradients add up. */
  zeroGrad(): void {
    for (const parameter of this.parameters) parameter.zeroGrad();
  }

  /** Moves parameters: by `updateInPlace`, mostly. */
  protected abstract update(run: Run, learningRate: number): void;

  /** All parameters that have gradients, in as few runs as they allow. */
  #runs(): Run[] {
    const runs: Run[] = [];
    let start = 0;
    for (const [k, { value, grad, size }] of this.parameters.entries()) {
      if (grad !== undefined) {
        const states = this.#states.map(({ storage }) => new Tensor(storage, [size], [1], start));
        const own: Run = { first: k, end: k + 1, values: value, gradients: grad, states, taken: this.#taken[k] };
        const last = runs.at(-1);
        if (last !== undefined && last.end === k && canJoin(last, own)) runs[runs.length - 1] = join(last, own);
        else runs.push(own);
      }
      start += size;
    }
    return runs;
  }
}

function canJoin(a: Run, b: Run): boolean {
  const neighbours = follows(a.values, b.values) && follows(a.gradients, b.gradients);
  return neighbours && isInOneOrder(a) && isInOneOrder(b) && a.taken === b.taken;
}

/** Whether gradients lie in memory as the values do; those of another shape are left for `updateInPlace` to refuse. */
function isInOneOrder({ values, gradients }: Run): boolean {
  return values.shape.join() === gradients.shape.join() && values.strides.join() === gradients.strides.join();
}

function join(a: Run, b: Run): Run {
  return {
    ...a,
    end: b.end,
    values: joined([a.values, b.values]),
    gradients: joined([a.gradients, b.gradients]),
    states: a.states.map((state, k) => joined([state, b.states[k]])),
  };
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
