/**
 * Polynomial layer, forward: y[b, o] = bias[o] + sum_i x (w1 + x (w2 + x (...))), with x = x[b, i], wd = w[i, d, o].
 *
 * The powers of x are not stored: Horner's rule runs in the inner loop. x^0 = 1, so the constant terms of an output add
 * up to one bias. Weights are stored as [inputs, degree + 1, outputs], or [inputs, degree, outputs] without constant terms,
 * so that vectors run along the outputs.
 * Order of operations: see sums.ts; the bias is summed in the same order.
 */
import { BYTES, LANES, type Round } from "../../floats.ts";
import { type Expr, f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import type { Kernel } from "../kernel.ts";
import { emitLoad, emitVectors } from "../pieces.ts";
import { emitRowSums, rowSumsScratch } from "../row-sums.ts";
import { BLOCK, sumRows } from "../sums.ts";

/** What the polynomial kernels are compiled for. */
export interface PolynomialSettings {
  readonly inputs: number;
  readonly outputs: number;
  readonly degree: number;
  /** Whether the coefficients of an edge begin with a constant term, or with that of x. */
  readonly constants: boolean;
}

/** The number of coefficients of an edge; degree of them are not constant, and come last. */
export function termsOf({ degree, constants }: Pick<PolynomialSettings, "degree" | "constants">): number {
  return degree + Number(constants);
}

/** Operands: x, w. Counts: rows. */
export const polynomialKernel: Kernel<PolynomialSettings> = {
  name: "polynomial",
  scratch: ({ outputs }) => biasBytes(outputs) + rowSumsScratch(outputs),
  simd(f, { operands: [x, w], results: [y], scratch: biases, counts: [rows] }, settings) {
    const { inputs, outputs, constants } = settings;
    if (constants) emitBiases(f, settings, w, biases);
    const [terms, first] = [termsOf(settings), Number(constants)];
    const sums = { n: outputs, rowStride: inputs, stepStride: 1, terms, first, relu: false };
    const [depth, scratch] = [f.let(i32.const(inputs)), f.let(i32.add(biases, biasBytes(outputs)))];
    emitRowSums(f, sums, { a: x, b: w, y, rows, depth, scratch, biases: constants ? biases : undefined });
  },
  plain({ operands: [x, w], results: [y], counts: [rows], round }, settings) {
    const { inputs, outputs, constants } = settings;
    const a = { data: x, rowStride: inputs, stepStride: 1 };
    const [terms, first] = [termsOf(settings), Number(constants)];
    const b = { data: w, stepStride: terms * outputs, termStride: outputs, columnStride: 1, terms, first };
    const biases = constants ? biasesOf(w, settings, round) : undefined;
    sumRows(a, b, y, [rows, inputs, outputs], round, biases && ((sum, output) => round(sum + biases[output])));
  },
};

/** The sums of the constant terms, sum_i w[i, 0, o]: in the order of all sums. */
export function biasesOf(w: ArrayLike<number>, settings: PolynomialSettings, round: Round): Float64Array {
  const { inputs, outputs } = settings;
  const biases = new Float64Array(outputs);
  const ones = { data: [1], rowStride: 0, stepStride: 0 };
  const constants = { stepStride: termsOf(settings) * outputs, termStride: 0, columnStride: 1, terms: 1, first: 0 };
  sumRows(ones, { data: w, ...constants }, biases, [1, inputs, outputs], round);
  return biases;
}

/** The bytes of scratch memory for the biases, in whole vectors. */
export function biasBytes(outputs: number): number {
  return (outputs + LANES) * BYTES;
}

/** biases[o] = sum_i term(w[i, ., o]), where the term is the constant, w[i, 0, o], by default. */
export function emitBiases(
  f: FunctionBuilder,
  settings: PolynomialSettings,
  w: Local<"i32">,
  biases: Local<"i32">,
  term: (at: Local<"i32">, lanes: number) => Expr<"v128"> = (at, lanes) => emitLoad(f, at, 0, lanes),
): void {
  const { inputs, outputs } = settings;
  const step = termsOf(settings) * outputs * BYTES;
  const [at, block, end] = f.locals("i32", 3);
  const [sum, total] = f.locals("v128", 2);
  emitVectors(f, outputs, (column, lanes) => {
    const start = f.let(i32.add(w, column));
    const last = f.let(i32.add(start, inputs * step));
    f.set(total, v128.zero());
    f.for(block, start, last, BLOCK * step, () => {
      f.set(end, i32.add(block, BLOCK * step));
      f.if(i32.lt(last, end), () => f.set(end, last));
      f.set(sum, v128.zero());
      f.for(at, block, end, step, () => f.set(sum, f32x4.add(sum, term(at, lanes))));
      f.set(total, f32x4.add(total, sum));
    });
    f.storeVector(i32.add(biases, column), 0, total, lanes);
  });
}
