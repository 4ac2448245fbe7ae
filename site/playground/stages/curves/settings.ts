/** The settings of the stage Curves. */
import type { Query } from "../../app/query.ts";
import { bases, rates, squashes } from "../../train/choices.ts";
import { initialCurve } from "./presets.ts";

export interface CurvesSettings {
  /** The curve: the name of a preset, or its points as in points.ts. */
  readonly f: string;
  readonly basis: (typeof bases)[number];
  readonly degree: number;
  /** The hidden units of the polynomial network; the other networks get as many as make them equally large. */
  readonly hidden: number;
  /** What comes before the polynomials of the second layer. */
  readonly squash: (typeof squashes)[number];
  readonly lr: (typeof rates)[number];
  readonly seed: number;
}

export function readCurves(query: Query): CurvesSettings {
  return {
    f: query.text("f", initialCurve),
    basis: query.choice("basis", "chebyshev", bases),
    degree: query.integer("degree", 5, 1, 12),
    hidden: query.integer("hidden", 6, 1, 12),
    squash: query.choice("squash", "tanh", squashes),
    lr: query.number("lr", 0.01, rates),
    seed: query.integer("seed", 1, 0, 999_999_999),
  };
}
