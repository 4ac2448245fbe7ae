/** The networks that are compared: of two layers of functions, or of linear layers with ReLU, with equally many parameters. */
import {
  type Basis,
  BSpline,
  LayerNorm,
  Linear,
  loretz2024,
  Polynomial,
  type Random,
  ReLU,
  Sequential,
  type Squash,
  variancePreserving,
} from "polygrad";

/** What a method is called, and what was found out about its training: see `tuning.ts`. */
interface Tuned {
  readonly title: string;
  /** The learning rate with which Adam begins. */
  readonly learningRate: number;
  /** How long a step takes, compared with `relu`. */
  readonly cost: number;
}

/** How a network is made, and trained. */
export interface Method extends Tuned {
  /** The number of parameters with `hidden` units. */
  readonly parameters: (inputs: number, hidden: number) => number;
  /** @param standardised whether inputs are standardised, and not in [-1, 1] */
  readonly network: (inputs: number, hidden: number, random: Random, standardised: boolean) => Sequential;
}

/** The degree of all polynomials. */
const DEGREE = 5;
/** The intervals of a spline, and its degree: those of the KAN paper. */
const [GRID, ORDER] = [5, 3];
/** What LayerNorm and standardised inputs rarely leave: 99.7 % of a normal distribution. */
const NORMAL_RANGE = [-3, 3] as const;

/**
 * Two layers of polynomials, with LayerNorm between them. Chebyshev's and Legendre's polynomials grow fast outside
 * [-1, 1], so tanh comes before them where inputs are not in that interval.
 */
function polynomial(basis: Basis, { title, learningRate, cost }: Tuned): Method {
  const bounded = basis === "chebyshev" || basis === "legendre";
  return {
    ...{ title, learningRate, cost },
    parameters: (inputs, hidden) => (DEGREE + 1) * (inputs + 1) * hidden + 2 * hidden,
    network: (inputs, hidden, random, standardised) => {
      const layer = (from: number, to: number, squash: Squash) => {
        const initialiser = variancePreserving({ basis, squash });
        return new Polynomial(from, to, { ...loretz2024, degree: DEGREE, basis, squash, initialiser, random });
      };
      return new Sequential(
        layer(inputs, hidden, bounded && standardised ? "tanh" : "none"),
        new LayerNorm(hidden),
        layer(hidden, 1, bounded ? "tanh" : "none"),
      );
    },
  };
}

/** The methods, in the order of the tables. */
export const methods = {
  relu: {
    title: "linear, ReLU",
    parameters: (inputs, hidden) => hidden * (inputs + 1) + hidden * (hidden + 1) + hidden + 1,
    network: (inputs, hidden, random) =>
      new Sequential(
        new Linear(inputs, hidden, { random }),
        new ReLU(),
        new Linear(hidden, hidden, { random }),
        new ReLU(),
        new Linear(hidden, 1, { random }),
      ),
    learningRate: 0.03,
    cost: 1,
  },
  monomial: polynomial("monomial", { title: "monomial", learningRate: 0.01, cost: 0.89 }),
  chebyshev: polynomial("chebyshev", { title: "Chebyshev", learningRate: 0.01, cost: 1.35 }),
  legendre: polynomial("legendre", { title: "Legendre", learningRate: 0.03, cost: 1.37 }),
  hermite: polynomial("hermite", { title: "Hermite", learningRate: 0.03, cost: 0.99 }),
  spline: {
    title: "B-spline",
    parameters: (inputs, hidden) => (GRID + ORDER + 1) * (inputs + 1) * hidden + 2 * hidden,
    network: (inputs, hidden, random, standardised) =>
      new Sequential(
        new BSpline(inputs, hidden, { grid: GRID, order: ORDER, random, range: standardised ? NORMAL_RANGE : [-1, 1] }),
        new LayerNorm(hidden),
        new BSpline(hidden, 1, { grid: GRID, order: ORDER, random, range: NORMAL_RANGE }),
      ),
    learningRate: 0.03,
    cost: 1.36,
  },
} as const satisfies Readonly<Record<string, Method>>;

/** The most hidden units with which a method's network has at most `budget` parameters. */
export function hiddenFor(method: Method, inputs: number, budget: number): number {
  let hidden = 1;
  while (method.parameters(inputs, hidden + 1) <= budget) hidden++;
  return hidden;
}
