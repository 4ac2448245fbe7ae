/** `prune`: removes edges, terms and constants of polynomial layers while the loss allows it. Read pruning.ts first. */
import { ArgumentError } from "@polygrad/tensor";
import { checkOptions } from "@polygrad/tensor/internal";
import { type Layer, namedModules } from "../module.ts";
import { Edges } from "./edges.ts";
import { isEdgeLayer } from "./functions.ts";
import { Pruning } from "./pruning.ts";
import { known, type PruneOptions, type PruneReport } from "./settings.ts";

/**
 * Removes edges of all `Polynomial` and `BSpline` layers of a model, then single terms of polynomials, then constants, as
 * long as the validation loss stays within `tolerance` of what it was. What is removed is 0 from then on, exactly.
 *
 * What contributes least goes first: the standard deviation of an edge's polynomial over the validation samples, divided
 * by that of the output (the KAN paper, Liu et al. 2024, ranks edges by their size, too). Half of what is left is tried at
 * once, then half of that, and so on; if the loss is too large, the model is fine-tuned, all its parameters, and if the
 * loss is still too large, the attempt is undone. Everything is decided in a fixed order, so results can be repeated.
 *
 * It costs up to `steps` training steps for each trial. Of n edges there are about n trials if few can go, and about
 * 2 log n if most can. A model that was in evaluation stays so; training with Dropout needs `train()` before.
 *
 * @throws ArgumentError if the model has neither kind of layer, or an option is missing, unknown or of the wrong kind;
 * ValueError if a number is out of range, or the loss before is not finite
 */
export function prune(model: Layer, options: PruneOptions): PruneReport {
  checkOptions("prune", options, known);
  for (const name of ["train", "validation", "tolerance"] as const)
    if (options?.[name] === undefined) throw new ArgumentError(`prune: the option ${name} is missing`);
  const layers = [...namedModules(model)].flatMap(([path, layer]) =>
    isEdgeLayer(layer) ? [new Edges(path, layer)] : [],
  );
  if (layers.length === 0) throw new ArgumentError("prune: the model has no Polynomial or BSpline layer");
  const pruning = new Pruning(model, layers, options);
  pruning.phase("edges");
  if (options.degrees ?? true) for (const kind of ["terms", "constants"] as const) pruning.phase(kind);
  return pruning.finish();
}
