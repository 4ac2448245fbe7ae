/** The layers of a model as a `Sequential`. Read written.ts and chain.ts first. */
import type { Sequential } from "@polygrad/nn";
import type { ParsedModel } from "../parse.ts";
import { chainOf } from "./chain.ts";
import { writtenLayers } from "./written.ts";

/** @throws FormatError if the graph is no chain of layers */
export function asSequential(model: ParsedModel): Sequential {
  return writtenLayers(model) ?? chainOf(model);
}
