/** The small recipe with a loss that counts its calls, and is another one after some: no replay can see that. */
import type { Recipe } from "@polygrad/parallel";
import type { Batch, Sequential, Variable } from "polygrad";
import small, { type SmallOptions } from "./small.ts";

let calls = 0;

function loss(network: Sequential, batch: Batch): Variable {
  const mean = small.loss(network, batch);
  return calls++ < 12 ? mean : mean.mul(2);
}

export default { ...small, loss } satisfies Recipe<SmallOptions, Sequential>;
