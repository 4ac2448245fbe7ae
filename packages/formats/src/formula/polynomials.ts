/** Polynomials in several variables: sums and products of terms, by the powers of each variable. */
import { ValueError } from "@polygrad/tensor";
import type { Ring } from "./bases.ts";

/** A term: a coefficient times a power of each input. */
export interface Term {
  readonly coefficient: number;
  /** The power of each input, in order. */
  readonly powers: readonly number[];
}

/** A polynomial: its terms by their powers, written with commas. */
export type Terms = ReadonlyMap<string, Term>;

/** The ring of polynomials in so many variables, which refuses more than `limit` terms. */
export function polynomialRing(variables: number, limit: number): Ring<Terms> & { variable(k: number): Terms } {
  const single = (coefficient: number, powers: readonly number[]): Terms =>
    new Map(coefficient === 0 ? [] : [[powers.join(), { coefficient, powers }]]);
  const zeros = new Array<number>(variables).fill(0);
  const put = (into: Map<string, Term>, key: string, powers: readonly number[], coefficient: number): void => {
    const total = (into.get(key)?.coefficient ?? 0) + coefficient;
    if (total === 0) into.delete(key);
    else into.set(key, { coefficient: total, powers });
  };
  return {
    number: (value) => single(value, zeros),
    variable: (k) => single(1, zeros.with(k, 1)),
    add(a, b) {
      const result = new Map(a);
      for (const [key, { powers, coefficient }] of b) put(result, key, powers, coefficient);
      return result;
    },
    mul(a, b) {
      const result = new Map<string, Term>();
      for (const p of a.values()) {
        for (const q of b.values()) {
          const powers = p.powers.map((own, k) => own + q.powers[k]);
          put(result, powers.join(), powers, p.coefficient * q.coefficient);
        }
        if (result.size > limit) throw tooMany(variables, [a, b], limit);
      }
      return result;
    },
  };
}

function tooMany(variables: number, factors: readonly Terms[], limit: number): ValueError {
  let degree = 0;
  for (const terms of factors) degree += Math.max(...[...terms.values()].map(totalDegree));
  const most = binomial(variables + degree, degree).toLocaleString("en");
  return new ValueError(
    `expand: a polynomial of degree ${degree} in ${variables} variables has up to ${most} terms, and this one more ` +
      `than ${limit.toLocaleString("en")}; prune the model, raise the option terms, or print the formula as it is`,
  );
}

/** The sum of the powers of a term. */
export function totalDegree({ powers }: Term): number {
  return powers.reduce((sum, power) => sum + power, 0);
}

function binomial(n: number, k: number): number {
  let result = 1;
  for (let j = 1; j <= k; j++) result = (result * (n - k + j)) / j;
  return Math.round(result);
}

/** The terms in the order in which they are written: by falling degree, then by the powers of the first inputs. */
export function ordered(terms: Terms): Term[] {
  return [...terms.values()].sort((a, b) => {
    const degrees = totalDegree(b) - totalDegree(a);
    if (degrees !== 0) return degrees;
    const k = a.powers.findIndex((power, i) => power !== b.powers[i]);
    return k === -1 ? 0 : b.powers[k] - a.powers[k];
  });
}
