/** Polynomial layers in Chebyshev's basis after tanh: the kernels of every basis but the powers of x itself. */
import { constant, variable } from "polygrad";
import {
  BATCH,
  backwardTo,
  type Case,
  DEGREE,
  drawn,
  FLOAT,
  INPUTS,
  OUTPUTS,
  polynomialWeight,
  TERMS,
} from "./case.ts";
import { DENSITY, later, nextBatch } from "./zeros.ts";

/** Rows of elementwise operands. */
const ROWS = 256;

/** Two operations for each weight and row; what it takes to evaluate the basis is not counted. */
export function bases(): Case[] {
  const [x, weight] = [drawn(BATCH, INPUTS), polynomialWeight(OUTPUTS, INPUTS)];
  const [vx, vw] = [variable(x), variable(weight)];
  const [few, own] = [drawn(ROWS, INPUTS), drawn(TERMS, INPUTS).transpose()];
  const [vf, vo] = [variable(few), variable(own)];
  const flops = 2 * BATCH * INPUTS * OUTPUTS * DEGREE;
  const passes = (count: number) => ({ bytes: count * few.size * FLOAT });
  const layer = (kernel: string, run: () => void, share = 1): Case => {
    return { kernel, shape: `[${x.shape}] x [${weight.shape}]`, work: { flops: flops * share }, run };
  };
  const elementwise = (kernel: string, count: number, run: () => void): Case => {
    return { kernel, shape: `[${few.shape}] x [${own.shape}]`, work: passes(count), run };
  };
  return [
    layer("Chebyshev after tanh", () => void x.polynomial(weight, "chebyshev", "tanh")),
    layer("Chebyshev after tanh, inputs", backwardTo([vx], vx.polynomial(weight, "chebyshev", "tanh"))),
    layer("Chebyshev after tanh, weights", backwardTo([vw], constant(x).polynomial(vw, "chebyshev", "tanh"))),
    layer(
      "Chebyshev after tanh, of lists",
      later(() => {
        const bytes = nextBatch();
        return () => void bytes.polynomial(weight, "chebyshev", "tanh");
      }),
      DENSITY,
    ),
    layer(
      "Chebyshev after tanh, weights of lists",
      later(() => backwardTo([vw], constant(nextBatch()).polynomial(vw, "chebyshev", "tanh"))),
      DENSITY,
    ),
    elementwise("elementwise Chebyshev", 2, () => void few.elementwisePolynomial(own, "chebyshev", "tanh")),
    elementwise(
      "elementwise Chebyshev, inputs",
      3,
      backwardTo([vf], vf.elementwisePolynomial(own, "chebyshev", "tanh")),
    ),
    elementwise(
      "elementwise Chebyshev, weights",
      2,
      backwardTo([vo], constant(few).elementwisePolynomial(vo, "chebyshev", "tanh")),
    ),
  ];
}
