/** The networks that are compared: of each family, the widest that a budget of parameters allows. */
import {
  BSpline,
  Dropout,
  Flatten,
  LayerNorm,
  Linear,
  type Module,
  Polynomial,
  polynomialUniform,
  type Random,
  ReLU,
  Sequential,
  variancePreserving,
} from "polygrad";

/** The pixels of an image, and the classes. */
const [INPUTS, CLASSES] = [784, 10];
/** The units of the second hidden layer, where there is one: more take too much from the first. */
const SECOND = 32;

/** The families, with their names in tables and figures. */
export const FAMILIES = { polynomial: "polynomial", mlp: "ReLU MLP", spline: "B-spline KAN" } as const;
export type Family = keyof typeof FAMILIES;

/** What decides about a network. */
export interface Architecture {
  readonly family: Family;
  /** The most parameters that it may have. */
  readonly budget: number;
  /** The number of hidden layers. */
  readonly layers: 1 | 2;
  /** The degree of the polynomials, or the number of intervals of the splines' grid; ReLU has neither. */
  readonly degree: number;
  /** The degree of the first layer of the polynomial family: with 1 it is a linear layer. */
  readonly firstDegree: number;
  /** The basis of the polynomials. */
  readonly basis: "monomial" | "chebyshev" | "legendre" | "hermite";
  /** What the inputs of the polynomials pass through first. */
  readonly squash: "none" | "tanh";
  /** Whether LayerNorm follows each hidden layer. */
  readonly norm: boolean;
  /** The share of the hidden units that are dropped in training. */
  readonly dropout: number;
}

/** The order of the splines: cubic, as in the KAN paper. Their grids span the pixels, and what LayerNorm mostly gives. */
const SPLINES = { order: 3, pixels: [0, 1], hidden: [-3, 3] } as const;

/** The degree of a layer of the polynomial family. */
function degreeOf({ degree, firstDegree }: Architecture, first: boolean): number {
  return first ? firstDegree : degree;
}

/** The parameters of the layer of a family from `inputs` to `outputs`; `first` is the one that reads the pixels. */
function layerSize(architecture: Architecture, inputs: number, outputs: number, first: boolean): number {
  const { family, degree } = architecture;
  if (family === "spline") return inputs * outputs * (degree + SPLINES.order + 1);
  const own = family === "polynomial" ? degreeOf(architecture, first) : 1;
  return own > 1 ? inputs * outputs * (own + 1) : (inputs + 1) * outputs;
}

/** The number of parameters of a network whose first hidden layer has `width` units. */
export function sizeOf(architecture: Architecture, width: number): number {
  const { layers, norm } = architecture;
  const sizes = [INPUTS, ...hiddenOf(layers, width), CLASSES];
  return sizes.slice(1).reduce((sum, outputs, k) => {
    const scales = norm && k < layers ? 2 * outputs : 0;
    return sum + layerSize(architecture, sizes[k], outputs, k === 0) + scales;
  }, 0);
}

function hiddenOf(layers: 1 | 2, width: number): readonly number[] {
  return layers === 1 ? [width] : [width, Math.min(width, SECOND)];
}

/** The units of the first hidden layer: as many as the budget allows. @throws RangeError if it does not allow one */
export function widthOf(architecture: Architecture): number {
  let width = 0;
  while (sizeOf(architecture, width + 1) <= architecture.budget) width++;
  if (width === 0)
    throw new RangeError(`frontier: ${architecture.budget} parameters are too few for ${architecture.family}`);
  return width;
}

/** The network. A polynomial layer of degree 1 is a linear layer, whose constants add up to one bias for each output. */
export function makeNetwork(architecture: Architecture, random: Random): Sequential {
  const { layers, norm, dropout } = architecture;
  const sizes = [INPUTS, ...hiddenOf(layers, widthOf(architecture)), CLASSES];
  const parts: Module[] = [new Flatten()];
  for (const [k, outputs] of sizes.slice(1).entries()) {
    parts.push(layerOf(architecture, sizes[k], outputs, k === 0, random));
    if (k === layers) break;
    if (architecture.family === "mlp") parts.push(new ReLU());
    if (norm) parts.push(new LayerNorm(outputs));
    if (dropout > 0) parts.push(new Dropout(dropout, { random }));
  }
  return new Sequential(...parts);
}

function layerOf(architecture: Architecture, inputs: number, outputs: number, first: boolean, random: Random): Module {
  const { family, degree: grid, basis, squash } = architecture;
  if (family === "spline") {
    const range = first ? SPLINES.pixels : SPLINES.hidden;
    return new BSpline(inputs, outputs, { grid, order: SPLINES.order, range, random });
  }
  const degree = family === "polynomial" ? degreeOf(architecture, first) : 1;
  const initialiser = basis === "monomial" ? polynomialUniform : variancePreserving({ basis, squash });
  return degree > 1
    ? new Polynomial(inputs, outputs, { degree, basis, squash, bias: "edges", initialiser, random })
    : new Linear(inputs, outputs, { random });
}
