/** The networks that are compared: of two layers of functions, or of linear layers with ReLU, with equally many parameters. */
import { LayerNorm, Linear, Polynomial, type Random, ReLU, Sequential } from "polygrad";

/** How a network is made, and trained. */
export interface Method {
  readonly title: string;
  /** The number of parameters with `hidden` units. */
  readonly parameters: (inputs: number, hidden: number) => number;
  /** @param standardised whether inputs are standardised, and not in [-1, 1] */
  readonly network: (inputs: number, hidden: number, random: Random, standardised: boolean) => Sequential;
  /** The learning rate with which Adam begins. */
  readonly learningRate: number;
  /** How long a step takes, compared with `relu`: see `index.ts`. */
  readonly cost: number;
}

/** The degree of all polynomials. */
const DEGREE = 5;

function polynomial(
  _basis: "monomial",
  { title, learningRate, cost }: Pick<Method, "title" | "learningRate" | "cost">,
): Method {
  return {
    ...{ title, learningRate, cost },
    parameters: (inputs, hidden) => (DEGREE + 1) * (inputs + 1) * hidden + 2 * hidden,
    network: (inputs, hidden, random) =>
      new Sequential(
        new Polynomial(inputs, hidden, { degree: DEGREE, random }),
        new LayerNorm(hidden),
        new Polynomial(hidden, 1, { degree: DEGREE, random }),
      ),
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
    learningRate: 0.01,
    cost: 1,
  },
  monomial: polynomial("monomial", { title: "monomial", learningRate: 0.02, cost: 1 }),
} as const satisfies Readonly<Record<string, Method>>;

/** The most hidden units with which a method's network has at most `budget` parameters. */
export function hiddenFor(method: Method, inputs: number, budget: number): number {
  let hidden = 1;
  while (method.parameters(inputs, hidden + 1) <= budget) hidden++;
  return hidden;
}
