/** The initialiser of polynomial layers that keeps the variance of signals, for every degree and basis. */
import {
  arange,
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
import { finite } from "./checks.ts";
import { checkDraw, type Initialiser } from "./init.ts";

/** What comes before the coefficients of a polynomial layer. */
export interface BasisOptions {
  /** The polynomials phi_k: "monomial" (the default), "chebyshev", "legendre" or "hermite". */
  readonly basis?: Basis;
  /** What is applied to the inputs first: "tanh" or "none" (the default, except of `Polynomial`). */
  readonly squash?: Squash;
}

/** Options of `variancePreserving`. */
export interface VariancePreservingOptions extends BasisOptions {
  /** How fast the shares of the degrees fall: that of degree k is in proportion to 1 / k^damping; 0 by default. */
  readonly damping?: number;
}

export const basisOptions: Checks<BasisOptions> = {
  basis: oneOf("monomial", "chebyshev", "legendre", "hermite"),
  squash: oneOf("none", "tanh"),
};
const known: Checks<VariancePreservingOptions> = { ...basisOptions, damping: finite };

/**
 * An initialiser of weights [outputs, inputs, degree + 1], or [inputs, degree + 1] of an elementwise layer, which keeps
 * the variance of signals: from inputs x ~ N(0, 1) come outputs with mean 0 and variance 1.
 *
 * Let the coefficients w_ik of y = sum_i sum_k w_ik phi_k(squash(x_i)) be independent, with mean 0 and variance v_k.
 * All products of different terms have mean 0, so Var(y) = E[y^2] = inputs * sum_k v_k E[phi_k(squash(x))^2]. Degree k
 * from 1 up gets the share s_k of it, where the shares add up to 1: v_k = s_k / (inputs * E[phi_k(squash(x))^2]). The
 * constant terms, k = 0, are 0: they carry nothing of x. The coefficients are drawn from normal distributions.
 *
 * Without damping, all degrees have equal shares, 1 / degree. If the polynomials are orthogonal, a layer then multiplies
 * small differences of its inputs by the mean degree, sum_k k s_k = (degree + 1) / 2, in the mean square, which grows like
 * a power with the depth of the network. With `damping` 4, the factor is at most 1.11.
 *
 * For powers and squash "none", E[x^2k] = 1 * 3 * 5 * ... * (2k - 1) is so large that a few inputs bring about most of
 * the variance. With "tanh" or with Hermite polynomials, whose mean squares are 1, it is spread over all of them.
 * @throws ArgumentError for an unknown option, basis or squash. The initialiser throws ValueError unless the shape has
 * two or three axes, with two or more coefficients on the last.
 */
export function variancePreserving(options: VariancePreservingOptions = {}): Initialiser {
  checkOptions("variancePreserving", options, known);
  const { basis = "monomial", squash = "none", damping = 0 } = options;
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
    // Not by Math.pow, which differs between engines. Degree 0, the first, has no share.
    const shares = Array.from(arange(0, terms, 1, { dtype: "float64" }).pow(-damping).data);
    const all = shares.slice(1).reduce((sum, share) => sum + share);
    const weights = normal(shape, random);
    for (let at = 0; at < weights.size; at++) {
      const k = at % terms;
      weights.data[at] = k === 0 ? 0 : weights.data[at] * Math.sqrt(shares[k] / (all * inputs * squares[k]));
    }
    return weights;
  };
}

/** Points of the quadrature in an interval of length 1. */
const POINTS = 16;
/** The mean squares computed so far, by basis and squash: those of degree 0, 1, 2, .... */
const computedSquares = new Map<string, readonly number[]>();

/**
 * E[phi_k(squash(x))^2] for x ~ N(0, 1) and k = 0 ... degree, or further.
 *
 * The trapezoidal rule is a sum of function values here, and its error falls exponentially (L. N. Trefethen and J. A. C.
 * Weideman, SIAM Review 56, 2014). x^2k e^(-x^2 / 2) is largest at sqrt(2k); 12 beyond, it is less than 1e-31 of that.
 */
function meanSquares(basis: Basis, squash: Squash, degree: number): readonly number[] {
  const name = `${basis} ${squash}`;
  const before = computedSquares.get(name);
  if (before !== undefined && before.length > degree) return before;
  const end = Math.ceil(Math.sqrt(2 * degree)) + 12;
  const x = linspace(-end, end, 2 * end * POINTS + 1, { dtype: "float64" }).unsqueeze(-1);
  const t = squash === "tanh" ? x.tanh() : x;
  // The root of the density is multiplied first, because a high power alone may be too large for a double.
  const root = x.square().div(-4).exp();
  const polynomials = t.polynomials(degree, basis).squeeze(1).mul(root).square().sum(0);
  const computed = [...polynomials.div(root.square().sum()).data];
  computedSquares.set(name, computed);
  return computed;
}
