/**
 * The gradients of the fused operations, one at a time: the others are not asked for, and must not be there.
 *
 * Where the result of the operation must not be read, it is NaN.
 */
import { expect } from "vitest";
import { full } from "../../src/fill.ts";
import type { Destination, Destinations, Gradients } from "../../src/operation.ts";
import {
  crossEntropyBackward,
  elementwisePolynomialBackward,
  layerNormBackward,
  linearBackward,
  polynomialBackward,
} from "../../src/ops/gradients.ts";
import type { Indices } from "../../src/ops/indices.ts";
import type { Tensor } from "../../src/tensor.ts";
import type { Form } from "./basis.ts";

/** A result that is not read. */
const unread = (shape: readonly number[]): Tensor => full(shape, Number.NaN);

/** Of `count` destinations that one. */
function destination(which: number, count: number, into?: Tensor): Destinations {
  return Array.from({ length: count }, (_, k): Destination | undefined => (k === which ? { into } : undefined));
}

/** The gradient that is there. */
export function given(gradients: Gradients, which: number): Tensor {
  const gradient = gradients[which];
  if (gradient === undefined) throw new Error(`gradient ${which} is missing`);
  return gradient;
}

/** The gradient asked for, which must be there, alone. */
function only(gradients: Gradients, which: number): Tensor {
  expect(gradients.map((gradient) => gradient !== undefined)).toEqual(gradients.map((_, k) => k === which));
  return given(gradients, which);
}

/** Gradient 0, 1 or 2 of `linear` without relu: with respect to x, the weight or the bias. */
export function linearGradient(which: number, g: Tensor, x: Tensor, weight: Tensor, into?: Tensor): Tensor {
  const bias = unread([weight.shape[0]]);
  return only(linearBackward(destination(which, 3, into), g, unread(g.shape), x, weight, bias), which);
}

/** Gradient 0 or 1 of `polynomial` in any basis: with respect to x or the weight. */
export function polynomialGradient(
  { basis, squash }: Form,
  which: number,
  g: Tensor,
  x: Tensor,
  weight: Tensor,
  into?: Tensor,
  constants?: boolean,
): Tensor {
  const y = unread([x.shape[0], weight.shape[0]]);
  return only(polynomialBackward(destination(which, 2, into), g, y, x, weight, basis, squash, constants), which);
}

/** The same of `elementwisePolynomial`. */
export function elementwisePolynomialGradient(
  { basis, squash }: Form,
  which: number,
  g: Tensor,
  x: Tensor,
  weight: Tensor,
  into?: Tensor,
): Tensor {
  const y = unread(x.shape);
  return only(elementwisePolynomialBackward(destination(which, 2, into), g, y, x, weight, basis, squash), which);
}

/** Polynomials in powers of x. */
const POWERS: Form = { basis: "monomial", squash: "none" };

export function polynomialGradInput(g: Tensor, x: Tensor, weight: Tensor): Tensor {
  return polynomialGradient(POWERS, 0, g, x, weight);
}

export function polynomialGradWeight(g: Tensor, x: Tensor, weight: Tensor, into?: Tensor): Tensor {
  return polynomialGradient(POWERS, 1, g, x, weight, into);
}

export function elementwisePolynomialGradInput(g: Tensor, x: Tensor, weight: Tensor): Tensor {
  return elementwisePolynomialGradient(POWERS, 0, g, x, weight);
}

export function elementwisePolynomialGradWeight(g: Tensor, x: Tensor, weight: Tensor, into?: Tensor): Tensor {
  return elementwisePolynomialGradient(POWERS, 1, g, x, weight, into);
}

/** All three gradients of `layerNorm`, which are computed in one pass. */
export function layerNormGradients(g: Tensor, x: Tensor, weight: Tensor, epsilon: number): [Tensor, Tensor, Tensor] {
  const all = layerNormBackward([{}, {}, {}], g, unread(x.shape), x, weight, unread(weight.shape), epsilon);
  expect(all.length).toBe(3);
  return [given(all, 0), given(all, 1), given(all, 2)];
}

export function crossEntropyGradient(g: Tensor, logits: Tensor, labels: Indices): Tensor {
  return only(crossEntropyBackward([{}], g, unread([]), logits, labels), 0);
}
