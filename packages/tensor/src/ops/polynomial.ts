/** The polynomial layers: a polynomial for each pair of input and output, or one for each input. */
import { flag, integerFrom } from "../arguments.ts";
import { contiguous } from "../copy.ts";
import { arange } from "../fill.ts";
import { elementwiseBasisKernel } from "../kernels/basis/elementwise.ts";
import { basisKernel, basisListsKernel } from "../kernels/basis/forward.ts";
import { launch } from "../kernels/launch.ts";
import { elementwisePolynomialKernel } from "../kernels/polynomial/elementwise.ts";
import { polynomialKernel } from "../kernels/polynomial/forward.ts";
import { listSumsKernel } from "../kernels/zeros/forward.ts";
import type { Basis, Squash } from "../math/basis.ts";
import { type Binary, composed, type Primitive, primitive, type Unary } from "../operation.ts";
import { optional, required } from "../parameters.ts";
import { BASIS, isPlain } from "./basis.ts";
import { elementwiseSettings, firstAxisLast, launchRows, polynomialSettings } from "./edges.ts";
import { byteListsFor, listsFor } from "./zeros.ts";

/**
 * The powers 0 ... degree of every element: [...] -> [..., degree + 1]. So [[2, 4]] becomes
 * [[[1, 2, 4, 8], [1, 4, 16, 64]]] for degree 3 (Loretz 2024).
 * @throws ValueError unless the degree is an integer from 0 up.
 */
export const powers: Unary<[degree: number]> = composed(
  "powers",
  1,
  [required("degree", integerFrom(0))],
  (x, degree) => {
    return x.unsqueeze(-1).pow(arange(0, degree + 1));
  },
);

/**
 * y[b, o] = sum_i sum_k weight[o, i, k] phi_k(squash(x[b, i])): x [batch, inputs], weight [outputs, inputs, degree + 1]
 * -> [batch, outputs]. By default, phi_k(t) = t^k and nothing is squashed (Loretz 2024). The other bases are those of
 * `polynomials`, and "tanh" may come before each. With `constants` false, the sums begin with k = 1, and weight is
 * [outputs, inputs, degree]. A weight that is stored as [inputs, degree + 1, outputs] is used without copying.
 * @throws ShapeError if the shapes do not fit together or the degree is less than 1; ArgumentError if there is no such
 * basis or squash.
 */
export const polynomial: Primitive<Binary<[basis?: Basis, squash?: Squash, constants?: boolean]>> = primitive(
  "polynomial",
  2,
  [...BASIS, optional("constants", flag)],
  (x, weight, basis = "monomial", squash = "none", constants = true) => {
    const settings = polynomialSettings(x, weight, constants);
    const [w, [rows, columns]] = [firstAxisLast(weight), x.shape];
    const { outputs, degree } = settings;
    if (!isPlain(basis, squash)) {
      const [own, lists] = [{ ...settings, basis, squash }, byteListsFor(x, outputs, [weight])];
      if (lists === undefined) return launchRows(basisKernel, own, [x, w], [rows, outputs]);
      return launch(basisListsKernel, own, [lists, contiguous(w)], [rows, outputs], [rows]);
    }
    const found = listsFor(x, outputs, "polynomial", [weight]);
    if (found === undefined) return launchRows(polynomialKernel, settings, [x, w], [rows, outputs]);
    const { lists, wide } = found;
    const sums = { columns, wide, outputs, degree, constants, bias: false, relu: false };
    return launch(listSumsKernel, sums, [lists, contiguous(w)], [rows, outputs], [rows]);
  },
);

/**
 * y[..., i] = sum_k weight[i, k] phi_k(squash(x[..., i])), a polynomial for each input: x [..., inputs], weight [inputs,
 * degree + 1] -> [..., inputs]. Basis and squash are those of `polynomial`. A weight that is stored as [degree + 1,
 * inputs] is used without copying.
 * @throws ShapeError if the shapes do not fit together or the degree is less than 1; ArgumentError if there is no such
 * basis or squash.
 */
export const elementwisePolynomial: Primitive<Binary<[basis?: Basis, squash?: Squash]>> = primitive(
  "elementwisePolynomial",
  2,
  BASIS,
  (x, weight, basis = "monomial", squash = "none") => {
    const [settings, operands] = [elementwiseSettings(x, weight), [x, firstAxisLast(weight)]];
    if (isPlain(basis, squash)) return launchRows(elementwisePolynomialKernel, settings, operands, x.shape);
    return launchRows(elementwiseBasisKernel, { ...settings, basis, squash }, operands, x.shape);
  },
);
