/** What is compared: the article's recipe, each remedy alone, all together, and the recommended one with one change. */
import type { LayerChoice } from "./network.ts";
import type { Training } from "./recipe.ts";

/** How a network of the map is made and trained. */
export interface Choice extends LayerChoice, Training {}

/** A recipe with a name. */
export interface Variant {
  readonly name: string;
  /** What it is, for tables. */
  readonly title: string;
  readonly recipe: Choice;
  /** The number of passes over the training images; 1 by default. */
  readonly epochs?: number;
}

/** Adam with a learning rate of 0.1, and nothing else. */
export const article: Variant = {
  name: "article",
  title: "the article's recipe",
  recipe: {
    ...{ basis: "monomial", squash: "none", initialiser: "article", bias: "edges" },
    ...{ learningRate: 0.1, schedule: "constant", clipNorm: 0 },
  },
};

/** What trains everywhere: the defaults of the layer, and Adam with a learning rate that rises and falls. */
export const recommended: Variant = {
  name: "recommended",
  title: "recommended: tanh, damped, one bias, one cycle up to 0.01, clipped",
  recipe: {
    ...article.recipe,
    ...{ squash: "tanh", initialiser: "damped", bias: "outputs" },
    ...{ learningRate: 0.01, schedule: "one-cycle", clipNorm: 1 },
  },
};

/** The article's recipe with one change. */
function remedy(name: string, title: string, change: Partial<Choice>): Variant {
  return { name, title, recipe: { ...article.recipe, ...change } };
}

/** The recommended recipe with one change. */
function changed(name: string, title: string, change: Partial<Choice>): Variant {
  return { name, title: `recommended, but ${title}`, recipe: { ...recommended.recipe, ...change } };
}

/** Each remedy alone. */
export const remedies: readonly Variant[] = [
  remedy("rate", "learning rate 0.01", { learningRate: 0.01 }),
  remedy("low-rate", "learning rate 0.003", { learningRate: 0.003 }),
  remedy("clip", "gradient norm clipped at 1", { clipNorm: 1 }),
  remedy("one-cycle", "one cycle up to 0.1", { schedule: "one-cycle" }),
  remedy("variance", "variance-preserving initialiser", { initialiser: "variance" }),
  remedy("tanh", "tanh before the powers", { squash: "tanh" }),
  remedy("chebyshev", "Chebyshev basis after tanh", { basis: "chebyshev", squash: "tanh" }),
  remedy("hermite", "Hermite basis", { basis: "hermite" }),
  remedy("bias", "one bias for each unit", { bias: "outputs" }),
];

/** The recommended recipe with a constant learning rate. */
export const constant: Variant = changed("constant", "a constant rate of 0.003, not clipped", {
  ...{ learningRate: 0.003, schedule: "constant", clipNorm: 0 },
});

/** The recommended recipe with one change, which shows what it needs; and two others for comparison. */
export const changes: readonly Variant[] = [
  changed("fast", "one cycle up to 0.1", { learningRate: 0.1 }),
  changed("unclipped", "not clipped", { clipNorm: 0 }),
  changed("edge-constants", "a constant for each edge", { bias: "edges" }),
  changed("article-weights", "the article's initialiser", { initialiser: "article" }),
  changed("even-weights", "the variance-preserving initialiser", { initialiser: "variance" }),
  changed("no-tanh", "no tanh", { squash: "none" }),
  changed("chebyshev-basis", "the Chebyshev basis", { basis: "chebyshev" }),
  changed("hermite-basis", "the Hermite basis, no tanh", { basis: "hermite", squash: "none" }),
  remedy("as-published", "Chebyshev after tanh, variance-preserving, rate 0.003", {
    ...{ basis: "chebyshev", squash: "tanh", initialiser: "variance", learningRate: 0.003 },
  }),
  { ...article, name: "patience", title: "the article's recipe, ten epochs", epochs: 10 },
];

export const variants: readonly Variant[] = [article, recommended, constant, ...remedies, ...changes];
