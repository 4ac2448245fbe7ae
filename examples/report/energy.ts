/** How much of a polynomial layer's weights lies in each degree, for each input. */
import type { Polynomial } from "polygrad";

/** For each degree from 0, and each input, the sum of the squares of the weights to all outputs. */
export function energyByDegree({ weight }: Pick<Polynomial, "weight">): Float64Array[] {
  // Elementwise weights, [inputs, degree + 1], have no axis of outputs.
  const squares = weight.value.square();
  const [inputs, powers] = squares.shape.slice(-2);
  const sums = (squares.rank === 3 ? squares.sum(0) : squares).clone().data;
  return Array.from({ length: powers }, (_, k) =>
    Float64Array.from({ length: inputs }, (_, i) => sums[i * powers + k]),
  );
}
