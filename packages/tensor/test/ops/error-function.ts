/** erf and erfc in double precision from textbook formulas, for reference: slow, and nothing like the library's. */

/** 2/sqrt(pi) (x - x^3/3 + x^5/(2! 5) - x^7/(3! 7) + ...). */
function series(x: number): number {
  let [power, sum] = [x, x];
  for (let n = 1; n < 120; n++) {
    power *= (-x * x) / n;
    sum += power / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** e^(-x^2)/sqrt(pi) / (x + (1/2)/(x + (2/2)/(x + (3/2)/(x + ...)))), for x >= 2 (Abramowitz & Stegun 7.1.14). */
function continuedFraction(x: number): number {
  let tail = x;
  for (let n = 200; n > 0; n--) tail = x + n / 2 / tail;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / tail;
}

export function erfc(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x < -2) return 2 - erfc(-x);
  if (x < 2) return 1 - series(x);
  return x > 30 ? 0 : continuedFraction(x);
}

export function erf(x: number): number {
  return Math.abs(x) < 2 ? series(x) : 1 - erfc(x);
}
