/** A recipe whose network takes two inputs: the two halves of each sample. */
import type { Recipe } from "@polygrad/parallel";
import { crossEntropy, type Input, Linear, Module, type Random, type Variable } from "polygrad";
import small, { type SmallOptions } from "./small.ts";

/** A layer for each input; their results are added. */
export class Pair extends Module {
  readonly left: Linear;
  readonly right: Linear;

  constructor(inputs: number, classes: number, random: Random) {
    super();
    this.left = new Linear(inputs, classes, { random });
    this.right = new Linear(inputs, classes, { random });
  }

  override forward(x: Input, z: Input): Variable {
    return this.left.forward(x).add(this.right.forward(z).tanh());
  }
}

const HALF = 2;

export default {
  ...small,
  model: ({ classes }, random) => new Pair(HALF, classes, random),
  loss: (model, { inputs, labels }) =>
    crossEntropy(model.forward(inputs.slice(1, 0, HALF), inputs.slice(1, HALF)), labels),
  evaluate: (model, { inputs, labels }) => ({
    loss: crossEntropy(model.forward(inputs.slice(1, 0, HALF), inputs.slice(1, HALF)), labels).item(),
  }),
} satisfies Recipe<SmallOptions, Pair>;
