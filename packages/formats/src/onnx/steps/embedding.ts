/** A table of vectors at the front of a network, which stepsOf does not know: its input is integers. Read linear.ts first. */
import { Embedding, Flatten, type Layer, Sequential } from "@polygrad/nn";
import { ArgumentError } from "@polygrad/tensor";
import { stepsOf } from "../../network/network.ts";
import type { Step } from "../../network/steps.ts";

/** The parts of a network: the table that it may begin with, and the steps after it. */
export interface Front {
  readonly table: Embedding | undefined;
  readonly steps: readonly Step[];
}

/** @throws ArgumentError if a layer is not known, or if the vectors of a sample are not flattened at once */
export function frontOf(model: Layer): Front {
  const [table, flatten, ...others] = model instanceof Sequential ? model.layers : [];
  if (!(table instanceof Embedding) || table.forward !== Embedding.prototype.forward)
    return { table: undefined, steps: stepsOf("toOnnx", model) };
  if (!(flatten instanceof Flatten))
    throw new ArgumentError(
      "toOnnx: after an Embedding, the vectors of a sample must be one row: put Flatten after it",
    );
  // Flatten adds no step. Two of them take the places of the layers in front, so that the others keep their numbers.
  return { table, steps: stepsOf("toOnnx", new Sequential(flatten, flatten, ...others)) };
}
