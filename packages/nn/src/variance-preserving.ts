/** The initialiser of polynomial layers that keeps the variance of signals, for every degree and basis. */
import {
  type Basis,
  linspace,
  normal,
  type Random,
  type Shape,
  type Squash,
  type Tensor,
  ValueError,
} from "@polygrad/tensor";
import { type Checks, checkOptions, oneOf, show } from "@polygrad/tensor/internal";
import { checkDraw, type Initialiser } from "./init.ts";

/** What comes before the coefficients of a polynomial layer. */
export interface BasisOptions {
  /** The polynomials phi_k: "monomial" (the default), "chebyshev", "legendre" or "hermite". */
  readonly basis?: Basis;
  /** What is applied to the inputs before: "none" (the default) or "tanh". */
  readonly squash?: Squash;
}

export const basisOptions: Checks<BasisOptions> = {
  basis: oneOf("monomial", "chebyshev", "legendre", "hermite"),
  squash: oneOf("none", "tanh"),
};

/**
 * An initialiser of weights [outputs, inputs, degree + 1], or [inputs, degree + 1] of an elementwise layer, which keeps
 * the variance of signals: from inputs x ~ N(0, 1) come outputs with mean 0 and variance 1.
 *
 * Let the coefficients w_ik of y = sum_i sum_k w_ik phi_k(squash(x_i)) be independent, with mean 0 and variance v_k.
 * All products of different terms have mean 0, so Var(y) = E[y^2] = inputs * sum_k v_k E[phi_k(squash(x))^2]. Each
 * degree from 1 up gets an equal share of it: v_k = 1 / (inputs * degree * E[phi_k(squash(x))^2]). The constant terms,
 * k = 0, are 0: they carry nothing of x. The coefficients are drawn from normal distributions.
 *
 * For powers and squash "none", E[x^2k] = 1 * 3 * 5 * ... * (2k - 1) is so large that a few inputs bring about most of
 * the variance. With "tanh" or with Hermite polynomials, whose mean squares are 1, it is spread over all of them.
 * @throws ArgumentError for an unknown option, basis or squash. The initialiser throws ValueError unless the shape has
 * two or three axes, with two or more coefficients on the last.
 */
export function variancePreserving(options: BasisOptions = {}): Initialiser {
  checkOptions("variancePreserving", options, basisOptions);
  const { basis = "monomial", squash = "none" } = options;
  return (shape: Shape, random: Random): Tensor => {
    checkDraw("variancePreserving", shape, random);
    const terms = shape.at(-1) ?? 0;
    if (shape.length < 2 || shape.length > 3 || terms < 2)
      throw new ValueError(
        `variancePreserving: needs [outputs, inputs, degree + 1] or, of an elementwise layer, [inputs, degree + 1], ` +
          `with degree >= 1, got ${show(shape)}`,
      );
    const inputs = shape.length === 3 ? shape[1] : 1;
    const squares = meanSquares(basis, squash, terms - 1);
    const weights = normal(shape, random);
    for (let at = 0; at < weights.size; at++) {
      const k = at % terms;
      const deviation = Math.sqrt(1 / (inputs * (terms - 1) * squares[k]));
      weights.data[at] = k === 0 ? 0 : weights.data[at] * deviation;
    }
    return weights;
  };
}

/** Points of the quadrature in an interval of length 1. */
const POINTS = 16;
/** The mean squares computed so far, by basis and squash: those of degree 0, 1, 2, .... */
const known = new Map<string, readonly number[]>();

/**
 * E[phi_k(squash(x))^2] for x ~ N(0, 1) and k = 0 ... degree, or further.
 *
 * The trapezoidal rule is a sum of function values here, and its error falls exponentially (L. N. Trefethen and J. A. C.
 * Weideman, SIAM Review 56, 2014). x^2k e^(-x^2 / 2) is largest at sqrt(2k); 12 beyond, it is less than 1e-31 of that.
 */
function meanSquares(basis: Basis, squash: Squash, degree: number): readonly number[] {
  const name = `${basis} ${squash}`;
  const before = known.get(name);
  if (before !== undefined && before.length > degree) return before;
  const end = Math.ceil(Math.sqrt(2 * degree)) + 12;
  const x = linspace(-end, end, 2 * end * POINTS + 1, { dtype: "float64" }).unsqueeze(-1);
  const t = squash === "tanh" ? x.tanh() : x;
  // The root of the density is multiplied first, because a high power alone may be too large for a double.
  const root = x.square().div(-4).exp();
  const polynomials = t.polynomials(degree, basis).squeeze(1).mul(root).square().sum(0);
  const computed = [...polynomials.div(root.square().sum()).data];
  known.set(name, computed);
  return computed;
}
