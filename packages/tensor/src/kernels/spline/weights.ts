/**
 * Spline layer, gradients with respect to the weights: dw[i, k, o] = sum_r g[r, o] B_k(x[r, i]) and dv[i, o] = sum_r
 * g[r, o] silu(x[r, i]).
 *
 * All elements that are 0 meet the same functions: they add B_k(0) times the sum of g over their rows, which is the sum
 * over all rows less that over the entries. An entry adds to the rows (see rows.ts) of its functions and of the base.
 * Order of operations: within a block of 256 rows, one entry after the other, and the elements that are 0 at last; then
 * the sums of the blocks, one after the other.
 */
import { BYTES, LANES } from "../../floats.ts";
import { numbers } from "../../math/arithmetic.ts";
import { silu } from "../../math/sigmoid.ts";
import { f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import type { Kernel } from "../kernel.ts";
import { emitBlocks, emitLoad, emitStrips } from "../pieces.ts";
import { BLOCK } from "../sums.ts";
import { STRIP } from "../zeros/forward.ts";
import { entriesScratch, matrixEntries, ofInput, type SplineSource } from "./entries.ts";
import { emitAdd } from "./forward.ts";
import { listEntries, listsScratch } from "./lists.ts";
import { knotsOf, type LocalFunctions } from "./local.ts";
import { emitClear, functionRows, rowBytes, rowsBytes, type SplineSettings } from "./rows.ts";
import { localFunctions } from "./twin.ts";

/** Operands: g, x, knots. Results: dw, and dv if there is a base. Counts: rows. */
export const splineWeightsKernel: Kernel<SplineSettings> = {
  name: "spline weights",
  scratch: (settings) => sumsScratch(settings) + entriesScratch(settings),
  simd(f, { operands: [g, x, knots], results: [dw, dv], scratch, counts: [rows] }, settings) {
    const own = f.let(i32.add(scratch, sumsScratch(settings)));
    emitGradient(f, settings, matrixEntries(f, settings, [x, knots, own]), { g, dw, dv, rows, scratch });
  },
  plain({ operands: [g, x, knots], results: [dw, dv], counts: [rows], round }, settings) {
    const { inputs, outputs, functions, order, base } = settings;
    const count = knotsOf(settings);
    const accumulate = (sums: Float64Array, own: ArrayLike<number>, at: number, gs: ArrayLike<number>) => {
      const local = localFunctions(own, settings, at, "values", round);
      for (const [r, value] of local.functions.entries()) {
        const k = local.count - order - 1 + r;
        if (k < 0 || k >= functions) continue;
        for (let o = 0; o < outputs; o++) sums[k * outputs + o] = round(sums[k * outputs + o] + round(value * gs[o]));
      }
    };
    for (let i = 0; i < inputs; i++) {
      const own = Float64Array.from({ length: count }, (_, k) => knots[i * count + k]);
      for (let block = 0; block < rows; block += BLOCK) {
        const sums = new Float64Array(functions * outputs);
        const [total, entered, ofBase] = [0, 0, 0].map(() => new Float64Array(outputs));
        for (let r = block; r < Math.min(block + BLOCK, rows); r++) {
          const gs = Float64Array.from({ length: outputs }, (_, o) => g[r * outputs + o]);
          for (let o = 0; o < outputs; o++) total[o] = round(total[o] + gs[o]);
          const at = x[r * inputs + i];
          if (at === 0) continue;
          accumulate(sums, own, at, gs);
          const factor = round(silu(numbers, at));
          for (let o = 0; o < outputs; o++) {
            entered[o] = round(entered[o] + gs[o]);
            ofBase[o] = round(ofBase[o] + round(factor * gs[o]));
          }
        }
        accumulate(
          sums,
          own,
          0,
          total.map((sum, o) => round(sum - entered[o])),
        );
        const first = i * functions * outputs;
        for (const [at, sum] of sums.entries()) dw[first + at] = block === 0 ? sum : round(dw[first + at] + sum);
        if (base)
          for (const [o, sum] of ofBase.entries())
            dv[i * outputs + o] = block === 0 ? sum : round(dv[i * outputs + o] + sum);
      }
    }
  },
};

/**
 * The same from lists of bytes. Operands: g, lists of x, knots. Results: dw, and dv if there is a base. Counts: rows.
 */
export const splineListsWeightsKernel: Kernel<SplineSettings> = {
  name: "spline weights of lists",
  scratch: (settings) => sumsScratch(settings) + listsScratch(settings),
  simd(f, { operands: [g, lists, knots], results: [dw, dv], scratch, counts: [rows] }, settings) {
    const own = f.let(i32.add(scratch, sumsScratch(settings)));
    emitGradient(f, settings, listEntries(f, settings, [lists, knots, own]), { g, dw, dv, rows, scratch });
  },
};

/** The bytes of scratch memory for the sum of g, and for the sums of a column. */
const sumsScratch = (settings: SplineSettings): number => rowBytes(STRIP) + accumulatorBytes(settings, STRIP);

type Places = Readonly<Record<"g" | "dw" | "rows" | "scratch", Local<"i32">>> & {
  readonly dv: Local<"i32"> | undefined;
};

function emitGradient(
  f: FunctionBuilder,
  settings: SplineSettings,
  source: SplineSource,
  { g, dw, dv, rows, scratch: total }: Places,
): void {
  const { inputs, outputs, functions } = settings;
  const sums = f.let(i32.add(total, rowBytes(STRIP)));
  const [none, all] = [f.let(i32.const(0)), f.let(i32.const(inputs))];
  emitStrips(f, outputs, STRIP, (strip, widths) => {
    const gradient = f.let(i32.add(g, strip));
    const entered = (functionRows(settings) + 1) * rowBytes(widths.length);
    source.start();
    emitBlocks(f, rows, BLOCK, (done, length) => {
      const isFirst = f.let(i32.eq(done, 0));
      emitTotal(f, outputs, [gradient, length, total], widths);
      source.columns(length, [none, all], ({ column, zero, entries }) => {
        emitClear(f, sums, accumulatorBytes(settings, widths.length));
        entries((entry) => {
          const at = f.let(i32.add(gradient, i32.mul(entry.row, outputs * BYTES)));
          const gs = widths.map((lanes, k) => f.let(emitLoad(f, at, k * LANES * BYTES, lanes)));
          emitFunctions(f, sums, entry.functions(), gs);
          const factor = settings.base ? f.let(entry.silu) : undefined;
          for (const [k, own] of gs.entries()) {
            if (factor) emitAdd(f, sums, k, f32x4.mul(factor, own), entered - rowBytes(widths.length));
            emitAdd(f, sums, k, own, entered);
          }
        });
        const gs = widths.map((_, k) => f.let(f32x4.sub(load(total, k), load(sums, k, entered))));
        emitFunctions(f, sums, zero, gs);
        const target = f.let(i32.add(ofInput(column, dw, functions * outputs), strip));
        const base = dv ? f.let(i32.add(ofInput(column, dv, outputs), strip)) : undefined;
        emitResults(f, settings, sums, [target, base], isFirst, widths);
      });
      source.next();
      f.advance(gradient, BLOCK * outputs * BYTES);
    });
  });
}

/** The rows of the functions, of the base, and of the sum of g. */
function accumulatorBytes(settings: SplineSettings, vectors: number): number {
  return rowsBytes(settings, vectors) + rowBytes(vectors);
}

function load(address: Local<"i32">, vector: number, offset = 0) {
  return v128.load(address, offset + vector * LANES * BYTES);
}

/** total = the sum of g over the rows of a block. */
function emitTotal(
  f: FunctionBuilder,
  outputs: number,
  [g, length, total]: readonly Local<"i32">[],
  widths: readonly number[],
): void {
  const sums = widths.map(() => f.let(v128.zero()));
  const at = f.local("i32");
  f.for(at, g, i32.add(g, i32.mul(length, outputs * BYTES)), outputs * BYTES, () => {
    for (const [k, lanes] of widths.entries())
      f.set(sums[k], f32x4.add(sums[k], emitLoad(f, at, k * LANES * BYTES, lanes)));
  });
  for (const [k, sum] of sums.entries()) f.storeVector(total, k * LANES * BYTES, sum);
}

/** Adds g times functions to their rows. */
function emitFunctions(
  f: FunctionBuilder,
  sums: Local<"i32">,
  { count, values }: LocalFunctions,
  gs: readonly Local<"v128">[],
): void {
  const row = rowBytes(gs.length);
  const at = f.let(i32.add(sums, i32.mul(count, row)));
  for (const [r, value] of values.entries())
    for (const [k, own] of gs.entries()) emitAdd(f, at, k, f32x4.mul(value, own), r * row);
}

/** dw, dv = the sums of a block of rows, or += after the first block. */
function emitResults(
  f: FunctionBuilder,
  { functions, order, outputs }: SplineSettings,
  sums: Local<"i32">,
  [dw, dv]: readonly [Local<"i32">, Local<"i32"> | undefined],
  isFirst: Local<"i32">,
  widths: readonly number[],
): void {
  const bytes = rowBytes(widths.length);
  const [to, from] = [f.local("i32"), f.let(i32.add(sums, (order + 1) * bytes))];
  const deliver = (target: Local<"i32">, source: Local<"i32">, offset: number) => {
    for (const [k, lanes] of widths.entries()) {
      const at = k * LANES * BYTES;
      const sum = f.let(load(source, k, offset));
      f.if(i32.eq(isFirst, 0), () => f.set(sum, f32x4.add(emitLoad(f, target, at, lanes), sum)));
      f.storeVector(target, at, sum, lanes);
    }
  };
  f.for(to, dw, i32.add(dw, functions * outputs * BYTES), outputs * BYTES, () => {
    deliver(to, from, 0);
    f.advance(from, bytes);
  });
  if (dv) deliver(dv, sums, functionRows({ functions, order }) * bytes);
}
