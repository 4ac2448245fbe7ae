/** Layers without parameters: activations, dropout, flatten. */
import { constant, type Variable } from "@polygrad/autograd";
import { bernoulli, type Random, ValueError } from "@polygrad/tensor";
import { sharedRandom } from "./init.ts";
import { type Input, Module, type Stochastic } from "./module.ts";

/** max(x, 0), element by element: [...] -> [...]. */
export class ReLU extends Module {
  forward(x: Input): Variable {
    return constant(x).relu();
  }
}

/** x Phi(x) with the normal distribution Phi, element by element: [...] -> [...] (Hendrycks & Gimpel 2016). */
export class GELU extends Module {
  forward(x: Input): Variable {
    return constant(x).gelu();
  }
}

/** The hyperbolic tangent, element by element: [...] -> [...]. */
export class Tanh extends Module {
  forward(x: Input): Variable {
    return constant(x).tanh();
  }
}

/** The logistic function 1 / (1 + e^-x), element by element: [...] -> [...]. */
export class Sigmoid extends Module {
  forward(x: Input): Variable {
    return constant(x).sigmoid();
  }
}

/**
 * In training, sets each element to 0 with the given probability p (0.5 by default) and divides the others by 1 - p. In
 * evaluation, returns its input: [...] -> [...] (Srivastava et al. 2014).
 */
export class Dropout extends Module implements Stochastic {
  readonly probability: number;
  #random: Random;

  /**
   * @param probability the probability of setting an element to 0; 0.5 by default
   * @throws ValueError if the probability does not lie between 0 and 1
   */
  constructor(probability = 0.5, { random = sharedRandom().split() }: { readonly random?: Random } = {}) {
    super();
    if (!(probability >= 0 && probability <= 1))
      throw new ValueError(`Dropout: the probability must lie between 0 and 1, got ${probability}`);
    this.probability = probability;
    this.#random = random;
  }

  reseed(random: Random): void {
    this.#random = random;
  }

  forward(x: Input): Variable {
    const input = constant(x);
    if (!this.training || this.probability === 0) return input;
    const kept = 1 - this.probability;
    return input.mul(bernoulli(input.shape, this.#random, kept).mul(kept === 0 ? 0 : 1 / kept));
  }
}

/** Merges all axes but the first: [batch, ...] -> [batch, product of the other sizes]. */
export class Flatten extends Module {
  forward(x: Input): Variable {
    return constant(x).flatten(1);
  }
}
