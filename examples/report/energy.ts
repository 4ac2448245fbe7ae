/** How much of a polynomial layer's weights lies in each degree, for each input. */
import type { Polynomial } from "polygrad";

/** For each degree from 0, and each input, the sum of the squares of the weights to all outputs. */
export function energyByDegree({ weight }: Pick<Polynomial, "weight">): Float64Array[] {
  throw new Error(`energyByDegree: not there yet ${weight}`);
}
