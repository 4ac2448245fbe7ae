/** How many hidden units each network has, so that all have about as many parameters as the polynomial one. */
import type { CurvesSettings } from "./settings.ts";

/** The intervals of a spline and its degree: those of the KAN paper (Liu et al. 2024). */
export const GRID = 5;
export const ORDER = 3;

export const networkNames = ["polynomial", "relu", "spline"] as const;
export type NetworkName = (typeof networkNames)[number];

/** The hidden units and the parameters of a network. */
export interface Size {
  readonly hidden: number;
  readonly parameters: number;
}

/**
 * From one input over n hidden units to one output: 2n polynomials with degree + 1 coefficients each; n slopes, n
 * biases, n weights and a bias; 2n splines with GRID + ORDER coefficients and the weight of their base each.
 */
export function sizesFor({ degree, hidden }: Pick<CurvesSettings, "degree" | "hidden">): Record<NetworkName, Size> {
  const parameters = 2 * hidden * (degree + 1);
  const [perSpline, perUnit] = [2 * (GRID + ORDER + 1), 3];
  const relu = Math.max(1, Math.round((parameters - 1) / perUnit));
  const spline = Math.max(1, Math.round(parameters / perSpline));
  return {
    polynomial: { hidden, parameters },
    relu: { hidden: relu, parameters: perUnit * relu + 1 },
    spline: { hidden: spline, parameters: perSpline * spline },
  };
}
