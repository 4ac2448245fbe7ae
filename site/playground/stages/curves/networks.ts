/** The networks that are compared, each with two layers of functions on edges and about as many parameters. */
import {
  BSpline,
  type Layer,
  Linear,
  Polynomial,
  type PolynomialOptions,
  Random,
  ReLU,
  Sequential,
  variancePreserving,
} from "polygrad";
import type { CurvesSettings } from "./settings.ts";
import { GRID, type NetworkName, ORDER, sizesFor } from "./sizes.ts";

/** Outside [-1, 1], the units of the hidden layer of the spline network rarely lie further than this. */
const HIDDEN_RANGE = [-2, 2] as const;

/** A network by its blocks: in each, an output is a sum over the inputs of a function of one input. */
export type Blocks = readonly (readonly Layer[])[];

/** Each network draws its weights from a generator of its own, so that changing one leaves the others as they are. */
export function blocksFor(settings: CurvesSettings): Readonly<Record<NetworkName, Blocks>> {
  const { basis, degree, squash, seed } = settings;
  const hidden = sizesFor(settings);
  const polynomial = (inputs: number, outputs: number, own: "tanh" | "none", random: Random) => {
    const initialiser = variancePreserving({ basis, squash: own });
    const options: PolynomialOptions = { degree, basis, squash: own, initialiser, random };
    return new Polynomial(inputs, outputs, options);
  };
  const [first, second, third] = [new Random(seed), new Random(seed), new Random(seed)];
  const { polynomial: p, relu: r, spline: s } = hidden;
  const spline = { grid: GRID, order: ORDER, random: third };
  return {
    polynomial: [[polynomial(1, p.hidden, "none", first)], [polynomial(p.hidden, 1, squash, first)]],
    relu: [[new Linear(1, r.hidden, { random: second })], [new ReLU(), new Linear(r.hidden, 1, { random: second })]],
    spline: [[new BSpline(1, s.hidden, spline)], [new BSpline(s.hidden, 1, { ...spline, range: HIDDEN_RANGE })]],
  };
}

export function networkOf(blocks: Blocks): Sequential {
  return new Sequential(...blocks.flat());
}
