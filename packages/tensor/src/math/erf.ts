/** The error function and its complement. Read exp.ts first. */
import { numbers } from "./arithmetic.ts";
import { exp } from "./exp.ts";

const { horner } = numbers;

export const TWO_OVER_SQRT_PI: number = 1.1283791670955126;
export const ONE_OVER_SQRT_PI: number = 0.5641895835477563;

/** (-1)^n / (n! (2n + 1)) for n = 0, 1, ..., 18: on |x| < 1 the first term left out is below 2^-61. */
export const SERIES: readonly number[] = (() => {
  const terms: number[] = [];
  let factorial = 1;
  for (let n = 0; n <= 18; n++) {
    if (n > 0) factorial *= n;
    terms.push((n % 2 === 0 ? 1 : -1) / (factorial * (2 * n + 1)));
  }
  return terms;
})();

// W. J. Cody, Rational Chebyshev approximations for the error function, Mathematics of Computation 23 (1969) 631-637:
// erfc(x) exp(x^2) = MIDDLE_TOP(x) / MIDDLE_BOTTOM(x) for x in [0.46875, 4], and beyond, with y = 1/x^2,
// = (1/sqrt(pi) - y LARGE_TOP(y) / LARGE_BOTTOM(y)) / x.
export const MIDDLE_TOP: readonly number[] = [
  1230.3393547979972, 2051.0783778260716, 1712.0476126340707, 881.952221241769, 298.6351381974001, 66.11919063714163,
  8.883149794388377, 0.5641884969886701, 2.1531153547440383e-8,
];
export const MIDDLE_BOTTOM: readonly number[] = [
  1230.3393548037495, 3439.3676741437216, 4362.619090143247, 3290.7992357334597, 1621.3895745666903, 537.1811018620099,
  117.6939508913125, 15.744926110709835, 1,
];
export const LARGE_TOP: readonly number[] = [
  0.0006587491615298378, 0.016083785148742275, 0.12578172611122926, 0.36034489994980445, 0.30532663496123236,
  0.016315387137302097,
];
export const LARGE_BOTTOM: readonly number[] = [
  0.0023352049762686918, 0.06051834131244132, 0.5279051029514285, 1.8729528499234604, 2.568520192289822, 1,
];

/** erf x = 2/sqrt(pi) (x - x^3/3 + x^5/10 - ...), for |x| < 1. */
function series(x: number): number {
  return TWO_OVER_SQRT_PI * x * horner(SERIES, x * x);
}

/** erfc x for x >= 0.46875. */
function tail(x: number): number {
  if (x > 28) return 0;
  // exp(-x^2) would magnify the rounding of x^2. But x = near + rest, where near^2 is exact.
  const near = Math.fround(x);
  const rest = (x - near) * (x + near);
  const gauss = exp(numbers, -near * near) * (1 - rest * (1 - (rest / 2) * (1 - rest / 3)));
  if (x <= 4) return (gauss * horner(MIDDLE_TOP, x)) / horner(MIDDLE_BOTTOM, x);
  const y = 1 / (x * x);
  return (gauss * (ONE_OVER_SQRT_PI - (y * horner(LARGE_TOP, y)) / horner(LARGE_BOTTOM, y))) / x;
}

/** erf x = 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x. */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (!(size >= 1)) return series(x);
  return x < 0 ? tail(size) - 1 : 1 - tail(size);
}

/** 1 - erf x, accurate to relative precision also where it is tiny. */
export function erfc(x: number): number {
  if (x >= 0.46875) return tail(x);
  return x <= -1 ? 2 - tail(-x) : 1 - series(x);
}
