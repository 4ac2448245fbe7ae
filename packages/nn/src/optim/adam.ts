/** Adam, and AdamW with its decoupled weight decay. */
import { ArgumentError, type BasicArithmetic, type Update, updateInPlace } from "@polygrad/tensor";
import { type Check, described } from "@polygrad/tensor/internal";
import { finiteFrom0, numberIn } from "../checks.ts";
import type { OptimiserKind, OptimiserOptions, ParametersOrGroups } from "./group.ts";
import { Optimiser, type ParameterStep } from "./optimiser.ts";

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

/** Two decay rates, each in [0, 1). */
export const betas: Check = (operation, what, value) => {
  if (!Array.isArray(value) || value.length !== 2)
    throw new ArgumentError(`${operation}: ${what} must be an array of two numbers, got ${described(value)}`);
  for (const [k, beta] of value.entries()) numberIn(0, 1)(operation, `the ${k === 0 ? "first" : "second"} beta`, beta);
};

const adamKind: OptimiserKind<AdamOptions> = {
  name: "Adam",
  defaults: { learningRate: 1e-3, betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 },
  checks: { betas, epsilon: finiteFrom0, weightDecay: finiteFrom0 },
  states: ["mean", "square"],
};

/** b1^t and b2^t, multiplied up, because `**` gives different bits on different engines. */
class Powers {
  #of: readonly [number, number] = [1, 1];
  #steps = 0;

  after(steps: number, [b1, b2]: readonly [number, number]): readonly [number, number] {
    if (steps < this.#steps) [this.#of, this.#steps] = [[1, 1], 0]; // an earlier state has been loaded
    while (this.#steps < steps) {
      const [power1, power2] = this.#of;
      this.#of = [power1 * b1, power2 * b2];
      // Once they have vanished, however many steps there are, they stay.
      this.#steps = this.#of[0] === power1 && this.#of[1] === power2 ? steps : this.#steps + 1;
    }
    return this.#of;
  }
}

/** What Adam and AdamW share. */
abstract class AdaptiveMoments extends Optimiser<AdamOptions> {
  /** Whether weight decay shrinks the parameters directly, not through the gradient. */
  protected abstract readonly decoupled: boolean;
  /** Of each parameter by its own steps; one without a gradient takes none. */
  readonly #powers: readonly Powers[] = this.parameters.map(() => new Powers());

  protected override update(step: ParameterStep<AdamOptions>, rate: number): void {
    const { index, value, gradient, states, taken, options } = step;
    const { betas, epsilon, weightDecay } = options;
    const [b1, b2] = betas;
    const [power1, power2] = this.#powers[index].after(taken + 1, betas);
    const root = Math.sqrt(1 - power2);
    const scalars = [(rate * root) / (1 - power1), epsilon * root, b1, 1 - b1, b2, 1 - b2];
    const decay = this.decoupled ? [0, 1 - rate * weightDecay] : [weightDecay, 1];
    if (weightDecay === 0) updateInPlace(adam, value, gradient, states, scalars);
    else updateInPlace(decayingAdam, value, gradient, states, [...decay, ...scalars]);
  }
}

/** Adam (Kingma & Ba 2015); weight decay is added to the gradient. The learning rate is 0.001 by default. */
export class Adam extends AdaptiveMoments {
  protected readonly decoupled = false;

  /**
   * @throws ArgumentError if the parameters are not variables, or an option is unknown; ValueError if there are no
   * parameters, one comes twice or cannot be stepped, or an option is out of range
   */
  constructor(parameters: ParametersOrGroups<AdamOptions>, options: AdamOptions = {}) {
    super(parameters, options, adamKind);
  }
}

/** Adam with decoupled weight decay, 0.01 by default (Loshchilov & Hutter 2019). */
export class AdamW extends AdaptiveMoments {
  protected readonly decoupled = true;

  /** @throws as the constructor of Adam */
  constructor(parameters: ParametersOrGroups<AdamOptions>, options: AdamOptions = {}) {
    super(parameters, options, { ...adamKind, name: "AdamW", defaults: { ...adamKind.defaults, weightDecay: 0.01 } });
  }
}
