/**
 * Polynomial layer in any basis, gradient with respect to the input:
 * dx[r, i] = sum_o g[r, o] sum_k w[i, k, o] s'_k(x[r, i]), with the derivative s'_k of phi_k(squash(x)).
 *
 * The weights are kept in scratch memory as [outputs, degree, inputs], so that vectors run along the inputs, which are
 * not summed. Few inputs of a layer whose gradient is wanted are 0, so none is skipped.
 * Order of operations: s'_k is computed in double precision and rounded once. The sum over k from the left, then times g;
 * one output after the other.
 */
import { BYTES } from "../../floats.ts";
import { numbers } from "../../math/arithmetic.ts";
import { basisSlopes } from "../../math/basis.ts";
import { f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import { doubleLanes, narrow, widen } from "../../wasm/lanes.ts";
import type { Kernel } from "../kernel.ts";
import { emitLoad, emitRowGroups, emitVectors } from "../pieces.ts";
import { termsOf } from "../polynomial/forward.ts";
import { emitCoefficients } from "../polynomial/inputs.ts";
import { emitTerm, type PolynomialBasisSettings } from "./biases.ts";

const ROWS = 4;

/** Operands: g, x, w. Result: dx. Counts: rows. */
export const basisInputsKernel: Kernel<PolynomialBasisSettings> = {
  name: "polynomial inputs in a basis",
  /** The weights, [outputs, degree, inputs]. */
  scratch: ({ inputs, outputs, degree }) => outputs * degree * inputs * BYTES,
  simd(f, { operands: [g, x, w], results: [dx], scratch, counts: [rows] }, settings) {
    const { inputs, outputs } = settings;
    emitCoefficients(f, settings, [w, scratch], () => 1);
    emitRowGroups(f, rows, ROWS, (count) => {
      emitVectors(f, inputs, (column, lanes) => emitTile(f, settings, [g, x, dx, scratch], column, count, lanes));
      f.advance(g, count * outputs * BYTES);
      f.advance(x, count * inputs * BYTES);
      f.advance(dx, count * inputs * BYTES);
    });
  },
  plain({ operands: [g, x, w], results: [dx], counts: [rows], round }, settings) {
    const { inputs, outputs, degree } = settings;
    const [terms, first] = [termsOf(settings), Number(settings.constants)];
    for (let r = 0; r < rows; r++)
      for (let i = 0; i < inputs; i++) {
        const slopes = basisSlopes(numbers, settings, x[r * inputs + i]).map(round);
        let sum = 0;
        for (let o = 0; o < outputs; o++) {
          const weight = (k: number) => w[(i * terms + first + k) * outputs + o];
          let slope = round(slopes[0] * weight(0));
          for (let k = 1; k < degree; k++) slope = round(slope + round(slopes[k] * weight(k)));
          sum = round(sum + round(g[r * outputs + o] * slope));
        }
        dx[r * inputs + i] = sum;
      }
  },
};

/** dx[rows, column .. column + lanes]. */
function emitTile(
  f: FunctionBuilder,
  settings: PolynomialBasisSettings,
  [g, x, dx, weights]: readonly Local<"i32">[],
  column: Local<"i32">,
  rows: number,
  lanes: number,
): void {
  const { inputs, outputs, degree } = settings;
  const at = f.let(i32.add(x, column));
  const slopes = Array.from({ length: rows }, (_, r) => {
    const values = widen(f, emitLoad(f, at, r * inputs * BYTES, lanes));
    return basisSlopes(doubleLanes(f), settings, values).map((slope) => f.let(narrow(slope)));
  });
  const sums = f.locals("v128", rows);
  for (const sum of sums) f.set(sum, v128.zero());
  const [pg, pw] = [f.local("i32"), f.let(i32.add(weights, column))];
  f.for(pg, g, i32.add(g, outputs * BYTES), BYTES, () => {
    const own = Array.from({ length: degree }, (_, k) => f.let(emitLoad(f, pw, k * inputs * BYTES, lanes)));
    for (const [r, sum] of sums.entries()) {
      const slope = emitTerm(slopes[r], own);
      f.set(sum, f32x4.add(sum, f32x4.mul(f32x4.loadSplat(pg, r * outputs * BYTES), slope)));
    }
    f.advance(pw, degree * inputs * BYTES);
  });
  const target = f.let(i32.add(dx, column));
  for (const [r, sum] of sums.entries()) f.storeVector(target, r * inputs * BYTES, sum, lanes);
}
