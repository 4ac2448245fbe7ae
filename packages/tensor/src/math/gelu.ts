/** The Gaussian error linear unit (D. Hendrycks and K. Gimpel, arXiv:1606.08415). Read erf.ts first. */
import { erfc } from "./erf.ts";

/**
 * x Phi(x) = x/2 (1 + erf(x / sqrt 2)), where Phi is the normal distribution function.
 *
 * It is written with erfc, because 1 + erf cancels for negative x. There, a relative error of x^2 / 2^53 remains, which
 * comes from rounding x / sqrt 2. gelu(-Infinity) is NaN, the value of the formula.
 */
export function gelu(x: number): number {
  return (x / 2) * erfc(-x * Math.SQRT1_2);
}
