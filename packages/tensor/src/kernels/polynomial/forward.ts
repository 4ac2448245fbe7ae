/**
 * Polynomial layer, forward: y[b, o] = bias[o] + sum_i x (w1 + x (w2 + x (...))), with x = x[b, i], wd = w[o, d, i].
 *
 * The powers of x are never stored: Horner's rule runs inside the inner loop. x^0 = 1, so the constant terms of an
 * output add up to one bias. Weights lie as [outputs, degree + 1, inputs], so that vectors run along the inputs.
 * Order of operations: lane l sums i = l, l + 4, ...; then (l0 + l1) + (l2 + l3); then the bias, summed likewise.
 */
import { BYTES, LANES } from "../../floats.ts";
import { f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import type { Kernel } from "../kernel.ts";
import { emitLoad, emitSums } from "../pieces.ts";
import { emitRowSums, rowSumsScratch } from "../row-sums.ts";

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
  plain({ operands: [x, w], results: [y], counts: [rows], round }, { inputs, outputs, degree }) {
    const lanes = [0, 0, 0, 0];
    const joined = () => round(round(lanes[0] + lanes[1]) + round(lanes[2] + lanes[3]));
    for (let o = 0; o < outputs; o++) {
      const weights = o * (degree + 1) * inputs;
      lanes.fill(0);
      for (let i = 0; i < inputs; i++) lanes[i % 4] = round(lanes[i % 4] + w[weights + i]);
      const bias = joined();
      for (let b = 0; b < rows; b++) {
        lanes.fill(0);
        for (let i = 0; i < inputs; i++) {
          const v = x[b * inputs + i];
          let value = w[weights + degree * inputs + i];
          for (let d = degree - 1; d > 0; d--) value = round(w[weights + d * inputs + i] + round(v * value));
          lanes[i % 4] = round(lanes[i % 4] + round(v * value));
        }
        y[b * outputs + o] = round(joined() + bias);
      }
    }
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
  const [output, at, target] = [f.local("i32"), f.local("i32"), f.local("i32", sums)];
  const total = f.local("v128");
  const stride = (degree + 1) * inputs * BYTES;
  const bulk = inputs - (inputs % LANES);
  f.for(output, w, i32.add(w, outputs * stride), stride, () => {
    f.set(total, v128.zero());
    f.set(at, output);
    f.for(at, output, i32.add(output, bulk * BYTES), LANES * BYTES, () =>
      f.set(total, f32x4.add(total, v128.load(at))),
    );
    if (inputs % LANES > 0) f.set(total, f32x4.add(total, emitLoad(f, output, bulk * BYTES, inputs % LANES)));
    f.storeVector(target, 0, total);
    f.advance(target, LANES * BYTES);
  });
  emitSums(f, sums, biases, outputs);
}
