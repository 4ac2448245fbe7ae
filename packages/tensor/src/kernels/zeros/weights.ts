/**
 * The gradient with respect to the weights of a product or a polynomial, from the lists of x (see lists.ts):
 * dw[i, d, o] = sum_r g[r, o] x[r, i]^d, without the terms in which x is 0.
 *
 * Column by column, the sums stay in registers while the list picks the rows of g.
 * Order of operations: see sums.ts. A term with x = 0 is 0, and changes no sum, if g is finite. In a block of rows in
 * which it is not, the terms of all rows are added. The constant terms do not depend on x.
 */
import { BYTES, LANES } from "../../floats.ts";
import { i32, v128 } from "../../wasm/expression.ts";
import type { Kernel } from "../kernel.ts";
import { emitBlocks, emitCells, emitLoad } from "../pieces.ts";
import { type PolynomialSettings, termsOf } from "../polynomial/forward.ts";
import { emitConstants, emitPowers, emitSpread } from "../polynomial/weights.ts";
import { BLOCK } from "../sums.ts";
import { emitAllFinite, emitColumns, emitEntries, FIRST_BLOCK, type ListsSettings, layout, passesOf } from "./lists.ts";

/** The number of accumulators that stay in registers. */
const REGISTERS = 9;

/** What the kernel is compiled for. A matrix product is a polynomial of degree 1 without constant terms. */
export interface ListWeightsSettings extends ListsSettings, Omit<PolynomialSettings, "inputs"> {}

/** Operands: lists of x, g. Result: dw. Counts: rows. */
export const listWeightsKernel: Kernel<ListWeightsSettings> = {
  name: "weights of lists",
  simd(f, { operands: [lists, g], results: [dw], counts: [rows] }, settings) {
    const { columns, outputs, degree, constants } = settings;
    const [terms, first] = [termsOf(settings), Number(constants)];
    const vectors = Array.from({ length: Math.ceil(outputs / LANES) }, (_, v) => Math.min(LANES, outputs - v * LANES));
    const [block, none, all] = [f.let(i32.add(lists, FIRST_BLOCK)), f.let(i32.const(0)), f.let(i32.const(columns))];
    emitBlocks(f, rows, BLOCK, (done, length) => {
      const isFirst = f.let(i32.eq(done, 0));
      const allFinite = emitAllFinite(f, g, i32.mul(length, outputs));
      const target = f.let(dw);
      const places = { table: lists, block, length };
      emitColumns(f, settings, places, [none, all], (start, end) => {
        for (const [from, count] of passesOf(vectors.length, Math.floor(REGISTERS / degree) || 1)) {
          const sums = Array.from({ length: count }, () => f.locals("v128", degree));
          for (const sum of sums.flat()) f.set(sum, v128.zero());
          emitEntries(f, settings, places, [start, end], allFinite, (row, x) => {
            const at = f.let(i32.add(g, i32.mul(row, outputs * BYTES)));
            for (const [k, powers] of sums.entries()) {
              const v = from + k;
              emitPowers(f, powers, f.let(emitLoad(f, at, v * LANES * BYTES, vectors[v])), x);
            }
          });
          const place = (k: number, d: number) => ((first + d) * outputs + (from + k) * LANES) * BYTES;
          emitCells(
            f,
            isFirst,
            sums.flatMap((powers, k) =>
              powers.map((sum, d) => ({ sum, target, offset: place(k, d), lanes: vectors[from + k] })),
            ),
          );
        }
        f.advance(target, terms * outputs * BYTES);
      });
      if (constants) emitConstants(f, { outputs, g, sum: dw, length, isFirst });
      f.advance(block, layout(settings).size);
      f.advance(g, BLOCK * outputs * BYTES);
    });
    if (constants) emitSpread(f, { ...settings, inputs: columns }, dw);
  },
};
