/** What can be chosen about a network, and its size: all that the page must know without loading the library. */

/** The kinds of functions on edges. */
export const edgeKinds = ["polynomial", "relu", "spline"] as const;
export type EdgeKind = (typeof edgeKinds)[number];

/** The polynomials, and what comes before them in all layers but the first. */
export const bases = ["chebyshev", "legendre", "hermite", "monomial"] as const;
export const squashes = ["tanh", "none"] as const;

/** The learning rates of Adam. */
export const rates = [0.001, 0.003, 0.01, 0.03, 0.1] as const;

/** The intervals of a spline and its degree: those of the KAN paper (Liu et al. 2024). */
export const GRID = 5;
export const ORDER = 3;

/** A network by what decides its size. */
export interface Shape {
  readonly kind: EdgeKind;
  /** The units of each column, from the inputs to the outputs. */
  readonly sizes: readonly number[];
  /** That of its polynomials. */
  readonly degree: number;
}

export function parametersOf({ kind, sizes, degree }: Shape): number {
  const perEdge = { polynomial: degree, relu: 1, spline: GRID + ORDER + 1 }[kind];
  const perUnit = kind === "spline" ? 0 : 1;
  return sizes.slice(1).reduce((sum, outputs, layer) => sum + outputs * (sizes[layer] * perEdge + perUnit), 0);
}
