/**
 * Polynomial layer, gradient with respect to the weights: dw[i, d, o] = sum_b g[b, o] x[b, i]^d.
 *
 * The terms g x, g x^2, ... are computed one from the other, and each power has its own accumulator. x^0 = 1, so
 * dw[i, 0, o] is the same for every input, the column sum of g, if there are constant terms. It is computed once, which
 * saves a quarter of the work at degree 3.
 * Order of operations: within a block of 256 rows, one after the other; then the sums of the blocks, one after the
 * other.
 */
import { BYTES, LANES } from "../../floats.ts";
import { f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import type { Kernel } from "../kernel.ts";
import { emitBlocks, emitCells, emitLoad, emitRowGroups, emitStrips, emitVectors } from "../pieces.ts";
import { BLOCK } from "../sums.ts";
import { type PolynomialSettings, termsOf } from "./forward.ts";

/** The number of accumulators that stay in registers, with the operands, on Node 20. */
const REGISTERS = 9;

/** How many inputs and vectors of outputs a tile has, so that inputs x vectors x degree accumulators fit. */
export function weightsTile(degree: number): { inputs: number; vectors: number } {
  const vectors = degree <= 2 ? 2 : 1;
  return { inputs: Math.max(1, Math.floor(REGISTERS / (degree * vectors))), vectors };
}

/** Operands: g, x. Result: dw. Counts: rows. */
export const polynomialWeightsKernel: Kernel<PolynomialSettings> = {
  name: "polynomial weights",
  simd(f, { operands: [g, x], results: [dw], counts: [rows] }, settings) {
    const { inputs, outputs, degree, constants } = settings;
    const tile = weightsTile(degree);
    const count = f.let(i32.const(inputs));
    emitBlocks(f, rows, BLOCK, (done, length) => {
      const [column, target] = [f.let(x), f.let(dw)];
      const block = { ...settings, g, length, isFirst: f.let(i32.eq(done, 0)) };
      emitRowGroups(f, count, tile.inputs, (several) => {
        emitStrips(f, outputs, tile.vectors, (output, widths) =>
          emitTile(f, block, column, f.let(i32.add(target, output)), output, several, widths),
        );
        f.advance(column, several * BYTES);
        f.advance(target, several * termsOf(settings) * outputs * BYTES);
      });
      if (constants) emitConstants(f, { ...block, sum: dw });
      f.advance(g, BLOCK * outputs * BYTES);
      f.advance(x, BLOCK * inputs * BYTES);
    });
    if (constants) emitSpread(f, settings, dw);
  },
  plain({ operands: [g, x], results: [dw], counts: [rows], round }, settings) {
    const { inputs, outputs, degree, constants } = settings;
    const [terms, first] = [termsOf(settings), Number(!constants)];
    const sums = new Float64Array(degree + 1);
    for (let i = 0; i < inputs; i++)
      for (let o = 0; o < outputs; o++)
        for (let block = 0; block < rows; block += BLOCK) {
          sums.fill(0);
          for (let b = block; b < Math.min(block + BLOCK, rows); b++) {
            let term = g[b * outputs + o];
            sums[0] = round(sums[0] + term);
            for (let d = 1; d <= degree; d++) {
              term = round(term * x[b * inputs + i]);
              sums[d] = round(sums[d] + term);
            }
          }
          for (let d = first; d <= degree; d++) {
            const at = (i * terms + d - first) * outputs + o;
            dw[at] = block === 0 ? sums[d] : round(dw[at] + sums[d]);
          }
        }
  },
};

/** A block of rows of g. */
export type BlockOfRows = PolynomialSettings & Readonly<Record<"g" | "length" | "isFirst", Local<"i32">>>;

/** dw[a few inputs, degrees from 1, a strip of outputs] = the sums over the rows of the block, or += after the first. */
function emitTile(
  f: FunctionBuilder,
  settings: BlockOfRows,
  x: Local<"i32">,
  target: Local<"i32">,
  output: Local<"i32">,
  several: number,
  widths: readonly number[],
): void {
  const { inputs, outputs, degree, constants, g, length, isFirst } = settings;
  const [terms, first] = [termsOf(settings), Number(constants)];
  const cells = Array.from({ length: several }, () => widths.map(() => f.locals("v128", degree)));
  for (const cell of cells.flat(2)) f.set(cell, v128.zero());
  const [pg, px, start] = [f.local("i32"), f.local("i32", x), f.let(i32.add(g, output))];
  f.for(pg, start, i32.add(start, i32.mul(length, outputs * BYTES)), outputs * BYTES, () => {
    const gs = widths.map((lanes, v) => f.let(emitLoad(f, pg, v * LANES * BYTES, lanes)));
    for (const [i, row] of cells.entries()) {
      const value = f.let(f32x4.loadSplat(px, i * BYTES));
      for (const [v, powers] of row.entries()) emitPowers(f, powers, gs[v], value);
    }
    f.advance(px, inputs * BYTES);
  });
  const offset = (i: number, v: number, d: number) => ((i * terms + first + d) * outputs + v * LANES) * BYTES;
  emitCells(
    f,
    isFirst,
    cells.flatMap((row, i) =>
      row.flatMap((powers, v) => powers.map((sum, d) => ({ sum, target, offset: offset(i, v, d), lanes: widths[v] }))),
    ),
  );
}

/** Adds g x, g x^2, ... to the sums of the powers. */
export function emitPowers(
  f: FunctionBuilder,
  sums: readonly Local<"v128">[],
  g: Local<"v128">,
  x: Local<"v128">,
): void {
  const term = f.let(f32x4.mul(g, x));
  for (const [d, sum] of sums.entries()) {
    if (d > 0) f.set(term, f32x4.mul(term, x));
    f.set(sum, f32x4.add(sum, term));
  }
}

/** sum[o] = the sum of g[b, o] over the rows of the block, or += after the first block. */
export function emitConstants(
  f: FunctionBuilder,
  {
    outputs,
    g,
    sum,
    length,
    isFirst,
  }: Omit<BlockOfRows, "inputs" | "degree" | "constants"> & {
    readonly sum: Local<"i32">;
  },
): void {
  const [pg, total] = [f.local("i32"), f.local("v128")];
  emitVectors(f, outputs, (output, lanes) => {
    f.set(total, v128.zero());
    const start = f.let(i32.add(g, output));
    const end = f.let(i32.add(start, i32.mul(length, outputs * BYTES)));
    f.for(pg, start, end, outputs * BYTES, () => f.set(total, f32x4.add(total, emitLoad(f, pg, 0, lanes))));
    emitCells(f, isFirst, [{ sum: total, target: f.let(i32.add(sum, output)), offset: 0, lanes }]);
  });
}

/** dw[i, 0, o] = dw[0, 0, o] for every input. */
export function emitSpread(f: FunctionBuilder, settings: PolynomialSettings, dw: Local<"i32">): void {
  const { inputs, outputs } = settings;
  const step = termsOf(settings) * outputs * BYTES;
  const at = f.local("i32");
  emitVectors(f, outputs, (output, lanes) => {
    const start = f.let(i32.add(dw, output));
    const value = f.let(emitLoad(f, start, 0, lanes));
    f.for(at, start, i32.add(start, inputs * step), step, () => f.storeVector(at, 0, value, lanes));
  });
}
