/** Powers. Read exp.ts and log.ts first. */
import { numbers } from "./arithmetic.ts";
import { exp } from "./exp.ts";
import { log } from "./log.ts";

/** x^n for an integer n >= 0, by repeated squaring. */
function product(x: number, n: number): number {
  let power = n & 1 ? x : 1;
  for (let square = x, rest = n >> 1; rest > 0; rest >>= 1) {
    square *= square;
    if (rest & 1) power *= square;
  }
  return power;
}

/** 1 / x^n; where x^n overflows, by powers of 1/x, because the result may be subnormal. */
function reciprocal(x: number, n: number): number {
  const power = product(x, n);
  return Math.abs(power) === Infinity && Math.abs(x) !== Infinity ? product(1 / x, n) : 1 / power;
}

/**
 * x^y, with the special cases of IEEE 754: unlike `**`, 1^y and (-1)^Infinity are 1 even where y is NaN or infinite.
 *
 * Integer powers up to 64 are products, so x^2 is exactly x * x. The others are exp(y ln x), whose relative error is
 * the absolute error of y ln x: at most 745 units in the last place.
 */
export function pow(x: number, y: number): number {
  const integer = Math.floor(y) === y;
  if (integer && Math.abs(y) <= 64) return y < 0 ? reciprocal(x, -y) : product(x, y);
  if (x === 1 || (x === -1 && Math.abs(y) === Infinity)) return 1;
  if (x < 0 && x !== -Infinity && !integer) return NaN;
  const size = exp(numbers, y * log(numbers, Math.abs(x)));
  const odd = integer && Math.abs(y % 2) === 1;
  return odd && (x < 0 || Object.is(x, -0)) ? -size : size;
}
