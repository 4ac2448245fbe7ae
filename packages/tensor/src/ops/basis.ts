/** The polynomials of a basis, evaluated at every element. */
import { type Check, integerFrom, oneOf } from "../arguments.ts";
import { type Basis, recurrences, type Squash } from "../math/basis.ts";
import type { Numeric } from "../operand.ts";
import { composed, type Unary } from "../operation.ts";
import { optional, type Parameter, required } from "../parameters.ts";
import { stack } from "./join.ts";

/** Checks the name of a basis. */
export const basisName: Check = oneOf(...Object.keys(recurrences));

/** Checks the name of what comes before a basis. */
export const squashName: Check = oneOf("none", "tanh");

/** The options of an operation that computes polynomials in a basis. */
export const BASIS: readonly [Parameter, Parameter] = [optional("basis", basisName), optional("squash", squashName)];

/** Whether polynomials are sums of powers of x itself, for which there are kernels of their own. */
export function isPlain(basis: Basis, squash: Squash): boolean {
  return basis === "monomial" && squash === "none";
}

/** The highest degree: each one is an operation of its own. */
const MOST = 10_000;

/**
 * The polynomials phi_0 ... phi_degree of a basis at every element: [...] -> [..., degree + 1]. So [0, 0.5] becomes
 * [[1, 0, -1], [1, 0.5, -0.5]] for degree 2 and "chebyshev". The bases are "monomial" (t^k, the default), "chebyshev"
 * (T_k, of the first kind), "legendre" (P_k) and "hermite" (He_k / sqrt(k!), the probabilists', each with a mean square
 * of 1 for a standard normal t). They are computed by their three-term recurrences (DLMF 18.9).
 * @throws ValueError unless the degree is an integer from 0 to 10,000; ArgumentError if there is no such basis.
 */
export const polynomials: Unary<[degree: number, basis?: Basis]> = composed(
  "polynomials",
  1,
  [required("degree", integerFrom(0, MOST)), optional("basis", basisName)],
  (x, degree, basis = "monomial") => {
    const values: Numeric[] = [x.pow(0), x];
    for (let k = 1; k < degree; k++) {
      const [a, b] = recurrences[basis](k);
      const first = x.mul(values[k]).mul(a);
      values.push(b === 0 ? first : first.sub(values[k - 1].mul(b)));
    }
    return stack(values.slice(0, degree + 1), -1);
  },
);
