/**
 * Spline layer, forward: y[r, o] = sum_i e_i(x[r, i]) with e_i(x) = sum_k w[i, k, o] B_k(x) + v[i, o] silu(x).
 *
 * With z_i = e_i(0), the sum is sum_i z_i, one bias for each output, and the terms e_i(x) - z_i of the elements that are not 0. Only order +
 * 1 functions are not 0 at x (see local.ts): their number does not grow with the grid.
 * Order of operations: e_i is the sum over the functions, from the left, then the base; then z_i is subtracted. Terms are summed as in sums.ts, without those in
 * which x is 0. The bias is summed over the inputs, one after the other, and comes last. silu is computed in double precision and rounded once.
 */
import { BYTES, LANES } from "../../floats.ts";
import { numbers } from "../../math/arithmetic.ts";
import { silu } from "../../math/sigmoid.ts";
import { type Expr, f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import { doubleLanes, type Lanes, narrow, widen } from "../../wasm/lanes.ts";
import { i32x4 } from "../../wasm/vectors.ts";
import { columnsScratch, emitColumns } from "../basis/columns.ts";
import type { Kernel } from "../kernel.ts";
import { emitBlocks, emitStrips } from "../pieces.ts";
import { biasBytes } from "../polynomial/forward.ts";
import { BLOCK } from "../sums.ts";
import { emitTotals, emitZeros, STRIP } from "../zeros/forward.ts";
import { emitLocal, emitPlaces, emitTables, knotsOf, localFunctions, tablesBytes } from "./local.ts";
import { emitClear, emitCopy, functionRows, rowBytes, rowsBytes, type SplineSettings } from "./rows.ts";

/** Operands: x, w, knots, and v if there is a base. Counts: rows. */
export const splineKernel: Kernel<SplineSettings> = {
  name: "spline",
  scratch: (settings) =>
    biasBytes(STRIP * LANES) +
    BLOCK * rowBytes(STRIP) +
    tablesBytes(settings) +
    rowsBytes(settings, STRIP) +
    columnsScratch(EVALUATED),
  simd(f, { operands: [x, w, knots, v], results: [y], scratch: biases, counts: [rows] }, settings) {
    const { inputs, outputs, functions } = settings;
    const sums = f.let(i32.add(biases, biasBytes(STRIP * LANES)));
    const tables = f.let(i32.add(sums, BLOCK * rowBytes(STRIP)));
    const own = f.let(i32.add(tables, tablesBytes(settings)));
    const scratch = f.let(i32.add(own, rowsBytes(settings, STRIP)));
    const all = f.let(i32.const(inputs));
    emitStrips(f, outputs, STRIP, (strip, widths) => {
      const [block, target] = [f.let(x), f.let(i32.add(y, strip))];
      emitClear(f, own, rowsBytes(settings, widths.length));
      emitBlocks(f, rows, BLOCK, (_, length) => {
        emitClear(f, biases, rowBytes(widths.length));
        emitBlocks(f, all, BLOCK, (first, count) => {
          const end = f.let(i32.add(first, count));
          emitZeros(f, sums, length, widths.length);
          const evaluate = emitEvaluation(f, settings, knots);
          emitColumns(f, inputs, { x: block, length, scratch }, [first, end], evaluate, (entries, column) => {
            const ownKnots = f.let(ofInput(column, knots, knotsOf(settings)));
            emitTables(f, settings, ownKnots, tables);
            const weights = f.let(i32.add(ofInput(column, w, functions * outputs), strip));
            const base = v ? f.let(i32.add(ofInput(column, v, outputs), strip)) : 0;
            emitCopy(f, settings, own, [weights, base], widths);
            const atZero = emitAtZero(f, settings, ownKnots);
            const zeros = emitEdges(f, { ...settings, base: false }, [tables, own], atZero, widths);
            for (const [k, zero] of zeros.entries()) {
              const at = k * LANES * BYTES;
              f.storeVector(biases, at, f32x4.add(v128.load(biases, at), zero));
            }
            entries(({ row, value, integer }) => {
              const at = f.let(i32.add(sums, i32.mul(row, rowBytes(widths.length))));
              const entry = { count: integer(0), inside: f.let(value(1)), silu: value(2) };
              for (const [k, edge] of emitEdges(f, settings, [tables, own], entry, widths).entries()) {
                const term = f32x4.sub(edge, zeros[k]);
                f.storeVector(at, k * LANES * BYTES, f32x4.add(v128.load(at, k * LANES * BYTES), term));
              }
            });
          });
          const [isFirst, isLast] = [f.let(i32.eq(first, 0)), f.let(i32.eq(end, inputs))];
          const totals = { sums, y: target, length, isFirst, isLast, biases };
          emitTotals(f, { outputs, relu: false }, totals, widths);
        });
        f.advance(block, BLOCK * inputs * BYTES);
        f.advance(target, BLOCK * outputs * BYTES);
      });
    });
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

/** What is evaluated for four entries at a time: the number of knots, the element inside them, and silu. */
export const EVALUATED = 3;

/** Where the numbers of an input begin. */
export function ofInput(column: Local<"i32">, first: Local<"i32">, count: number): Expr<"i32"> {
  return i32.add(first, i32.mul(column, count * BYTES));
}

/** Emits what is evaluated for four entries. */
export function emitEvaluation(
  f: FunctionBuilder,
  settings: SplineSettings,
  knots: Local<"i32">,
): (x: Lanes, column: Local<"i32">) => readonly Lanes[] {
  return (x, column) => {
    const places = emitPlaces(f, settings, f.let(ofInput(column, knots, knotsOf(settings))), x);
    return settings.base ? [...places, narrow(silu(doubleLanes(f), widen(f, x)))] : places;
  };
}

/** An entry: the number of knots at or below it; in all lanes, itself inside the knots, and silu, if there is a base. */
export interface SplineEntry {
  readonly count: Expr<"i32">;
  readonly inside: Local<"v128">;
  readonly silu: Expr<"v128">;
}

/** The entry that 0 is. */
export function emitAtZero(f: FunctionBuilder, settings: SplineSettings, knots: Local<"i32">): SplineEntry {
  const [counts, inside] = emitPlaces(f, settings, knots, v128.zero());
  return { count: f.let(i32x4.first(counts)), inside, silu: v128.zero() };
}

/** e_i(x) for the outputs of a strip. */
function emitEdges(
  f: FunctionBuilder,
  settings: SplineSettings,
  [tables, rows]: readonly [Local<"i32">, Local<"i32">],
  { count, inside, silu }: SplineEntry,
  widths: readonly number[],
): Local<"v128">[] {
  const counted = f.let(count);
  const values = emitLocal(f, settings, tables, [counted, inside], "values");
  const at = f.let(i32.add(rows, i32.mul(counted, rowBytes(widths.length))));
  const factor = settings.base ? f.let(silu) : v128.zero();
  return widths.map((_, k) => {
    const offset = k * LANES * BYTES;
    const terms = values.map((value, r) => f32x4.mul(value, v128.load(at, r * rowBytes(widths.length) + offset)));
    if (settings.base)
      terms.push(f32x4.mul(factor, v128.load(rows, functionRows(settings) * rowBytes(widths.length) + offset)));
    return f.let(terms.reduce((sum, term) => f32x4.add(sum, term)));
  });
}
