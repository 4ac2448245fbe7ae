/**
 * Polynomial layer, gradient with respect to the input: dx[b, i] = sum_o g[b, o] (w1 + x (2 w2 + x (3 w3 + ...))), with
 * x = x[b, i] and wd = w[o, d, i].
 *
 * The coefficients of the derivative, d wd, are computed once and kept in scratch memory.
 * Order of operations: Horner's rule from the highest power, then times g; one output after the other.
 */
import { BYTES } from "../../floats.ts";
import { f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import type { Kernel } from "../kernel.ts";
import { emitHorner, emitLoad, emitRowGroups, emitVectors } from "../pieces.ts";
import type { PolynomialSettings } from "./forward.ts";

const ROWS = 4;

/** Operands: g, x, w. Result: dx. Counts: rows. */
export const polynomialInputsKernel: Kernel<PolynomialSettings> = {
  name: "polynomial inputs",
  /** The coefficients of the derivative, [outputs, degree, inputs]. */
  scratch: ({ inputs, outputs, degree }) => outputs * degree * inputs * BYTES,
  simd(f, { operands: [g, x, w], results: [dx], scratch, counts: [rows] }, settings) {
    const { inputs, outputs } = settings;
    emitDerivative(f, settings, w, scratch);
    emitRowGroups(f, rows, ROWS, (count) => {
      emitVectors(f, inputs, (column, lanes) => emitTile(f, settings, [g, x, dx, scratch], column, count, lanes));
      f.advance(g, count * outputs * BYTES);
      f.advance(x, count * inputs * BYTES);
      f.advance(dx, count * inputs * BYTES);
    });
  },
  plain({ operands: [g, x, w], results: [dx], counts: [rows], round }, { inputs, outputs, degree }) {
    for (let b = 0; b < rows; b++)
      for (let i = 0; i < inputs; i++) {
        const v = x[b * inputs + i];
        let sum = 0;
        for (let o = 0; o < outputs; o++) {
          const first = o * (degree + 1) * inputs + i;
          let slope = round(degree * w[first + degree * inputs]);
          for (let d = degree - 1; d > 0; d--) slope = round(round(d * w[first + d * inputs]) + round(v * slope));
          sum = round(sum + round(g[b * outputs + o] * slope));
        }
        dx[b * inputs + i] = sum;
      }
  },
};

/** scratch[o, d - 1, i] = d w[o, d, i]. */
function emitDerivative(
  f: FunctionBuilder,
  { inputs, outputs, degree }: PolynomialSettings,
  w: Local<"i32">,
  scratch: Local<"i32">,
): void {
  const [at, from, to, output] = [f.local("i32"), f.local("i32", w), f.local("i32", scratch), f.local("i32")];
  f.for(output, 0, outputs, 1, () => {
    for (let d = 1; d <= degree; d++)
      f.for(at, 0, inputs * BYTES, BYTES, () => {
        const weight = v128.loadFirst(i32.add(from, at), d * inputs * BYTES);
        f.storeVector(i32.add(to, at), (d - 1) * inputs * BYTES, f32x4.mul(weight, f32x4.const(d)), 1);
      });
    f.advance(from, (degree + 1) * inputs * BYTES);
    f.advance(to, degree * inputs * BYTES);
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
