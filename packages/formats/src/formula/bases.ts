/** The bases of polynomials, by the recurrence that each of them has, over numbers and over polynomials alike. */

/** The bases that a polynomial layer may have besides powers: Chebyshev's T_k, Legendre's P_k, Hermite's He_k / sqrt(k!). */
export type OrthogonalBasis = "chebyshev" | "legendre" | "hermite";

/** phi_(k+1)(x) = a x phi_k(x) - b phi_(k-1)(x), with phi_0 = 1 and phi_1 = x. */
function factors(basis: OrthogonalBasis, k: number): readonly [a: number, b: number] {
  if (basis === "chebyshev") return [2, 1];
  if (basis === "legendre") return [(2 * k + 1) / (k + 1), k / (k + 1)];
  return [1 / Math.sqrt(k + 1), Math.sqrt(k / (k + 1))];
}

/** What a recurrence needs of its values. */
export interface Ring<T> {
  number(value: number): T;
  add(a: T, b: T): T;
  mul(a: T, b: T): T;
}

/** The ring of numbers. */
export const numberRing: Ring<number> = { number: (value) => value, add: (a, b) => a + b, mul: (a, b) => a * b };

/** phi_k(x). */
export function basisValue<T>(ring: Ring<T>, basis: OrthogonalBasis, order: number, x: T): T {
  let [before, value] = [ring.number(1), x];
  if (order === 0) return before;
  for (let k = 1; k < order; k++) {
    const [a, b] = factors(basis, k);
    const next = ring.add(ring.mul(ring.number(a), ring.mul(x, value)), ring.mul(ring.number(-b), before));
    [before, value] = [value, next];
  }
  return value;
}

/** The coefficients of phi_k in powers of x, from x^0 up. */
export function basisCoefficients(basis: OrthogonalBasis, order: number): number[] {
  const ring: Ring<number[]> = {
    number: (value) => [value],
    add: (a, b) => Array.from({ length: Math.max(a.length, b.length) }, (_, k) => (a[k] ?? 0) + (b[k] ?? 0)),
    mul: (a, b) => {
      const product = new Array<number>(a.length + b.length - 1).fill(0);
      for (const [i, p] of a.entries()) for (const [j, q] of b.entries()) product[i + j] += p * q;
      return product;
    },
  };
  return basisValue(ring, basis, order, [0, 1]);
}
