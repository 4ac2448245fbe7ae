/** Lion: steps of one length for every element, in the direction of the sign of a moving mean. */
import { type Update, updateInPlace } from "@polygrad/tensor";
import { finiteFrom0 } from "../checks.ts";
import { betas } from "./adam.ts";
import type { OptimiserKind, OptimiserOptions, ParametersOrGroups } from "./group.ts";
import { Optimiser, type ParameterStep } from "./optimiser.ts";

/**
 * c = b1 m + (1 - b1) g for the gradient g; then p = p - rate (sign(c) + decay p), and m = b2 m + (1 - b2) g.
 *
 * The sign of 0 is 0, that of NaN is NaN. keep = 1 - rate decay.
 */
const lion: Update = {
  name: "lion",
  states: 1,
  scalars: 6,
  rule: (f, [p, m], g, [rate, keep, b1, rest1, b2, rest2]) => {
    const c = f.add(f.mul(b1, m), f.mul(rest1, g));
    const zero = f.number(0);
    const sign = f.select(f.less(zero, c), f.number(1), f.select(f.less(c, zero), f.number(-1), c));
    return [f.sub(f.mul(keep, p), f.mul(rate, sign)), f.add(f.mul(b2, m), f.mul(rest2, g))];
  },
};

/** Options of Lion; the defaults are the paper's. */
export interface LionOptions extends OptimiserOptions {
  /** The decay rates of the mean that is stepped along and of the mean that is kept, in [0, 1); 0.9 and 0.99 by default. */
  readonly betas?: readonly [number, number];
  /** The rate at which parameters shrink directly, not through the gradient; 0 by default. */
  readonly weightDecay?: number;
}

const kind: OptimiserKind<LionOptions> = {
  name: "Lion",
  defaults: { learningRate: 1e-4, betas: [0.9, 0.99], weightDecay: 0 },
  checks: { betas, weightDecay: finiteFrom0 },
  states: ["momentum"],
};

/**
 * Lion (Chen et al. 2023): c = b1 m + (1 - b1) g, p = p - rate (sign(c) + decay p), m = b2 m + (1 - b2) g, with the
 * gradient g and m starting at 0. It keeps one number for each element, where Adam keeps two.
 *
 * Every step has the length of the learning rate, 0.0001 by default: the paper recommends a third to a tenth of what
 * suits AdamW, and a weight decay that is as many times larger.
 */
export class Lion extends Optimiser<LionOptions> {
  /**
   * @throws ArgumentError if the parameters are not variables, or an option is unknown; ValueError if there are no
   * parameters, one comes twice or cannot be stepped, or an option is out of range
   */
  constructor(parameters: ParametersOrGroups<LionOptions>, options: LionOptions = {}) {
    super(parameters, options, kind);
  }

  protected override update({ value, gradient, states, options }: ParameterStep<LionOptions>, rate: number): void {
    const [b1, b2] = options.betas;
    const keep = 1 - rate * options.weightDecay;
    updateInPlace(lion, value, gradient, states, [rate, keep, b1, 1 - b1, b2, 1 - b2]);
  }
}
