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
import { emitHorner, emitLoad, emitSums } from "../pieces.ts";

/** Four rows by two outputs: eight accumulators, and every weight loaded serves four rows. */
const ROWS = 4;
const OUTPUTS = 2;

/** What the polynomial kernels are compiled for. */
export interface PolynomialSettings {
  readonly inputs: number;
  readonly outputs: number;
  readonly degree: number;
}

/** Operands: x, w. Counts: rows. */
export const polynomialKernel: Kernel<PolynomialSettings> = {
  name: "polynomial",
  /** Four lanes for each of the outputs of ROWS rows, and the biases. */
  scratch: ({ outputs }) => (ROWS * LANES + 1) * (outputs + LANES) * BYTES,
  simd(f, { operands: [x, w], results: [y], scratch, counts: [rows] }, settings) {
    const biases = f.let(i32.add(scratch, ROWS * LANES * (settings.outputs + LANES) * BYTES));
    emitBiases(f, settings, w, scratch, biases);
    const row = f.local("i32");
    const fours = f.let(i32.and(rows, -ROWS));
    f.for(row, 0, fours, ROWS, () => emitRows(f, settings, x, w, y, scratch, biases, ROWS));
    f.for(row, fours, rows, 1, () => emitRows(f, settings, x, w, y, scratch, biases, 1));
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

/** All outputs of `rows` rows; afterwards `x` and `y` point at the next row. */
function emitRows(
  f: FunctionBuilder,
  shape: PolynomialSettings,
  x: Local<"i32">,
  w: Local<"i32">,
  y: Local<"i32">,
  scratch: Local<"i32">,
  biases: Local<"i32">,
  rows: number,
): void {
  const { inputs, outputs, degree } = shape;
  const outputBytes = (degree + 1) * inputs * BYTES;
  const weights = f.local("i32");
  const sums = f.local("i32", scratch);
  const pairsEnd = f.let(i32.add(w, (outputs - (outputs % OUTPUTS)) * outputBytes));
  f.for(weights, w, pairsEnd, OUTPUTS * outputBytes, () => {
    emitTile(f, shape, x, weights, sums, rows, OUTPUTS);
    f.advance(sums, OUTPUTS * LANES * BYTES);
  });
  if (outputs % OUTPUTS > 0) emitTile(f, shape, x, pairsEnd, sums, rows, 1);
  f.set(sums, scratch);
  for (let r = 0; r < rows; r++) {
    emitSums(f, sums, y, outputs, { biases });
    f.advance(sums, (outputs + LANES) * LANES * BYTES);
    f.advance(y, outputs * BYTES);
  }
  f.advance(x, rows * inputs * BYTES);
}

/** sums[r][o] = the lanes' sums over the inputs, for `rows` rows and `outputs` outputs. */
function emitTile(
  f: FunctionBuilder,
  { inputs, outputs: all, degree }: PolynomialSettings,
  x: Local<"i32">,
  w: Local<"i32">,
  sums: Local<"i32">,
  rows: number,
  outputs: number,
): void {
  const accumulators = Array.from({ length: rows }, () => f.locals("v128", outputs));
  for (const cell of accumulators.flat()) f.set(cell, v128.zero());
  const [px, pw] = [f.local("i32"), f.local("i32", w)];
  const step = (lanes: number) => {
    const xs = accumulators.map((_, r) => f.let(emitLoad(f, px, r * inputs * BYTES, lanes)));
    for (let o = 0; o < outputs; o++) {
      const weight = (d: number) => f.let(emitLoad(f, pw, (o * (degree + 1) + d) * inputs * BYTES, lanes));
      const terms = Array.from({ length: degree }, (_, d) => weight(d + 1));
      for (let r = 0; r < rows; r++) {
        const value = emitHorner(terms, xs[r]);
        f.set(accumulators[r][o], f32x4.add(accumulators[r][o], f32x4.mul(xs[r], value)));
      }
    }
  };
  const bulk = inputs - (inputs % LANES);
  f.set(px, x);
  f.for(px, x, i32.add(x, bulk * BYTES), LANES * BYTES, () => {
    step(LANES);
    f.advance(pw, LANES * BYTES);
  });
  if (inputs % LANES > 0) step(inputs % LANES);
  for (const [r, cells] of accumulators.entries())
    for (const [o, cell] of cells.entries()) f.storeVector(sums, (r * (all + LANES) + o) * LANES * BYTES, cell);
}
