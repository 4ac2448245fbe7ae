/** The options of polynomial layers, and those of the article's layer. */
import type { Random, Squash } from "@polygrad/tensor";
import { type Checks, callable, flag, oneOf } from "@polygrad/tensor/internal";
import { generator, positiveInteger } from "./checks.ts";
import { type Initialiser, polynomialUniform } from "./init.ts";
import { type BasisOptions, basisOptions } from "./variance-preserving.ts";

/** Options of a polynomial layer. */
export interface PolynomialOptions extends BasisOptions {
  /** The degree of the polynomials, 1 or more; 3 by default. */
  readonly degree?: number;
  /** What is applied to the inputs first: "tanh" (the default) or "none". */
  readonly squash?: Squash;
  /**
   * Where the constant terms are: one for each output ("outputs", the default), or one for each edge ("edges"). Both give
   * the same functions. But the constants of an output that has one on every edge get the same gradient, so a step of Adam
   * moves their sum by the learning rate times the number of inputs, which keeps deep networks from training.
   */
  readonly bias?: "outputs" | "edges";
  /** Whether each feature has one polynomial and features do not mix; false by default. */
  readonly elementwise?: boolean;
  /** The generator that the initial coefficients are drawn from; by default the one that `manualSeed` seeds. */
  readonly random?: Random;
  /**
   * How the initial coefficients, [outputs, inputs, degree + 1], are drawn; by default
   * `variancePreserving({ basis, squash, damping: 4 })`. A bias of the outputs is the sum of the constants drawn.
   */
  readonly initialiser?: Initialiser;
}

export const known: Checks<PolynomialOptions> = {
  degree: positiveInteger,
  ...basisOptions,
  bias: oneOf("outputs", "edges"),
  elementwise: flag,
  random: generator,
  initialiser: callable,
};

/**
 * The layer of the article (Loretz 2024): powers of the inputs themselves, a constant on every edge, small coefficients
 * from `polynomialUniform`. It trains with two layers, low degrees, and Adam at a learning rate of 0.1; not far beyond.
 *
 * ```ts
 * const layer = new Polynomial(784, 10, { ...loretz2024, degree: 3 });
 * ```
 */
export const loretz2024: Pick<PolynomialOptions, "basis" | "squash" | "bias" | "initialiser"> = {
  basis: "monomial",
  squash: "none",
  bias: "edges",
  initialiser: polynomialUniform,
};
