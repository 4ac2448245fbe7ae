/**
 * Spline layer, forward: y[r, o] = sum_i e_i(x[r, i]) with e_i(x) = sum_k w[i, k, o] B_k(x) + v[i, o] silu(x).
 *
 * With z_i = e_i(0), the sum is sum_i z_i, one bias for each output, and the terms e_i(x) - z_i of the elements that
 * are not 0. Only order + 1 functions are not 0 at x (see local.ts): their number does not grow with the grid.
 * Order of operations: e_i is the sum over the functions, from the left, then the base; then z_i is subtracted. Terms
 * are summed as in sums.ts, without those in which x is 0. The bias is summed over the inputs, one after the other, and
 * comes last. silu is computed in double precision and rounded once.
 */
import { BYTES, LANES } from "../../floats.ts";
import { numbers } from "../../math/arithmetic.ts";
import { silu } from "../../math/sigmoid.ts";
import { type Expr, f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import type { Kernel } from "../kernel.ts";
import { emitBlocks, emitStrips } from "../pieces.ts";
import { BLOCK } from "../sums.ts";
import { emitTotals, emitZeros, STRIP } from "../zeros/forward.ts";
import { entriesScratch, matrixEntries, ofInput, type SplineSource } from "./entries.ts";
import { listEntries, listsScratch } from "./lists.ts";
import { knotsOf, type LocalFunctions } from "./local.ts";
import { emitClear, emitCopy, functionRows, rowBytes, rowsBytes, type SplineSettings } from "./rows.ts";
import { localFunctions } from "./twin.ts";

/** Operands: x, w, knots, and v if there is a base. Counts: rows. */
export const splineKernel: Kernel<SplineSettings> = {
  name: "spline",
  scratch: (settings) => sumsScratch(settings) + entriesScratch(settings),
  simd(f, { operands: [x, w, knots, v], results: [y], scratch, counts: [rows] }, settings) {
    const own = f.let(i32.add(scratch, sumsScratch(settings)));
    emitSums(f, settings, matrixEntries(f, settings, [x, knots, own]), { w, v, y, rows, scratch });
  },
  plain({ operands: [x, w, knots, v], results: [y], counts: [rows], round }, settings) {
    const { inputs, outputs, functions, order, base } = settings;
    const tables = Array.from({ length: inputs }, (_, i) =>
      Float64Array.from({ length: knotsOf(settings) }, (_, k) => knots[i * knotsOf(settings) + k]),
    );
    const edge = (i: number, at: number): ((o: number) => number) => {
      const { count, functions: values } = localFunctions(tables[i], settings, at, "values", round);
      const factor = round(silu(numbers, at));
      return (o) => {
        let sum = 0;
        for (let r = 0; r <= order; r++) {
          const k = count - order - 1 + r;
          const term = round(values[r] * (k < 0 || k >= functions ? 0 : w[(i * functions + k) * outputs + o]));
          sum = r === 0 ? term : round(sum + term);
        }
        return base && at !== 0 ? round(sum + round(factor * v[i * outputs + o])) : sum;
      };
    };
    const zeros = tables.map((_, i) => Array.from({ length: outputs }, (_, o) => edge(i, 0)(o)));
    const biases = zeros.reduce((sums, own) => sums.map((sum, o) => round(sum + own[o])), new Array(outputs).fill(0));
    const [sums, totals] = [new Float64Array(outputs), new Float64Array(outputs)];
    for (let r = 0; r < rows; r++) {
      for (let block = 0; block < inputs; block += BLOCK) {
        sums.fill(0);
        for (let i = block; i < Math.min(block + BLOCK, inputs); i++) {
          if (x[r * inputs + i] === 0) continue;
          const own = edge(i, x[r * inputs + i]);
          for (let o = 0; o < outputs; o++) sums[o] = round(sums[o] + round(own(o) - zeros[i][o]));
        }
        for (let o = 0; o < outputs; o++) totals[o] = block === 0 ? sums[o] : round(totals[o] + sums[o]);
      }
      for (let o = 0; o < outputs; o++) y[r * outputs + o] = round(totals[o] + biases[o]);
    }
  },
};

/** The same from lists of bytes. Operands: lists of x, w, knots, and v if there is a base. Counts: rows. */
export const splineListsKernel: Kernel<SplineSettings> = {
  name: "spline of lists",
  scratch: (settings) => sumsScratch(settings) + listsScratch(settings),
  simd(f, { operands: [lists, w, knots, v], results: [y], scratch, counts: [rows] }, settings) {
    const own = f.let(i32.add(scratch, sumsScratch(settings)));
    emitSums(f, settings, listEntries(f, settings, [lists, knots, own]), { w, v, y, rows, scratch });
  },
};

/** The bytes of scratch memory for the weights of an input, the biases, and the sums of a block of rows. */
function sumsScratch(settings: SplineSettings): number {
  return rowsBytes(settings, STRIP) + (1 + BLOCK) * rowBytes(STRIP);
}

type Places = Readonly<Record<"w" | "y" | "rows" | "scratch", Local<"i32">>> & {
  readonly v: Local<"i32"> | undefined;
};

/** y[r, o] = the terms of all entries, and the bias. */
function emitSums(
  f: FunctionBuilder,
  settings: SplineSettings,
  source: SplineSource,
  { w, v, y, rows, scratch: own }: Places,
): void {
  const { inputs, outputs, functions } = settings;
  const biases = f.let(i32.add(own, rowsBytes(settings, STRIP)));
  const sums = f.let(i32.add(biases, rowBytes(STRIP)));
  const all = f.let(i32.const(inputs));
  emitStrips(f, outputs, STRIP, (strip, widths) => {
    const target = f.let(i32.add(y, strip));
    const row = rowBytes(widths.length);
    emitClear(f, own, rowsBytes(settings, widths.length));
    source.start();
    emitBlocks(f, rows, BLOCK, (_, length) => {
      emitClear(f, biases, row);
      emitBlocks(f, all, BLOCK, (first, count) => {
        const end = f.let(i32.add(first, count));
        emitZeros(f, sums, length, widths.length);
        source.columns(length, [first, end], ({ column, zero, entries }) => {
          const weights = f.let(i32.add(ofInput(column, w, functions * outputs), strip));
          const base = v ? f.let(i32.add(ofInput(column, v, outputs), strip)) : 0;
          emitCopy(f, settings, own, [weights, base], widths);
          const atZero = emitEdges(f, settings, own, zero, undefined, widths);
          for (const [k, value] of atZero.entries()) emitAdd(f, biases, k, value);
          entries((entry) => {
            const at = f.let(i32.add(sums, i32.mul(entry.row, row)));
            const local = entry.functions();
            const factor = settings.base ? f.let(entry.silu) : undefined;
            for (const [k, edge] of emitEdges(f, settings, own, local, factor, widths).entries())
              emitAdd(f, at, k, f32x4.sub(edge, atZero[k]));
          });
        });
        const [isFirst, isLast] = [f.let(i32.eq(first, 0)), f.let(i32.eq(end, inputs))];
        emitTotals(f, { outputs, relu: false }, { sums, y: target, length, isFirst, isLast, biases }, widths);
      });
      source.next();
      f.advance(target, BLOCK * outputs * BYTES);
    });
  });
}

/** Adds to vector k of a row. */
export function emitAdd(f: FunctionBuilder, row: Local<"i32">, k: number, term: Expr<"v128">, offset = 0): void {
  const at = offset + k * LANES * BYTES;
  f.storeVector(row, at, f32x4.add(v128.load(row, at), term));
}

/** e_i(x) for the outputs of a strip, from the functions at x and silu, which is left away at 0. */
function emitEdges(
  f: FunctionBuilder,
  settings: SplineSettings,
  rows: Local<"i32">,
  { count, values }: LocalFunctions,
  factor: Local<"v128"> | undefined,
  widths: readonly number[],
): Local<"v128">[] {
  const row = rowBytes(widths.length);
  const at = f.let(i32.add(rows, i32.mul(count, row)));
  return widths.map((_, k) => {
    const offset = k * LANES * BYTES;
    const terms = values.map((value, r) => f32x4.mul(value, v128.load(at, r * row + offset)));
    if (factor) terms.push(f32x4.mul(factor, v128.load(rows, functionRows(settings) * row + offset)));
    return f.let(terms.reduce((sum, term) => f32x4.add(sum, term)));
  });
}
