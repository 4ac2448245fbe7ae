/** The layer that normalises its inputs. */
import { constant, type Variable, variable } from "@polygrad/autograd";
import { ones, pin, ShapeError, zeros } from "@polygrad/tensor";
import { checkSizes } from "./linear.ts";
import { type Input, Module } from "./module.ts";

/**
 * Layer normalisation: (x - mean) / sqrt(variance + epsilon) over the last axes, times `weight` plus `bias`:
 * [..., ...shape] -> [..., ...shape] (Ba, Kiros & Hinton 2016).
 *
 * `weight` and `bias` have the normalised shape and start at 1 and 0.
 */
export class LayerNorm extends Module {
  readonly weight: Variable;
  readonly bias: Variable;
  readonly epsilon: number;

  /**
   * @param shape the sizes of the last axes, or the size of the last one
   * @param options `epsilon`, 1e-5 by default
   * @throws ValueError if a size is not a positive integer; ShapeError if there is no size
   */
  constructor(shape: number | readonly number[], { epsilon = 1e-5 }: { readonly epsilon?: number } = {}) {
    super();
    const sizes = typeof shape === "number" ? [shape] : shape;
    if (sizes.length === 0) throw new ShapeError("LayerNorm: needs the sizes of one axis or more, got []");
    for (const size of sizes) checkSizes("LayerNorm", { size });
    this.weight = variable(pin(ones(sizes)));
    this.bias = variable(pin(zeros(sizes)));
    this.epsilon = epsilon;
  }

  forward(x: Input): Variable {
    return constant(x).layerNorm(this.weight, this.bias, this.epsilon);
  }
}
