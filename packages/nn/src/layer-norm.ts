/** The layer that normalises its inputs. */
import { type Variable, variable } from "@polygrad/autograd";
import { ArgumentError, ones, pin, ShapeError, zeros } from "@polygrad/tensor";
import { type Checks, checkOptions, described } from "@polygrad/tensor/internal";
import { numberIn, positiveInteger } from "./checks.ts";
import { type Input, inputOf, Module } from "./module.ts";

/** Options of layer normalisation. */
interface LayerNormOptions {
  /** Added to the variance, so that nothing is divided by 0; 1e-5 by default. */
  readonly epsilon?: number;
}

const known: Checks<LayerNormOptions> = { epsilon: numberIn(0, Number.POSITIVE_INFINITY) };

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
   * @throws ValueError if a size is not a positive integer; ShapeError if `shape` is empty; MemoryError if the
   * parameters are too large
   */
  constructor(shape: number | readonly number[], options: LayerNormOptions = {}) {
    super();
    checkOptions("LayerNorm", options, known);
    const sizes = typeof shape === "number" ? [shape] : shape;
    if (!Array.isArray(sizes))
      throw new ArgumentError(
        `LayerNorm: shape must be the size of the last axis, or an array of sizes, got ${described(shape)}`,
      );
    if (sizes.length === 0) throw new ShapeError("LayerNorm: needs the sizes of one axis or more, got []");
    for (const size of sizes) positiveInteger("LayerNorm", "size", size);
    this.weight = variable(pin(ones(sizes)));
    this.bias = variable(pin(zeros(sizes)));
    this.epsilon = options.epsilon ?? 1e-5;
  }

  forward(x: Input): Variable {
    return inputOf("LayerNorm", x).layerNorm(this.weight, this.bias, this.epsilon);
  }
}
