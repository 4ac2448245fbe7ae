/** The small recipe with a loss that reads a value, so that its steps cannot be replayed. */
import type { Recipe } from "@polygrad/parallel";
import type { Batch, Sequential, Variable } from "polygrad";
import small, { type SmallOptions } from "./small.ts";

function loss(network: Sequential, batch: Batch): Variable {
  const mean = small.loss(network, batch);
  return mean.item() > 1e6 ? mean.mul(2) : mean;
}

export default { ...small, loss } satisfies Recipe<SmallOptions, Sequential>;
