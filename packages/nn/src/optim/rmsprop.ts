/** RMSprop: steps that are divided by the moving root mean square of the gradient, with momentum if wanted. */
import { type Update, updateInPlace } from "@polygrad/tensor";
import { flag } from "@polygrad/tensor/internal";
import { finiteFrom0, numberIn } from "../checks.ts";
import type { OptimiserKind, OptimiserOptions, ParametersOrGroups } from "./group.ts";
import { Optimiser, type ParameterStep } from "./optimiser.ts";

/**
 * v = alpha v + (1 - alpha) g^2 with g the gradient plus decay p; then p - rate g / (sqrt(v) + epsilon).
 *
 * If `centred`, m = alpha m + (1 - alpha) g, and v - m^2, the variance, replaces v under the root. It is never
 * negative, but its rounding may be. If `heavy`, u = momentum u + g / (sqrt(v) + epsilon); then p - rate u.
 */
function ruleOf(centred: boolean, heavy: boolean): Update {
  return {
    name: "rmsprop",
    states: 1 + Number(centred) + Number(heavy),
    scalars: 6,
    rule: (f, [p, v, ...others], gradient, [rate, alpha, rest, epsilon, decay, momentum]) => {
      const g = f.add(gradient, f.mul(decay, p));
      const square = f.add(f.mul(alpha, v), f.mul(f.mul(rest, g), g));
      const means = centred ? [f.add(f.mul(alpha, others[0]), f.mul(rest, g))] : [];
      const variance = means.reduce((sum, mean) => f.max(f.sub(sum, f.mul(mean, mean)), f.number(0)), square);
      const step = f.div(g, f.add(f.sqrt(variance), epsilon));
      if (!heavy) return [f.sub(p, f.mul(rate, step)), square, ...means];
      const velocity = f.add(f.mul(momentum, others[means.length]), step);
      return [f.sub(p, f.mul(rate, velocity)), square, ...means, velocity];
    },
  };
}

const rules = {
  plain: { light: ruleOf(false, false), heavy: ruleOf(false, true) },
  centred: { light: ruleOf(true, false), heavy: ruleOf(true, true) },
};

/** Options of RMSprop; the defaults are PyTorch's. */
export interface RMSpropOptions extends OptimiserOptions {
  /** The decay rate of the moving mean square, in [0, 1); 0.99 by default. */
  readonly alpha?: number;
  /** Keeps the divisor away from 0; 1e-8 by default. */
  readonly epsilon?: number;
  /** The factor by which the velocity decays in each step; 0, no velocity, by default. */
  readonly momentum?: number;
  /** Whether to divide by the moving standard deviation of the gradient, not its root mean square; false by default. */
  readonly centered?: boolean;
  /** This times the parameter is added to its gradient; 0 by default. */
  readonly weightDecay?: number;
}

const rmsprop: OptimiserKind<RMSpropOptions> = {
  name: "RMSprop",
  defaults: { learningRate: 1e-2, alpha: 0.99, epsilon: 1e-8, momentum: 0, centered: false, weightDecay: 0 },
  checks: {
    alpha: numberIn(0, 1),
    epsilon: finiteFrom0,
    momentum: finiteFrom0,
    centered: flag,
    weightDecay: finiteFrom0,
  },
  states: ({ centered, momentum }) => [
    "square",
    ...(centered ? ["centre"] : []),
    ...(momentum === 0 ? [] : ["velocity"]),
  ],
};

/** RMSprop (Tieleman & Hinton 2012; centred: Graves 2013). The learning rate is 0.01 by default. */
export class RMSprop extends Optimiser<RMSpropOptions> {
  /**
   * @throws ArgumentError if the parameters are not variables, or an option is unknown; ValueError if there are no
   * parameters, one comes twice or cannot be stepped, or an option is out of range
   */
  constructor(parameters: ParametersOrGroups<RMSpropOptions>, options: RMSpropOptions = {}) {
    super(parameters, options, rmsprop);
  }

  protected override update({ value, gradient, states, options }: ParameterStep<RMSpropOptions>, rate: number): void {
    const { alpha, epsilon, momentum, weightDecay, centered } = options;
    const rule = rules[centered ? "centred" : "plain"][momentum === 0 ? "light" : "heavy"];
    updateInPlace(rule, value, gradient, states, [rate, alpha, 1 - alpha, epsilon, weightDecay, momentum]);
  }
}
