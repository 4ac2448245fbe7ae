/**
 * Polynomial layer, forward: y[b, o] = bias[o] + sum_i x (w1 + x (w2 + x (...))), with x = x[b, i], wd = w[o, d, i].
 *
 * The powers of x are not stored: Horner's rule runs in the inner loop. x^0 = 1, so the constant terms of an output add
 * up to one bias. Weights are stored as [outputs, degree + 1, inputs], so that vectors run along the inputs.
 * Order of operations: lane l sums i = l, l + 4, ...; then (l0 + l1) + (l2 + l3); then the bias, which is summed the
 * same way.
 */
import { BYTES, LANES } from "../../floats.ts";
import { f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import type { Kernel } from "../kernel.ts";
import { emitLoad, emitSums, emitVectors } from "../pieces.ts";
import { emitRowSums, rowSumsScratch, sumOfLanes, sumRows } from "../row-sums.ts";

/** What the polynomial kernels are compiled for. */
export interface PolynomialSettings {
  readonly inputs: number;
  readonly outputs: number;
  readonly degree: number;
}

/** Operands: x, w. Counts: rows. */
export const polynomialKernel: Kernel<PolynomialSettings> = {
  name: "polynomial",
  scratch: ({ outputs }) => rowSumsScratch(outputs) + (outputs + LANES) * BYTES,
  simd(f, { operands: [x, w], results: [y], scratch, counts: [rows] }, settings) {
    const { inputs, outputs, degree } = settings;
    const biases = f.let(i32.add(scratch, rowSumsScratch(outputs)));
    emitBiases(f, settings, w, scratch, biases);
    emitRowSums(f, { inputs, outputs, terms: degree + 1, first: 1 }, { x, w, y, rows, scratch }, { biases });
  },
  plain(arrays, { inputs, outputs, degree }) {
    const { operands, round } = arrays;
    const w = operands[1];
    const biases = new Float64Array(outputs);
    for (let o = 0; o < outputs; o++) {
      const lanes = [0, 0, 0, 0];
      for (let i = 0; i < inputs; i++) lanes[i % 4] = round(lanes[i % 4] + w[o * (degree + 1) * inputs + i]);
      biases[o] = sumOfLanes(lanes, round);
    }
    sumRows(arrays, { inputs, outputs, terms: degree + 1, first: 1 }, (sum, output) => round(sum + biases[output]));
  },
};

/** biases[o] = sum_i w[o, 0, i]. */
function emitBiases(
  f: FunctionBuilder,
  { inputs, outputs, degree }: PolynomialSettings,
  w: Local<"i32">,
  sums: Local<"i32">,
  biases: Local<"i32">,
): void {
  const [output, target, total] = [f.local("i32"), f.local("i32", sums), f.local("v128")];
  const stride = (degree + 1) * inputs * BYTES;
  f.for(output, w, i32.add(w, outputs * stride), stride, () => {
    f.set(total, v128.zero());
    emitVectors(f, inputs, (at, lanes) => f.set(total, f32x4.add(total, emitLoad(f, i32.add(output, at), 0, lanes))));
    f.storeVector(target, 0, total);
    f.advance(target, LANES * BYTES);
  });
  emitSums(f, sums, biases, outputs);
}
