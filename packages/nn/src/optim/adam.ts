/** Adam, and AdamW with its decoupled weight decay. */
import type { Variable } from "@polygrad/autograd";
import { ArgumentError, type BasicArithmetic, type Update, updateInPlace } from "@polygrad/tensor";
import { type Check, type Checks, checkOptions, described } from "@polygrad/tensor/internal";
import { numberIn } from "../checks.ts";
import { Optimiser, type OptimiserOptions, optimiserOptions, type ParameterStep } from "./optimiser.ts";

/**
 * m = b1 m + (1 - b1) g and v = b2 v + (1 - b2) g^2, the moving mean and mean square of the gradient g; then
 * p = p - rate M / (sqrt(V) + epsilon), where M = m / (1 - b1^t) and V = v / (1 - b2^t) correct for m and v starting at
 * 0. With root = sqrt(1 - b2^t) that is p - step m / (sqrt(v) + divisor), which has one division less:
 * step = rate root / (1 - b1^t) and divisor = epsilon root.
 */
function moved<T, Mask>(
  f: BasicArithmetic<T, Mask>,
  [p, m, v]: readonly T[],
  g: T,
  [step, divisor, b1, rest1, b2, rest2]: readonly T[],
): T[] {
  const mean = f.add(f.mul(b1, m), f.mul(rest1, g));
  const square = f.add(f.mul(b2, v), f.mul(f.mul(rest2, g), g));
  return [f.sub(p, f.mul(step, f.div(mean, f.add(f.sqrt(square), divisor)))), mean, square];
}

const adam: Update = { name: "adam", states: 2, scalars: 6, rule: moved };

/** With weight decay, coupled p is added to the gradient, and p shrinks to keep p. */
const decayingAdam: Update = {
  name: "adam",
  states: 2,
  scalars: 8,
  rule: (f, [p, m, v], gradient, [coupled, keep, ...scalars]) =>
    moved(f, [f.mul(keep, p), m, v], f.add(gradient, f.mul(coupled, p)), scalars),
};

/** Options of Adam and AdamW; the defaults are PyTorch's. */
export interface AdamOptions extends OptimiserOptions {
  /** The decay rates of the moving mean and mean square of the gradients, in [0, 1); 0.9 and 0.999 by default. */
  readonly betas?: readonly [number, number];
  /** Keeps the divisor away from 0; 1e-8 by default. */
  readonly epsilon?: number;
  /** The rate at which parameters decay; 0 by default for Adam, 0.01 for AdamW. */
  readonly weightDecay?: number;
}

const twoRates: Check = (operation, what, value) => {
  if (!Array.isArray(value) || value.length !== 2)
    throw new ArgumentError(`${operation}: ${what} must be an array of two numbers, got ${described(value)}`);
  for (const [k, beta] of value.entries()) numberIn(0, 1)(operation, `the ${k === 0 ? "first" : "second"} beta`, beta);
};

const known: Checks<AdamOptions> = {
  ...optimiserOptions,
  betas: twoRates,
  epsilon: numberIn(0, Number.POSITIVE_INFINITY),
  weightDecay: numberIn(0, Number.POSITIVE_INFINITY),
};

/** Adam (Kingma & Ba 2015); weight decay is added to the gradient. The learning rate is 0.001 by default. */
export class Adam extends Optimiser {
  /** Whether weight decay shrinks the parameters directly, not through the gradient. */
  protected readonly decoupled: boolean = false;
  readonly #betas: readonly [number, number];
  readonly #epsilon: number;
  readonly #weightDecay: number;
  /**
   * b1^t and b2^t after the t steps of each parameter; one without a gradient takes none. Multiplied up, because `**`
   * gives different bits on different engines.
   */
  readonly #powers: [number, number][];

  /**
   * @throws ArgumentError if the parameters are not variables, or an option is unknown; ValueError if there are no
   * parameters, one comes twice or cannot be stepped, or an option is out of range
   */
  constructor(parameters: Iterable<Variable>, options: AdamOptions = {}) {
    checkOptions("Adam", options, known);
    const { learningRate = 1e-3, betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0 } = options;
    super(parameters, learningRate, adam.states);
    this.#betas = betas;
    this.#epsilon = epsilon;
    this.#weightDecay = weightDecay;
    this.#powers = this.parameters.map(() => [1, 1]);
  }

  protected override update({ index, value, gradient, states }: ParameterStep, rate: number): void {
    const [b1, b2] = this.#betas;
    const powers = this.#powers[index];
    powers[0] *= b1;
    powers[1] *= b2;
    const root = Math.sqrt(1 - powers[1]);
    const scalars = [(rate * root) / (1 - powers[0]), this.#epsilon * root, b1, 1 - b1, b2, 1 - b2];
    const decay = this.decoupled ? [0, 1 - rate * this.#weightDecay] : [this.#weightDecay, 1];
    if (this.#weightDecay === 0) updateInPlace(adam, value, gradient, states, scalars);
    else updateInPlace(decayingAdam, value, gradient, states, [...decay, ...scalars]);
  }
}

/** Adam with decoupled weight decay, 0.01 by default (Loshchilov & Hutter 2019). */
export class AdamW extends Adam {
  protected override readonly decoupled: boolean = true;

  /** @throws as the constructor of Adam */
  constructor(parameters: Iterable<Variable>, options: AdamOptions = {}) {
    checkOptions("AdamW", options, known);
    super(parameters, { ...options, weightDecay: options.weightDecay ?? 0.01 });
  }
}
