/** The formulas that the example looks for: polynomials, most from Feynman's lectures, and one that is none. */
import { tensor } from "polygrad";

/** A coefficient and the power of each input: [0.5, 1, 2] is 0.5 a b^2. */
export type TargetTerm = readonly [coefficient: number, ...powers: readonly number[]];

/** A formula to find. */
export interface Target {
  /** What it is. */
  readonly about: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Its terms; or, if the target is not a polynomial, the function itself. */
  readonly is: readonly TargetTerm[] | ((inputs: readonly number[]) => number);
  /** The network: polynomials of this degree in two layers, with so many units between them. */
  readonly degree: number;
  readonly hidden: number;
}

export const targets: Readonly<Record<string, Target>> = {
  product: { about: "half a product", inputs: ["a", "b"], output: "y", is: [[0.5, 1, 1]], degree: 2, hidden: 4 },
  sum: {
    about: "a product and a square",
    inputs: ["a", "b", "c"],
    output: "y",
    is: [
      [1, 1, 1, 0],
      [1, 0, 0, 2],
    ],
    degree: 2,
    hidden: 4,
  },
  kinetic: {
    about: "I.13.4, the kinetic energy of a mass with three components of velocity",
    inputs: ["m", "u", "v", "w"],
    output: "K",
    is: [
      [0.5, 1, 2, 0, 0],
      [0.5, 1, 0, 2, 0],
      [0.5, 1, 0, 0, 2],
    ],
    degree: 2,
    hidden: 4,
  },
  dot: {
    about: "I.11.19, the scalar product of two vectors",
    inputs: ["x1", "x2", "x3", "z1", "z2", "z3"],
    output: "A",
    is: [
      [1, 1, 0, 0, 1, 0, 0],
      [1, 0, 1, 0, 0, 1, 0],
      [1, 0, 0, 1, 0, 0, 1],
    ],
    degree: 2,
    hidden: 8,
  },
  gas: {
    about: "I.39.1, the energy of a gas",
    inputs: ["p", "V"],
    output: "E",
    is: [[1.5, 1, 1]],
    degree: 2,
    hidden: 4,
  },
  field: {
    about: "II.8.31, the energy density of an electric field",
    inputs: ["eps", "E"],
    output: "u",
    is: [[0.5, 1, 2]],
    degree: 2,
    hidden: 4,
  },
  height: {
    about: "I.14.3, the energy of a mass at a height",
    inputs: ["m", "g", "z"],
    output: "U",
    is: [[1, 1, 1, 1]],
    degree: 3,
    hidden: 6,
  },
  gauss: {
    about: "I.6.20a, the normal distribution, which is not a polynomial",
    inputs: ["x"],
    output: "f",
    is: ([x]) =>
      tensor([(-x * x) / 2])
        .exp()
        .item() / Math.sqrt(2 * Math.PI),
    degree: 3,
    hidden: 3,
  },
};

/** The value of a target. */
export function valueAt({ is }: Pick<Target, "is">, inputs: readonly number[]): number {
  if (typeof is === "function") return is(inputs);
  let sum = 0;
  for (const [coefficient, ...powers] of is) {
    let product = coefficient;
    for (const [k, power] of powers.entries()) for (let times = 0; times < power; times++) product *= inputs[k];
    sum += product;
  }
  return sum;
}

/** A target as it is written by `formula`: y = 0.5*a*b. */
export function textOf({ is, inputs, output }: Target): string {
  if (typeof is === "function") return `${output} = exp(-${inputs[0]}^2/2)/sqrt(2*pi)`;
  const terms = is.map(([coefficient, ...powers]) => {
    const factors = powers.flatMap((power, k) =>
      power === 0 ? [] : [power === 1 ? inputs[k] : `${inputs[k]}^${power}`],
    );
    return [...(coefficient === 1 ? [] : [String(coefficient)]), ...factors].join("*");
  });
  return `${output} = ${terms.join(" + ")}`;
}
