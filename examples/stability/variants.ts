/** What is compared: the article's recipe, each remedy alone, all together, and all but one. */
import type { LayerChoice } from "./network.ts";

/** How a network of the map is made and trained. */
export interface Recipe extends LayerChoice {
  readonly learningRate: number;
  /** "constant", or one cycle up to the learning rate and down again. */
  readonly schedule: "constant" | "one-cycle";
  /** The largest norm of the gradient; 0 for any. */
  readonly clipNorm: number;
}

/** The article's: Adam with a learning rate of 0.1, and nothing else. */
export const article: Recipe = {
  ...{ basis: "monomial", squash: "none", initialiser: "article", constants: "edges" },
  ...{ learningRate: 0.1, schedule: "constant", clipNorm: 0 },
};

/** What trains everywhere: what the layers do, and a learning rate for it. */
export const recommended: Recipe = {
  ...article,
  ...{ squash: "tanh", initialiser: "damped", constants: "units", learningRate: 0.003 },
};

/** A recipe with a name. */
export interface Variant {
  readonly name: string;
  /** What it is, for tables. */
  readonly title: string;
  readonly recipe: Recipe;
}

/** The article's recipe, and each remedy alone. */
export const remedies: readonly Variant[] = [
  { name: "article", title: "the article's recipe", recipe: article },
  { name: "rate", title: "learning rate 0.01", recipe: { ...article, learningRate: 0.01 } },
  { name: "low-rate", title: "learning rate 0.003", recipe: { ...article, learningRate: 0.003 } },
  { name: "clip", title: "gradient norm clipped at 1", recipe: { ...article, clipNorm: 1 } },
  { name: "one-cycle", title: "one-cycle schedule up to 0.1", recipe: { ...article, schedule: "one-cycle" } },
  { name: "variance", title: "variance-preserving initialiser", recipe: { ...article, initialiser: "variance" } },
  { name: "tanh", title: "tanh before the powers", recipe: { ...article, squash: "tanh" } },
  { name: "chebyshev", title: "Chebyshev basis after tanh", recipe: { ...article, basis: "chebyshev", squash: "tanh" } },
  { name: "hermite", title: "Hermite basis", recipe: { ...article, basis: "hermite" } },
  { name: "constants", title: "one constant for each unit", recipe: { ...article, constants: "units" } },
];

/** All together; and all but one, which shows what is needed. */
export const together: readonly Variant[] = [
  { name: "recommended", title: "recommended", recipe: recommended },
  { name: "recommended-fast", title: "recommended, learning rate 0.1", recipe: { ...recommended, learningRate: 0.1 } },
  { name: "with-edges", title: "a constant for each edge", recipe: { ...recommended, constants: "edges" } },
  { name: "with-article", title: "the article's initialiser", recipe: { ...recommended, initialiser: "article" } },
  { name: "with-variance", title: "variance-preserving initialiser", recipe: { ...recommended, initialiser: "variance" } },
  { name: "without-tanh", title: "no tanh", recipe: { ...recommended, squash: "none" } },
  { name: "with-chebyshev", title: "Chebyshev basis", recipe: { ...recommended, basis: "chebyshev" } },
  { name: "with-hermite", title: "Hermite basis, no tanh", recipe: { ...recommended, basis: "hermite", squash: "none" } },
  {
    name: "published",
    title: "Chebyshev, tanh, variance-preserving, 0.003",
    recipe: { ...article, basis: "chebyshev", squash: "tanh", initialiser: "variance", learningRate: 0.003 },
  },
];

export const variants: readonly Variant[] = [...remedies, ...together];
