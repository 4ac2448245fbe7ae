/**
 * Bases of polynomials, phi_0 = 1, phi_1, phi_2, ..., each by a three-term recurrence, and what may come before them.
 * Read tanh.ts first.
 *
 * phi_(k+1)(t) = a t phi_k(t) - b phi_(k-1)(t), where a and b depend on k (DLMF 18.9). The derivative follows by the
 * product rule: phi'_(k+1)(t) = a (phi_k(t) + t phi'_k(t)) - b phi'_(k-1)(t).
 */
import { type Arithmetic, numbers } from "./arithmetic.ts";
import { tanh } from "./tanh.ts";

/**
 * A basis: the powers t^k; Chebyshev's T_k, of the first kind; Legendre's P_k; or He_k / sqrt(k!), the probabilists'
 * Hermite polynomials, so normalised that each has a mean square of 1 for a standard normal t.
 */
export type Basis = "monomial" | "chebyshev" | "legendre" | "hermite";

/** What comes before the basis: t = x, or t = tanh x. */
export type Squash = "none" | "tanh";

/** A function phi_k(t) for each k up to the degree. */
export interface BasisSettings {
  readonly degree: number;
  readonly basis: Basis;
  readonly squash: Squash;
}

/** For each k, the a and b of the recurrence that leads from phi_k to phi_(k+1). */
export const recurrences: Readonly<Record<Basis, (k: number) => readonly [a: number, b: number]>> = {
  monomial: () => [1, 0],
  chebyshev: (k) => (k === 0 ? [1, 0] : [2, 1]),
  legendre: (k) => [(2 * k + 1) / (k + 1), k / (k + 1)],
  hermite: (k) => [1 / Math.sqrt(k + 1), Math.sqrt(k / (k + 1))],
};

/** phi_0(t), ..., phi_degree(t) at t = squash(x). */
export function basisValues<T, Mask>(m: Arithmetic<T, Mask>, settings: BasisSettings, x: T): T[] {
  return recur(m, settings, squashed(m, settings, x));
}

/** The derivatives of phi_1(squash(x)), ..., phi_degree(squash(x)) with respect to x. */
export function basisSlopes<T, Mask>(m: Arithmetic<T, Mask>, settings: BasisSettings, x: T): T[] {
  const { degree, basis, squash } = settings;
  const t = squashed(m, settings, x);
  const values = recur(m, settings, t);
  const slopes = [m.number(1)];
  for (let k = 1; k < degree; k++) {
    const [a, b] = recurrences[basis](k);
    const first = m.mul(m.number(a), m.add(values[k], m.mul(t, slopes[k - 1])));
    slopes.push(k === 1 || b === 0 ? first : m.sub(first, m.mul(m.number(b), slopes[k - 2])));
  }
  // phi_1(t) = t in every basis, so its slope was 1.
  return squash === "none" ? slopes : slopes.map((slope) => m.mul(slope, m.sub(m.number(1), m.mul(t, t))));
}

/** phi_0(0), ..., phi_degree(0): the values where x is 0, with or without tanh. */
export function basisAtZero(settings: BasisSettings): number[] {
  return recur(numbers, settings, 0);
}

function squashed<T, Mask>(m: Arithmetic<T, Mask>, { squash }: BasisSettings, x: T): T {
  return squash === "none" ? x : tanh(m, x);
}

function recur<T, Mask>(m: Arithmetic<T, Mask>, { degree, basis }: BasisSettings, t: T): T[] {
  const values = [m.number(1), t];
  for (let k = 1; k < degree; k++) {
    const [a, b] = recurrences[basis](k);
    const first = m.mul(m.number(a), m.mul(t, values[k]));
    values.push(b === 0 ? first : m.sub(first, m.mul(m.number(b), values[k - 1])));
  }
  return values;
}
