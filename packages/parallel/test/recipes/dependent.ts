/** A recipe whose results would depend on the number of workers, in the way that its option `how` names. */
import type { Recipe } from "@polygrad/parallel";
import { clipGradNorm, Random, type Sequential, SGD } from "polygrad";
import small, { type SmallOptions } from "./small.ts";

export interface DependentOptions extends SmallOptions {
  readonly how: "clips" | "counts calls" | "own generator" | "nothing";
}

/** Clips the gradients that it is given, which are those of one worker's slice. */
class Clipping extends SGD {
  override step(): void {
    clipGradNorm(this.parameters, 0.01);
    super.step();
  }
}

const random = new Random(5);
let calls = 0;
let how: DependentOptions["how"] = "nothing";

export default {
  ...small,
  model: (options, generator) => {
    how = options.how;
    return small.model(options, generator);
  },
  optimiser: (parameters, options, plan) =>
    how === "clips" ? new Clipping(parameters, { learningRate: 0.1 }) : small.optimiser(parameters, options, plan),
  loss: (model, batch) => {
    const loss = small.loss(model, batch);
    if (how === "counts calls") return loss.mul(1 / ++calls);
    return how === "own generator" ? loss.mul(random.uniform()) : loss;
  },
} satisfies Recipe<DependentOptions, Sequential>;
