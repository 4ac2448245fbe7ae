/** Stochastic gradient descent, with momentum and Nesterov's variant. */
import { type Update, updateInPlace, ValueError } from "@polygrad/tensor";
import { flag } from "@polygrad/tensor/internal";
import { finite, finiteFrom0 } from "../checks.ts";
import type { OptimiserKind, OptimiserOptions, ParametersOrGroups } from "./group.ts";
import { Optimiser, type ParameterStep } from "./optimiser.ts";

/** p - rate (g + decay p). */
const plain: Update = {
  name: "sgd",
  states: 0,
  scalars: 2,
  rule: (m, [p], g, [rate, decay]) => [m.sub(p, m.mul(rate, m.add(g, m.mul(decay, p))))],
};

/** v = momentum v + share (g + decay p); p - rate v. */
const heavyBall: Update = {
  name: "sgd momentum",
  states: 1,
  scalars: 4,
  rule: (m, [p, v], g, [rate, decay, momentum, share]) => {
    const velocity = m.add(m.mul(momentum, v), m.mul(share, m.add(g, m.mul(decay, p))));
    return [m.sub(p, m.mul(rate, velocity)), velocity];
  },
};

/** The same velocity, and a step that looks ahead along it: p - rate (g + decay p + momentum v). */
const nesterovs: Update = {
  name: "sgd nesterov",
  states: 1,
  scalars: 4,
  rule: (m, [p, v], g, [rate, decay, momentum, share]) => {
    const slope = m.add(g, m.mul(decay, p));
    const velocity = m.add(m.mul(momentum, v), m.mul(share, slope));
    return [m.sub(p, m.mul(rate, m.add(slope, m.mul(momentum, velocity)))), velocity];
  },
};

/** Options of SGD; the defaults are PyTorch's. */
export interface SGDOptions extends OptimiserOptions {
  /** The factor by which the velocity decays in each step; 0, no velocity, by default. */
  readonly momentum?: number;
  /** The share of each gradient, after the first, that is not added to the velocity; 0 by default. */
  readonly dampening?: number;
  /** This times the parameter is added to its gradient; 0 by default. */
  readonly weightDecay?: number;
  /** Whether to look ahead along the velocity (Nesterov's variant); false by default. */
  readonly nesterov?: boolean;
}

const sgd: OptimiserKind<SGDOptions> = {
  name: "SGD",
  defaults: { learningRate: 1e-3, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false },
  checks: { momentum: finiteFrom0, dampening: finite, weightDecay: finiteFrom0, nesterov: flag },
  together(operation, { nesterov, momentum, dampening }) {
    if (nesterov && (momentum === 0 || dampening !== 0))
      throw new ValueError(
        `${operation}: nesterov needs a momentum and no dampening; set momentum above 0 and dampening to 0`,
      );
  },
  states: ({ momentum }) => (momentum === 0 ? [] : ["velocity"]),
};

/** Stochastic gradient descent (momentum: Sutskever et al. 2013). The learning rate is 0.001 by default. */
export class SGD extends Optimiser<SGDOptions> {
  /**
   * @throws ArgumentError if the parameters are not variables, or an option is unknown; ValueError if there are no
   * parameters, one comes twice or cannot be stepped, an option is out of range, or `nesterov` comes without a momentum
   * or with dampening
   */
  constructor(parameters: ParametersOrGroups<SGDOptions>, options: SGDOptions = {}) {
    super(parameters, options, sgd);
  }

  protected override update(
    { value, gradient, states, taken, options }: ParameterStep<SGDOptions>,
    rate: number,
  ): void {
    const { momentum, dampening, weightDecay, nesterov } = options;
    if (momentum === 0) {
      updateInPlace(plain, value, gradient, [], [rate, weightDecay]);
      return;
    }
    // The first velocity is the gradient itself, undampened.
    const share = taken === 0 ? 1 : 1 - dampening;
    const rule = nesterov ? nesterovs : heavyBall;
    updateInPlace(rule, value, gradient, states, [rate, weightDecay, momentum, share]);
  }
}
