/** The polynomial layers: a polynomial on every edge from input to output, or one for every input. */
import { arange } from "../create.ts";
import { elementwisePolynomialKernel } from "../kernels/polynomial/elementwise.ts";
import { polynomialKernel } from "../kernels/polynomial/forward.ts";
import { type Binary, composed, type Primitive, primitive, type Unary } from "../operation.ts";
import { checkCount } from "../shape.ts";
import { transpose } from "./axes.ts";
import { elementwiseSettings, launchRows, polynomialSettings } from "./edges.ts";

/**
 * The powers 0 ... degree of every element: [...] -> [..., degree + 1], so [[2, 4]] becomes
 * [[[1, 2, 4, 8], [1, 4, 16, 64]]] for degree 3 (Loretz 2024).
 * @throws ValueError if the degree is not an integer from 0 up.
 */
export const powers: Unary<[degree: number]> = composed("powers", 1, (x, degree) => {
  checkCount("powers", "the degree", degree, 0);
  return x.unsqueeze(-1).pow(arange(0, degree + 1));
});

/**
 * y[b, o] = sum_i sum_d weight[o, i, d] x[b, i]^d (Loretz 2024): [batch, inputs], [outputs, inputs, degree + 1] ->
 * [batch, outputs]. Weights that lie in memory as [outputs, degree + 1, inputs] are used without copying.
 * @throws ShapeError if the inputs differ or the weight is not of rank 3 with a degree of at least 1.
 */
export const polynomial: Primitive<Binary> = primitive("polynomial", 2, (x, weight) => {
  const settings = polynomialSettings(x, weight);
  return launchRows(polynomialKernel, settings, [x, transpose(weight)], [x.shape[0], settings.outputs]);
});

/**
 * y[..., i] = sum_d weight[i, d] x[..., i]^d, a polynomial for each input: [..., inputs], [inputs, degree + 1] ->
 * [..., inputs]. A weight that lies in memory as [degree + 1, inputs] is used without copying.
 * @throws ShapeError if the inputs differ or the weight is not of rank 2 with a degree of at least 1.
 */
export const elementwisePolynomial: Primitive<Binary> = primitive("elementwisePolynomial", 2, (x, weight) =>
  launchRows(elementwisePolynomialKernel, elementwiseSettings(x, weight), [x, transpose(weight)], x.shape),
);
