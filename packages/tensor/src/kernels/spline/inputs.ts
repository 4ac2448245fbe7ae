/**
 * Spline layer, gradient with respect to the input: dx[r, i] = sum_o g[r, o] e'_i(x[r, i]) with e'_i(x) = sum_k w[i, k,
 * o] B'_k(x) + v[i, o] silu'(x).
 *
 * Few inputs of a layer whose gradient is wanted are 0, so none is skipped.
 * Order of operations: e'_i is the sum over the functions, from the left, then the base. Sums over the outputs: four
 * partial sums, of the outputs o with the same o mod 4, one after the other; then (0 + 2) + (1 + 3). silu' is computed
 * in double precision and rounded once.
 */
import { BYTES, LANES } from "../../floats.ts";
import { numbers } from "../../math/arithmetic.ts";
import { siluSlope } from "../../math/sigmoid.ts";
import { f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { Kernel } from "../kernel.ts";
import { emitBlocks, emitLoad, emitVectors } from "../pieces.ts";
import { BLOCK } from "../sums.ts";
import { entriesScratch, matrixSlopes, ofInput } from "./entries.ts";
import { knotsOf } from "./local.ts";
import { emitClear, emitCopy, functionRows, rowBytes, rowsBytes, type SplineSettings } from "./rows.ts";
import { localFunctions } from "./twin.ts";

/** Operands: g, x, w, knots, and v if there is a base. Result: dx. Counts: rows. */
export const splineInputsKernel: Kernel<SplineSettings> = {
  name: "spline inputs",
  scratch: (settings) => entriesScratch(settings) + rowsBytes(settings, Math.ceil(settings.outputs / LANES)),
  simd(f, { operands: [g, x, w, knots, v], results: [dx], scratch, counts: [rows] }, settings) {
    const { inputs, outputs, functions, base } = settings;
    const vectors = Math.ceil(outputs / LANES);
    const widths = Array.from({ length: vectors }, (_, k) => Math.min(LANES, outputs - k * LANES));
    const own = f.let(i32.add(scratch, entriesScratch(settings)));
    const [none, all] = [f.let(i32.const(0)), f.let(i32.const(inputs))];
    const source = matrixSlopes(f, settings, [x, knots, scratch]);
    emitClear(f, own, rowsBytes(settings, vectors));
    source.start();
    emitBlocks(f, rows, BLOCK, (_, length) => {
      source.columns(length, [none, all], ({ column, entries }) => {
        const weights = f.let(ofInput(column, w, functions * outputs));
        emitCopy(f, settings, own, [weights, v ? f.let(ofInput(column, v, outputs)) : 0], widths);
        const target = f.let(i32.add(dx, i32.mul(column, BYTES)));
        entries((entry) => {
          const { count, values: slopes } = entry.functions();
          const at = f.let(i32.add(own, i32.mul(count, rowBytes(vectors))));
          const gs = f.let(i32.add(g, i32.mul(entry.row, outputs * BYTES)));
          const ofBase = base ? f.let(entry.silu) : undefined;
          const sum = f.let(v128.zero());
          emitVectors(f, outputs, (output, lanes) => {
            const from = f.let(i32.add(at, output));
            const terms = slopes.map((slope, r) => f32x4.mul(slope, v128.load(from, r * rowBytes(vectors))));
            const last = functionRows(settings) * rowBytes(vectors);
            if (ofBase) terms.push(f32x4.mul(ofBase, v128.load(i32.add(own, output), last)));
            const edges = terms.reduce((total, term) => f32x4.add(total, term));
            f.set(sum, f32x4.add(sum, f32x4.mul(emitLoad(f, i32.add(gs, output), 0, lanes), edges)));
          });
          const pairs = f.let(f32x4.add(sum, v128.shuffle(sum, sum, [2, 3, 2, 3])));
          const total = f32x4.add(pairs, v128.shuffle(pairs, pairs, [1, 1, 1, 1]));
          f.storeVector(i32.add(target, i32.mul(entry.row, inputs * BYTES)), 0, total, 1);
        });
      });
      source.next();
      f.advance(g, BLOCK * outputs * BYTES);
      f.advance(dx, BLOCK * inputs * BYTES);
    });
  },
  plain({ operands: [g, x, w, knots, v], results: [dx], counts: [rows], round }, settings) {
    const { inputs, outputs, functions, order, base } = settings;
    const count = knotsOf(settings);
    for (let i = 0; i < inputs; i++) {
      const own = Float64Array.from({ length: count }, (_, k) => knots[i * count + k]);
      for (let r = 0; r < rows; r++) {
        const at = x[r * inputs + i];
        const local = localFunctions(own, settings, at, "slopes", round);
        const ofBase = round(siluSlope(numbers, at));
        const sums = new Float64Array(LANES);
        for (let o = 0; o < outputs; o++) {
          let edge = 0;
          for (const [s, slope] of local.functions.entries()) {
            const k = local.count - order - 1 + s;
            const term = round(slope * (k < 0 || k >= functions ? 0 : w[(i * functions + k) * outputs + o]));
            edge = s === 0 ? term : round(edge + term);
          }
          if (base) edge = round(edge + round(ofBase * v[i * outputs + o]));
          sums[o % LANES] = round(sums[o % LANES] + round(g[r * outputs + o] * edge));
        }
        dx[r * inputs + i] = round(round(sums[0] + sums[2]) + round(sums[1] + sums[3]));
      }
    }
  },
};
