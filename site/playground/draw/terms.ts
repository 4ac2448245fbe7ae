/** The function on an edge as a sum: its largest terms, and dots if there are more. */
import { GRID, ORDER } from "../train/choices.ts";
import type { Wires } from "../train/wires.ts";
import { short } from "./lens.ts";
import type { Edge } from "./wires.ts";

/** The terms that are shown. */
const MOST = 3;

const letters = { chebyshev: "T", legendre: "P", hermite: "He", monomial: "" } as const;

/** The names of the functions of a basis, from degree 1 up: T₁, T₂ and so on. */
export function basisNames(basis: keyof typeof letters, degree: number, argument: string): readonly string[] {
  return Array.from({ length: degree }, (_, below) => {
    const k = below + 1;
    if (basis === "monomial") return k === 1 ? argument : `${argument}${digits(k, "⁰¹²³⁴⁵⁶⁷⁸⁹")}`;
    return `${letters[basis]}${digits(k, "₀₁₂₃₄₅₆₇₈₉")}(${argument})`;
  });
}

function digits(k: number, signs: string): string {
  return Array.from(String(k), (digit) => signs[Number(digit)]).join("");
}

/**
 * @param names of the last functions of a layer; a constant before them is not shown
 */
export function termsOf(network: readonly Wires[], { layer, input, output }: Edge, names: readonly string[]): string {
  const { inputs, outputs, coefficients } = network[layer];
  if (coefficients === undefined) return `a spline of degree ${ORDER}, ${GRID} intervals`;
  const count = coefficients.length / (inputs * outputs);
  const first = (output * inputs + input) * count + count - names.length;
  const terms = names
    .map((name, k) => ({ name, value: coefficients[first + k] }))
    .filter(({ value }) => Math.abs(value) >= 0.005);
  const least = terms.map(({ value }) => Math.abs(value)).sort((a, b) => b - a)[MOST - 1] ?? 0;
  const large = terms.filter(({ value }) => Math.abs(value) >= least);
  const text = large.map(({ name, value }, k) => {
    const sign = value < 0 ? (k === 0 ? "−" : " − ") : k === 0 ? "" : " + ";
    return `${sign}${short(Math.abs(value))} ${name}`;
  });
  return `${text.join("") || "0"}${large.length < terms.length ? " + …" : ""}`;
}
