/** The linear layer: y = x W^T + b. */
import { constant, type Variable, variable } from "@polygrad/autograd";
import { pin, type Random, ValueError } from "@polygrad/tensor";
import { linearUniform, sharedRandom } from "./init.ts";
import { type Input, Module } from "./module.ts";

/** Checks that layer sizes are positive integers. @throws ValueError if one is not */
export function checkSizes(layer: string, sizes: Readonly<Record<string, number>>): void {
  for (const [name, size] of Object.entries(sizes))
    if (!Number.isSafeInteger(size) || size < 1)
      throw new ValueError(`${layer}: ${name} must be a positive integer, got ${size}`);
}

/** Options of a linear layer. */
export interface LinearOptions {
  /** Whether to add a bias; true by default. */
  readonly bias?: boolean;
  /** The generator that the initial parameters are drawn from; by default the one that `manualSeed` seeds. */
  readonly random?: Random;
}

/**
 * y = x W^T + b: [..., inputs] -> [..., outputs].
 *
 * `weight` is [outputs, inputs] and `bias` [outputs] (undefined without one), both drawn from
 * U(-1/sqrt(inputs), 1/sqrt(inputs)) as in PyTorch.
 */
export class Linear extends Module {
  readonly inputs: number;
  readonly outputs: number;
  readonly weight: Variable;
  readonly bias: Variable | undefined;

  /** @throws ValueError if a size is not a positive integer. */
  constructor(inputs: number, outputs: number, { bias = true, random = sharedRandom() }: LinearOptions = {}) {
    super();
    checkSizes("Linear", { inputs, outputs });
    this.inputs = inputs;
    this.outputs = outputs;
    this.weight = variable(pin(linearUniform([outputs, inputs], random, inputs)));
    this.bias = bias ? variable(pin(linearUniform([outputs], random, inputs))) : undefined;
  }

  forward(x: Input): Variable {
    const input = constant(x);
    return this.bias ? input.linear(this.weight, this.bias) : input.matmul(this.weight.transpose());
  }
}
