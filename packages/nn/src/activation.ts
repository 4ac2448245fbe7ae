/** Layers without parameters: activations, softmax, flatten. */
import type { Variable } from "@polygrad/autograd";
import { finite } from "./checks.ts";
import { type Input, inputOf, Module } from "./module.ts";

/** max(x, 0), element by element: [...] -> [...]. The gradient at 0 is 0. */
export class ReLU extends Module {
  forward(x: Input): Variable {
    return inputOf("ReLU", x).relu();
  }
}

/** x for x > 0, `slope` x elsewhere, element by element: [...] -> [...] (Maas et al. 2013). */
export class LeakyReLU extends Module {
  readonly slope: number;

  /**
   * @param slope the slope below 0, which PyTorch calls `negative_slope`; 0.01 by default
   * @throws ValueError if the slope is not finite
   */
  constructor(slope = 0.01) {
    super();
    finite("LeakyReLU", "the slope", slope);
    this.slope = slope;
  }

  forward(x: Input): Variable {
    const input = inputOf("LeakyReLU", x);
    return input.relu().add(below(input).mul(this.slope));
  }
}

/** x for x > 0, alpha (e^x - 1) elsewhere, element by element: [...] -> [...] (Clevert et al. 2016). */
export class ELU extends Module {
  readonly alpha: number;

  /**
   * @param alpha minus the limit of the function at -Infinity; 1 by default
   * @throws ValueError if alpha is not finite
   */
  constructor(alpha = 1) {
    super();
    finite("ELU", "alpha", alpha);
    this.alpha = alpha;
  }

  forward(x: Input): Variable {
    const input = inputOf("ELU", x);
    return input.relu().add(below(input).expm1().mul(this.alpha));
  }
}

/** min(x, 0), with the gradient 1 at 0, where relu has 0: so the two add up to x, and so do their gradients. */
function below(x: Variable): Variable {
  return x.clamp(Number.NEGATIVE_INFINITY, 0);
}

/** x Phi(x) with the normal distribution Phi, element by element: [...] -> [...] (Hendrycks & Gimpel 2016). */
export class GELU extends Module {
  forward(x: Input): Variable {
    return inputOf("GELU", x).gelu();
  }
}

/** x / (1 + e^-x), also called swish, element by element: [...] -> [...] (Elfwing, Uchibe & Doya 2018). */
export class SiLU extends Module {
  forward(x: Input): Variable {
    const input = inputOf("SiLU", x);
    // Beyond 1024 it is 0 or x in any precision. Clamped there, it needs no Infinity times 0.
    const middle = input.clamp(-1024, 1024);
    return middle.mul(middle.sigmoid()).add(input.sub(1024).relu());
  }
}

/** ln(1 + e^x), element by element: [...] -> [...]. */
export class Softplus extends Module {
  forward(x: Input): Variable {
    return inputOf("Softplus", x).softplus();
  }
}

/** The hyperbolic tangent, element by element: [...] -> [...]. */
export class Tanh extends Module {
  forward(x: Input): Variable {
    return inputOf("Tanh", x).tanh();
  }
}

/** The logistic function 1 / (1 + e^-x), element by element: [...] -> [...]. */
export class Sigmoid extends Module {
  forward(x: Input): Variable {
    return inputOf("Sigmoid", x).sigmoid();
  }
}

/**
 * e^x divided by the sum of the e^x along the last axis: [..., n] -> [..., n], rows of positive numbers that add up to 1.
 * To train, use `crossEntropy` of what this layer would get: it is exact where softmax rounds to 0.
 */
export class Softmax extends Module {
  forward(x: Input): Variable {
    return inputOf("Softmax", x).softmax();
  }
}

/** The logarithm of softmax along the last axis: [..., n] -> [..., n]. `nllLoss` takes it. */
export class LogSoftmax extends Module {
  forward(x: Input): Variable {
    return inputOf("LogSoftmax", x).logSoftmax();
  }
}

/** Merges all axes but the first: [batch, ...] -> [batch, product of the other sizes]. */
export class Flatten extends Module {
  forward(x: Input): Variable {
    return inputOf("Flatten", x).flatten(1);
  }
}
