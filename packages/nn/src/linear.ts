/** The linear layer: y = x W^T + b. */
import { type Variable, variable } from "@polygrad/autograd";
import { pin, pinned, type Random, type Tensor } from "@polygrad/tensor";
import { type Checks, checkOptions, flag } from "@polygrad/tensor/internal";
import { generator, positiveInteger } from "./checks.ts";
import { linearUniform, sharedRandom } from "./init.ts";
import { type Input, inputOf, Module } from "./module.ts";
import { weightOf } from "./weight.ts";

/** Options of a linear layer. */
export interface LinearOptions {
  /** Whether to add a bias; true by default. */
  readonly bias?: boolean;
  /** The generator that the initial parameters are drawn from; by default the one that `manualSeed` seeds. */
  readonly random?: Random;
}

const known: Checks<LinearOptions> = { bias: flag, random: generator };

/**
 * y = x W^T + b: [..., inputs] -> [..., outputs].
 *
 * `weight` is [outputs, inputs] and `bias` [outputs] (undefined without one), both drawn from
 * U(-1/sqrt(inputs), 1/sqrt(inputs)) as in PyTorch. In memory the weight's order is [inputs, outputs].
 */
export class Linear extends Module {
  readonly inputs: number;
  readonly outputs: number;
  readonly weight: Variable;
  readonly bias: Variable | undefined;
  /** What is added without a bias. It leaves every sum as it is, and the layer's kernels may then skip zeros. */
  readonly #zeros: Tensor;

  /** @throws ValueError if a size is not a positive integer; MemoryError if the weight is too large */
  constructor(inputs: number, outputs: number, options: LinearOptions = {}) {
    super();
    positiveInteger("Linear", "inputs", inputs);
    positiveInteger("Linear", "outputs", outputs);
    checkOptions("Linear", options, known);
    const { bias = true, random = sharedRandom() } = options;
    this.inputs = inputs;
    this.outputs = outputs;
    this.weight = weightOf(linearUniform([outputs, inputs], random, inputs));
    this.#zeros = pinned([bias ? 0 : outputs]);
    this.bias = bias ? variable(pin(linearUniform([outputs], random, inputs))) : undefined;
  }

  forward(x: Input): Variable {
    return inputOf("Linear", x).linear(this.weight, this.bias ?? this.#zeros);
  }
}
