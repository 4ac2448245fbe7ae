/**
 * Products and polynomials of a matrix given by its lists (see lists.ts): y[r, o] = bias[o] + sum_i x (w1 + x (w2 + ...))
 * with x = x[r, i] and wd = w[i, d, o], without the terms in which x is 0.
 *
 * Columns come one after the other. A column's weights stay in registers while its list adds x (w1 + ...) to the sums of
 * the rows that it names; the sums of all rows of a block stay in the first-level cache.
 * Order of operations: see sums.ts. A term with x = 0 is 0, and changes no sum, if the weights are finite. Unless all of
 * them are, the terms of every row are added.
 */
import { BYTES, LANES } from "../../floats.ts";
import { f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import type { Kernel } from "../kernel.ts";
import { emitBlocks, emitHorner, emitLoad, emitStrips } from "../pieces.ts";
import { biasBytes, emitBiases, type PolynomialSettings, termsOf } from "../polynomial/forward.ts";
import { BLOCK } from "../sums.ts";
import {
  emitAllFinite,
  emitColumns,
  emitEntries,
  FIRST_BLOCK,
  type ListsBlock,
  type ListsSettings,
  layout,
  passesOf,
} from "./lists.ts";

/** The vectors of a row whose sums are computed at a time: 24 KiB for a block of rows. */
export const STRIP = 6;
/** The number of weights of a column that stay in registers. */
export const REGISTERS = 9;

/**
 * What the kernels are compiled for. A matrix product is a polynomial of degree 1 without constant terms, and may have a
 * bias and relu.
 */
export interface ListSumsSettings extends ListsSettings, Omit<PolynomialSettings, "inputs"> {
  readonly bias: boolean;
  readonly relu: boolean;
}

/** Operands: lists of x, w, and the bias of a matrix product if there is one. Counts: rows. */
export const listSumsKernel: Kernel<ListSumsSettings> = {
  name: "sums of lists",
  scratch: ({ outputs }) => biasBytes(outputs) + BLOCK * STRIP * LANES * BYTES,
  simd(f, { operands: [lists, w, bias], results: [y], scratch, counts: [rows] }, settings) {
    const { columns, outputs, constants } = settings;
    if (constants) emitBiases(f, { ...settings, inputs: columns }, w, scratch);
    const sums = f.let(i32.add(scratch, biasBytes(outputs)));
    const biases = constants ? scratch : bias;
    const inputs = f.let(i32.const(columns));
    const allFinite = emitAllFinite(f, w, columns * termsOf(settings) * outputs);
    emitStrips(f, outputs, STRIP, (strip, widths) => {
      const [block, target] = [f.let(i32.add(lists, FIRST_BLOCK)), f.let(i32.add(y, strip))];
      emitBlocks(f, rows, BLOCK, (_, length) => {
        emitBlocks(f, inputs, BLOCK, (first, count) => {
          const end = f.let(i32.add(first, count));
          emitZeros(f, sums, length, widths.length);
          emitTerms(
            f,
            settings,
            { table: lists, block, length, allFinite },
            [first, end],
            [f.let(i32.add(w, strip)), sums],
            widths,
          );
          const [isFirst, isLast] = [f.let(i32.eq(first, 0)), f.let(i32.eq(end, columns))];
          const own = biases && f.let(i32.add(biases, strip));
          emitTotals(f, settings, { sums, y: target, length, isFirst, isLast, biases: own }, widths);
        });
        f.advance(block, layout(settings).size);
        f.advance(target, BLOCK * outputs * BYTES);
      });
    });
  },
};

/** sums = 0, for all rows of a block. */
export function emitZeros(f: FunctionBuilder, sums: Local<"i32">, length: Local<"i32">, vectors: number): void {
  const [at, end] = [f.local("i32"), f.let(i32.add(sums, i32.mul(length, vectors * LANES * BYTES)))];
  f.for(at, sums, end, LANES * BYTES, () => f.storeVector(at, 0, v128.zero()));
}

/** sums[r, strip] += the terms of some columns. */
function emitTerms(
  f: FunctionBuilder,
  settings: ListSumsSettings,
  lists: ListsBlock & { readonly allFinite: Local<"i32"> },
  columns: readonly [Local<"i32">, Local<"i32">],
  [w, sums]: readonly [Local<"i32">, Local<"i32">],
  widths: readonly number[],
): void {
  const { outputs, degree, constants } = settings;
  const [step, first] = [termsOf(settings) * outputs * BYTES, Number(constants)];
  const row = widths.length * LANES * BYTES;
  const weights = f.let(i32.add(w, i32.mul(columns[0], step)));
  const { allFinite } = lists;
  const emitColumn = (start: Local<"i32">, end: Local<"i32">) => {
    for (const [from, count] of passesOf(widths.length, Math.floor(REGISTERS / degree) || 1)) {
      const load = (v: number, d: number) =>
        f.let(emitLoad(f, weights, ((first + d) * outputs + v * LANES) * BYTES, widths[v]));
      const own = Array.from({ length: count }, (_, k) => Array.from({ length: degree }, (_, d) => load(from + k, d)));
      emitEntries(f, settings, lists, [start, end], allFinite, (r, x) => {
        const at = f.let(i32.add(sums, i32.mul(r, row)));
        for (const [k, coefficients] of own.entries()) {
          const offset = (from + k) * LANES * BYTES;
          const term = f32x4.mul(x, emitHorner(coefficients, x));
          f.storeVector(at, offset, f32x4.add(v128.load(at, offset), term));
        }
      });
    }
  };
  emitColumns(f, settings, lists, columns, (start, end) => {
    // A column without entries adds nothing, unless a weight is not finite.
    const counts = i32.add(i32.lt(start, end), i32.eq(allFinite, 0));
    f.if(counts, () => emitColumn(start, end));
    f.advance(weights, step);
  });
}

/** y (+)= sums, for all rows of a block; after the last columns, the bias and relu. */
export function emitTotals(
  f: FunctionBuilder,
  { outputs, relu }: Pick<ListSumsSettings, "outputs" | "relu">,
  places: Readonly<Record<"sums" | "y" | "length" | "isFirst" | "isLast", Local<"i32">>> & {
    readonly biases: Local<"i32"> | undefined;
  },
  widths: readonly number[],
): void {
  const { sums, y, length, isFirst, isLast, biases } = places;
  const [from, to, total] = [f.let(sums), f.let(y), f.local("v128")];
  const row = widths.length * LANES * BYTES;
  f.for(from, sums, i32.add(sums, i32.mul(length, row)), row, () => {
    for (const [v, lanes] of widths.entries()) {
      const offset = v * LANES * BYTES;
      f.set(total, v128.load(from, offset));
      f.if(i32.eq(isFirst, 0), () => f.set(total, f32x4.add(emitLoad(f, to, offset, lanes), total)));
      f.if(isLast, () => {
        if (biases) f.set(total, f32x4.add(total, emitLoad(f, biases, offset, lanes)));
        if (relu) f.set(total, f32x4.max(total, v128.zero()));
      });
      f.storeVector(to, offset, total, lanes);
    }
    f.advance(to, outputs * BYTES);
  });
}
