/** The polynomial layers on tensors: a polynomial on every edge from input to output, or one for every input. */

import { contiguous, elements, floatsLike, widened } from "../copy.ts";
import { ShapeError } from "../errors.ts";
import { type Floats, rounding } from "../floats.ts";
import {
  type ElementwiseShape,
  elementwiseForwardPlain,
  elementwiseForwardSimd,
  elementwiseInputsPlain,
  elementwiseInputsSimd,
  elementwiseWeightsPlain,
  elementwiseWeightsScratch,
  elementwiseWeightsSimd,
} from "../kernels/polynomial/elementwise.ts";
import { forwardPlain, forwardScratch, forwardSimd, type PolynomialShape } from "../kernels/polynomial/forward.ts";
import { inputsPlain, inputsScratch, inputsSimd } from "../kernels/polynomial/inputs.ts";
import { weightsPlain, weightsSimd } from "../kernels/polynomial/weights.ts";
import { withScratch } from "../kernels/scratch.ts";
import { checkCount, sameShape, show, sizeOf } from "../shape.ts";
import { runsPlain } from "../simd.ts";
import { Storage } from "../storage.ts";
import { Tensor } from "../tensor.ts";
import { permute, transpose } from "../view.ts";
import { mul } from "./elementwise.ts";
import { stack } from "./join.ts";

/**
 * The powers 0 ... degree of every element: [...] -> [..., degree + 1], so [[2, 4]] becomes
 * [[[1, 2, 4, 8], [1, 4, 16, 64]]] for degree 3 (Loretz 2024).
 * @throws ValueError if the degree is not an integer from 0 up.
 */
export function powers(x: Tensor, degree: number): Tensor {
  checkCount("powers", "the degree", degree, 0);
  const one = floatsLike(x, x.size).fill(1);
  const list = [new Tensor(new Storage(one), x.shape)];
  for (let d = 1; d <= degree; d++) list.push(mul(list[d - 1], x));
  return stack(list, -1);
}

/**
 * y[b, o] = sum_i sum_d weight[o, i, d] x[b, i]^d (Loretz 2024): [batch, inputs], [outputs, inputs, degree + 1] ->
 * [batch, outputs]. Weights whose memory runs as [outputs, degree + 1, inputs] are used without copying.
 * @throws ShapeError if the inputs differ or the weight is not of rank 3 with a degree of at least 1.
 */
export function polynomial(x: Tensor, weight: Tensor): Tensor {
  const shape = checkPolynomial("polynomial", x, weight);
  return run(shape, x.shape[0], [contiguous(x), weights(weight)], [x.shape[0], shape.outputs], forwardScratch(shape), {
    plain: ([a, w], y, rows, round) => forwardPlain(shape, a, w, y, rows, round),
    simd: ([a, w], y, rows, scratch) => forwardSimd(shape)(a, w, y, rows, scratch),
  });
}

/**
 * The gradient of `polynomial` by its weight, in the weight's shape; `g` is the gradient of the result. It is written to
 * `out` if that has the weight's shape, is pinned and lies in memory as such weights should.
 */
export function polynomialGradWeight(g: Tensor, x: Tensor, weight: Tensor, out?: Tensor): Tensor {
  const shape = checkPolynomial("polynomialGradWeight", x, weight, g);
  const { inputs, outputs, degree } = shape;
  const memory = [outputs, degree + 1, inputs];
  const kernels: Kernels = {
    plain: ([dy, a], y, rows, round) => weightsPlain(shape, dy, a, y, rows, round),
    simd: ([dy, a], y, rows) => weightsSimd(shape)(dy, a, y, rows),
  };
  const target = out && sameShape(out.shape, weight.shape) ? permute(out, [0, 2, 1]) : undefined;
  return permute(run(shape, x.shape[0], [contiguous(g), contiguous(x)], memory, 0, kernels, target), [0, 2, 1]);
}

/** The gradient of `polynomial` by its input, in the input's shape. */
export function polynomialGradInput(g: Tensor, x: Tensor, weight: Tensor): Tensor {
  const shape = checkPolynomial("polynomialGradInput", x, weight, g);
  return run(shape, x.shape[0], [contiguous(g), contiguous(x), weights(weight)], x.shape, inputsScratch(shape), {
    plain: ([dy, a, w], y, rows, round) => inputsPlain(shape, dy, a, w, y, rows, round),
    simd: ([dy, a, w], y, rows, scratch) => inputsSimd(shape)(dy, a, w, y, rows, scratch),
  });
}

function checkPolynomial(operation: string, x: Tensor, weight: Tensor, g?: Tensor): PolynomialShape {
  const [outputs, inputs, terms] = weight.shape;
  if (x.rank !== 2 || weight.rank !== 3 || x.shape[1] !== inputs || terms < 2)
    throw new ShapeError(
      `${operation}: needs [batch, inputs] and [outputs, inputs, degree + 1] with degree >= 1, ` +
        `got ${show(x.shape)} and ${show(weight.shape)}`,
    );
  if (g !== undefined && !sameShape(g.shape, [x.shape[0], outputs]))
    throw new ShapeError(`${operation}: the gradient must be ${show([x.shape[0], outputs])}, got ${show(g.shape)}`);
  return { inputs, outputs, degree: terms - 1 };
}

/**
 * y[..., i] = sum_d weight[i, d] x[..., i]^d, a polynomial for each input: [..., inputs], [inputs, degree + 1] ->
 * [..., inputs]. A weight whose memory runs as [degree + 1, inputs] is used without copying.
 * @throws ShapeError if the inputs differ or the weight is not of rank 2 with a degree of at least 1.
 */
export function elementwisePolynomial(x: Tensor, weight: Tensor): Tensor {
  const { shape, rows } = checkElementwise("elementwisePolynomial", x, weight);
  return run(shape, rows, [contiguous(x), contiguous(transpose(weight))], x.shape, 0, {
    plain: ([a, w], y, _rows, round) => elementwiseForwardPlain(shape, a, w, y, round),
    simd: ([a, w], y) => elementwiseForwardSimd(shape)(a, w, y, rows),
  });
}

/** The gradient of `elementwisePolynomial` by its weight, in the weight's shape; `g` is the gradient of the result. */
export function elementwisePolynomialGradWeight(g: Tensor, x: Tensor, weight: Tensor): Tensor {
  const { shape, rows } = checkElementwise("elementwisePolynomialGradWeight", x, weight, g);
  const terms = [shape.degree + 1, shape.inputs];
  const dw = run(shape, rows, [contiguous(g), contiguous(x)], terms, elementwiseWeightsScratch(shape), {
    plain: ([dy, a], y, _rows, round) => elementwiseWeightsPlain(shape, dy, a, y, round),
    simd: ([dy, a], y, _rows, scratch) => elementwiseWeightsSimd(shape)(dy, a, y, rows, scratch),
  });
  return transpose(dw);
}

/** The gradient of `elementwisePolynomial` by its input, in the input's shape. */
export function elementwisePolynomialGradInput(g: Tensor, x: Tensor, weight: Tensor): Tensor {
  const { shape, rows } = checkElementwise("elementwisePolynomialGradInput", x, weight, g);
  return run(shape, rows, [contiguous(g), contiguous(x), contiguous(transpose(weight))], x.shape, 0, {
    plain: (operands, y, _rows, round) => elementwiseInputsPlain(shape, operands, y, round),
    simd: ([dy, a, w], y) => elementwiseInputsSimd(shape)(dy, a, w, y, rows),
  });
}

function checkElementwise(
  operation: string,
  x: Tensor,
  weight: Tensor,
  g?: Tensor,
): { shape: ElementwiseShape & PolynomialShape; rows: number } {
  const [inputs, terms] = weight.shape;
  if (x.rank === 0 || weight.rank !== 2 || x.shape.at(-1) !== inputs || terms < 2)
    throw new ShapeError(
      `${operation}: needs [..., inputs] and [inputs, degree + 1] with degree >= 1, ` +
        `got ${show(x.shape)} and ${show(weight.shape)}`,
    );
  if (g !== undefined && !sameShape(g.shape, x.shape))
    throw new ShapeError(`${operation}: the gradient must be ${show(x.shape)}, got ${show(g.shape)}`);
  return { shape: { inputs, outputs: inputs, degree: terms - 1 }, rows: sizeOf(x.shape.slice(0, -1)) };
}

/** [outputs, inputs, degree + 1] as it is to lie in memory. */
function weights(weight: Tensor): Tensor {
  return contiguous(permute(weight, [0, 2, 1]));
}

interface Kernels {
  readonly plain: (operands: Floats[], y: Floats, rows: number, round: (x: number) => number) => void;
  readonly simd: (operands: number[], y: number, rows: number, scratch: number) => void;
}

/** Runs a kernel over contiguous operands; a batch of nothing gives zeros. */
function run(
  { inputs, outputs }: PolynomialShape,
  rows: number,
  given: readonly Tensor[],
  result: readonly number[],
  scratchLength: number,
  { plain, simd }: Kernels,
  out?: Tensor,
): Tensor {
  const operands = widened(...given);
  const length = sizeOf(result);
  const empty = length === 0 || rows === 0 || inputs === 0 || outputs === 0;
  if (empty || runsPlain(operands[0].storage)) {
    const y = floatsLike(operands[0], length);
    if (!empty) plain(operands.map(elements), y, rows, rounding(y));
    return new Tensor(new Storage(y), result);
  }
  return withScratch((scratch) => {
    const to = scratch.placeResult(length, out);
    const places = operands.map((x) => scratch.place(x, x.size));
    simd(places, to, rows, scratch.allocate(scratchLength));
    return scratch.result(to, result, out);
  });
}
