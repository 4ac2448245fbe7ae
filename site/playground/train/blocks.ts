/** The layers of the networks that the stages train. Read choices.ts first. */
import {
  type Basis,
  BSpline,
  type Layer,
  Linear,
  Polynomial,
  type Random,
  ReLU,
  type Squash,
  variancePreserving,
} from "polygrad";
import { GRID, ORDER, type Shape } from "./choices.ts";

/** Where the splines of hidden units are at home: their values rarely lie outside. */
const HIDDEN_RANGE = [-2, 2] as const;

/** A network by its blocks: in each, an output is a sum over the inputs of a function of one input. */
export type Blocks = readonly (readonly Layer[])[];

export interface BlockOptions extends Shape {
  readonly basis: Basis;
  readonly squash: Squash;
  readonly random: Random;
}

/** The blocks of a network whose inputs are in [-1, 1]. */
export function blocksOf(options: BlockOptions): Blocks {
  return options.sizes.slice(1).map((_, layer) => block(options, layer));
}

function block({ kind, sizes, basis, degree, squash, random }: BlockOptions, layer: number): readonly Layer[] {
  const [inputs, outputs] = [sizes[layer], sizes[layer + 1]];
  const first = layer === 0;
  switch (kind) {
    case "polynomial": {
      const own = first ? "none" : squash;
      const initialiser = variancePreserving({ basis, squash: own, damping: 4 });
      return [new Polynomial(inputs, outputs, { degree, basis, squash: own, bias: "outputs", initialiser, random })];
    }
    case "relu": {
      const linear = new Linear(inputs, outputs, { random });
      return first ? [linear] : [new ReLU(), linear];
    }
    case "spline": {
      const range = first ? ([-1, 1] as const) : HIDDEN_RANGE;
      return [new BSpline(inputs, outputs, { grid: GRID, order: ORDER, range, random })];
    }
  }
}
