/**
 * Polynomial layer, gradient with respect to the input: dx[b, i] = sum_o g[b, o] (w1 + x (2 w2 + x (3 w3 + ...))), with
 * x = x[b, i] and wd = w[i, d, o].
 *
 * The coefficients of the derivative, d wd, are computed once and kept in scratch memory as [outputs, degree, inputs],
 * so that vectors run along the inputs, which are not summed.
 * Order of operations: Horner's rule from the highest power, then times g; one output after the other.
 */
import { BYTES } from "../../floats.ts";
import { f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import type { Kernel } from "../kernel.ts";
import { emitHorner, emitLoad, emitRowGroups, emitVectors } from "../pieces.ts";
import { type PolynomialSettings, termsOf } from "./forward.ts";

const ROWS = 4;

/** Operands: g, x, w. Result: dx. Counts: rows. */
export const polynomialInputsKernel: Kernel<PolynomialSettings> = {
  name: "polynomial inputs",
  /** The coefficients of the derivative, [outputs, degree, inputs]. */
  scratch: ({ inputs, outputs, degree }) => outputs * degree * inputs * BYTES,
  simd(f, { operands: [g, x, w], results: [dx], scratch, counts: [rows] }, settings) {
    const { inputs, outputs } = settings;
    emitCoefficients(f, settings, [w, scratch], (d) => d);
    emitRowGroups(f, rows, ROWS, (count) => {
      emitVectors(f, inputs, (column, lanes) => emitTile(f, settings, [g, x, dx, scratch], column, count, lanes));
      f.advance(g, count * outputs * BYTES);
      f.advance(x, count * inputs * BYTES);
      f.advance(dx, count * inputs * BYTES);
    });
  },
  plain({ operands: [g, x, w], results: [dx], counts: [rows], round }, settings) {
    const { inputs, outputs, degree, constants } = settings;
    const [terms, before] = [termsOf(settings), Number(!constants)];
    for (let b = 0; b < rows; b++)
      for (let i = 0; i < inputs; i++) {
        const v = x[b * inputs + i];
        let sum = 0;
        for (let o = 0; o < outputs; o++) {
          const weight = (d: number) => w[(i * terms + d - before) * outputs + o];
          let slope = round(degree * weight(degree));
          for (let d = degree - 1; d > 0; d--) slope = round(round(d * weight(d)) + round(v * slope));
          sum = round(sum + round(g[b * outputs + o] * slope));
        }
        dx[b * inputs + i] = sum;
      }
  },
};

/** scratch[o, d - 1, i] = factor(d) w[i, d, o], for d from 1 up. */
export function emitCoefficients(
  f: FunctionBuilder,
  settings: PolynomialSettings,
  [w, scratch]: readonly Local<"i32">[],
  factor: (d: number) => number,
): void {
  const { inputs, outputs, degree, constants } = settings;
  const [from, row, to, end] = [f.let(w), f.let(scratch), f.local("i32"), f.local("i32")];
  f.set(end, i32.add(scratch, inputs * BYTES));
  f.for(row, scratch, end, BYTES, () => {
    for (let d = 1; d <= degree; d++) {
      const at = f.let(i32.add(from, (d - Number(!constants)) * outputs * BYTES));
      const first = f.let(i32.add(row, (d - 1) * inputs * BYTES));
      f.for(to, first, i32.add(first, outputs * degree * inputs * BYTES), degree * inputs * BYTES, () => {
        f.storeVector(to, 0, f32x4.mul(v128.loadFirst(at), f32x4.const(factor(d))), 1);
        f.advance(at, BYTES);
      });
    }
    f.advance(from, termsOf(settings) * outputs * BYTES);
  });
}

/** dx[rows, column .. column + lanes]. */
function emitTile(
  f: FunctionBuilder,
  { inputs, outputs, degree }: PolynomialSettings,
  [g, x, dx, coefficients]: readonly Local<"i32">[],
  column: Local<"i32">,
  rows: number,
  lanes: number,
): void {
  const at = f.let(i32.add(x, column));
  const xs = Array.from({ length: rows }, (_, r) => f.let(emitLoad(f, at, r * inputs * BYTES, lanes)));
  const sums = f.locals("v128", rows);
  for (const sum of sums) f.set(sum, v128.zero());
  const [pg, pw] = [f.local("i32"), f.let(i32.add(coefficients, column))];
  f.for(pg, g, i32.add(g, outputs * BYTES), BYTES, () => {
    const terms = Array.from({ length: degree }, (_, d) => f.let(emitLoad(f, pw, d * inputs * BYTES, lanes)));
    for (const [r, sum] of sums.entries()) {
      const slope = emitHorner(terms, xs[r]);
      f.set(sum, f32x4.add(sum, f32x4.mul(f32x4.loadSplat(pg, r * outputs * BYTES), slope)));
    }
    f.advance(pw, degree * inputs * BYTES);
  });
  const target = f.let(i32.add(dx, column));
  for (const [r, sum] of sums.entries()) f.storeVector(target, r * inputs * BYTES, sum, lanes);
}
