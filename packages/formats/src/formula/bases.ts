/** The bases of polynomials, by the recurrences that the kernels use, over numbers and over polynomials alike. */
import type { Basis } from "@polygrad/tensor";
import { recurrences } from "@polygrad/tensor/internal";

/** What a recurrence needs of its values. */
export interface Ring<T> {
  number(value: number): T;
  add(a: T, b: T): T;
  mul(a: T, b: T): T;
}

/** The ring of numbers. */
export const numberRing: Ring<number> = { number: (value) => value, add: (a, b) => a + b, mul: (a, b) => a * b };

/** The ring of polynomials in one variable, as coefficients from x^0 up. */
const coefficientRing: Ring<readonly number[]> = {
  number: (value) => [value],
  add: (a, b) => Array.from({ length: Math.max(a.length, b.length) }, (_, k) => (a[k] ?? 0) + (b[k] ?? 0)),
  mul: (a, b) => {
    const product = new Array<number>(a.length + b.length - 1).fill(0);
    for (const [i, p] of a.entries()) for (const [j, q] of b.entries()) product[i + j] += p * q;
    return product;
  },
};

/** phi_k(x), where phi_0 = 1 and phi_(k+1)(x) = a x phi_k(x) - b phi_(k-1)(x). */
export function basisValue<T>(ring: Ring<T>, basis: Basis, order: number, x: T): T {
  let [before, value] = [ring.number(0), ring.number(1)];
  for (let k = 0; k < order; k++) {
    const [a, b] = recurrences[basis](k);
    const first = ring.mul(x, value);
    const next = a === 1 ? first : ring.mul(ring.number(a), first);
    [before, value] = [value, b === 0 ? next : ring.add(next, ring.mul(ring.number(-b), before))];
  }
  return value;
}

/** The B-spline on these knots, of order knots.length - 2, at x (Cox & de Boor 1972). */
export function bsplineValue(knots: readonly number[], x: number): number {
  let values: number[] = knots.slice(1).map((end, k) => (knots[k] <= x && x < end ? 1 : 0));
  for (let d = 1; values.length > 1; d++) {
    const part = (k: number, from: number) => {
      const width = knots[k + d] - knots[k];
      return width > 0 ? ((x - from) / width) * values[k] : 0;
    };
    values = values.slice(1).map((_, k) => part(k, knots[k]) - part(k + 1, knots[k + 1 + d]));
  }
  return values[0];
}

/** The coefficients of phi_k in powers of x, from x^0 up. */
export function basisCoefficients(basis: Basis, order: number): readonly number[] {
  return basisValue(coefficientRing, basis, order, [0, 1]);
}
