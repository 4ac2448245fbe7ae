/** Stochastic gradient descent, with momentum and Nesterov's variant. */
import type { Variable } from "@polygrad/autograd";
import { type Update, updateInPlace, ValueError } from "@polygrad/tensor";
import { checkSetting, Optimiser, type OptimiserOptions, type ParameterStep } from "./optimiser.ts";

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

/** What SGD may be told; the defaults are PyTorch's. */
export interface SGDOptions extends OptimiserOptions {
  readonly momentum?: number;
  readonly dampening?: number;
  readonly weightDecay?: number;
  readonly nesterov?: boolean;
}

/** Stochastic gradient descent (Sutskever et al. 2013 for the momenta); the learning rate is 0.001 unless given. */
export class SGD extends Optimiser {
  readonly #options: Required<Omit<SGDOptions, "learningRate">>;

  /** @throws ValueError if a setting is out of range, or Nesterov comes without momentum or with dampening. */
  constructor(parameters: Iterable<Variable>, options: SGDOptions = {}) {
    const { learningRate = 1e-3, momentum = 0, dampening = 0, weightDecay = 0, nesterov = false } = options;
    super(parameters, learningRate, momentum === 0 ? plain.states : heavyBall.states);
    checkSetting("SGD", "momentum", momentum, 0, Number.POSITIVE_INFINITY);
    checkSetting("SGD", "weightDecay", weightDecay, 0, Number.POSITIVE_INFINITY);
    if (nesterov && (momentum === 0 || dampening !== 0))
      throw new ValueError("SGD: Nesterov's variant needs a momentum and no dampening");
    this.#options = { momentum, dampening, weightDecay, nesterov };
  }

  protected override update({ value, gradient, states, taken }: ParameterStep, rate: number): void {
    const { momentum, dampening, weightDecay, nesterov } = this.#options;
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
