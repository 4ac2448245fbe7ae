/**
 * Polynomial layer, gradient with respect to the weights: dw[o, d, i] = sum_b g[b, o] x[b, i]^d.
 *
 * Outer form: the terms g x, g x^2, ... are computed one from the other, and each power has its own accumulator. x^0 =
 * 1, so dw[o, 0, i] is the same for every input, the column sum of g. It is computed once, which saves a quarter of the
 * work at degree 3.
 * Order of operations: within a block of 256 rows, one after the other; then the sums of the blocks, one after the
 * other.
 */
import { BYTES, LANES } from "../../floats.ts";
import { f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import type { Kernel } from "../kernel.ts";
import { BLOCK } from "../matmul/outer.ts";
import { emitBlocks, emitCells, emitLoad, emitStrips, emitVectors } from "../pieces.ts";
import type { PolynomialSettings } from "./forward.ts";

/** The number of accumulators that stay in registers, with the operands, on Node 20. */
const REGISTERS = 9;

/**
 * How many outputs and vectors of inputs a tile has, so that outputs x vectors x degree accumulators fit. Measured:
 * three outputs at a time are a seventh faster than two at degree 3, and not faster at other degrees.
 */
function tileOf(degree: number): { outputs: number; vectors: number } {
  const outputs = degree === 3 ? 3 : degree <= REGISTERS / 2 ? 2 : 1;
  return { outputs, vectors: Math.max(1, Math.min(4, Math.floor(REGISTERS / (outputs * degree)))) };
}

/** Operands: g, x. Result: dw. Counts: rows. */
export const polynomialWeightsKernel: Kernel<PolynomialSettings> = {
  name: "polynomial weights",
  simd(f, { operands: [g, x], results: [dw], counts: [rows] }, settings) {
    const { inputs, outputs, degree } = settings;
    const tile = tileOf(degree);
    emitBlocks(f, rows, BLOCK, (done, length) => {
      const block = { ...settings, g, x, dw, length, first: f.let(i32.eq(done, 0)) };
      emitStrips(f, inputs, tile.vectors, (column, widths) => emitStrip(f, block, column, widths, tile.outputs));
      emitConstants(f, block);
      f.advance(g, BLOCK * outputs * BYTES);
      f.advance(x, BLOCK * inputs * BYTES);
    });
    emitSpread(f, settings, dw);
  },
  plain({ operands: [g, x], results: [dw], counts: [rows], round }, { inputs, outputs, degree }) {
    const sums = new Float64Array(degree + 1);
    for (let o = 0; o < outputs; o++)
      for (let i = 0; i < inputs; i++)
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
          for (let d = 0; d <= degree; d++) {
            const at = (o * (degree + 1) + d) * inputs + i;
            dw[at] = block === 0 ? sums[d] : round(dw[at] + sums[d]);
          }
        }
  },
};

/** A block of rows, and what its sums are added to. */
type Block = PolynomialSettings & Readonly<Record<"g" | "x" | "dw" | "length" | "first", Local<"i32">>>;

/** One strip of inputs (at `column`, in bytes) for all outputs. */
function emitStrip(
  f: FunctionBuilder,
  block: Block,
  column: Local<"i32">,
  widths: readonly number[],
  tile: number,
): void {
  const { inputs, outputs, degree } = block;
  const whole = outputs - (outputs % tile);
  const [output, target] = [f.local("i32"), f.local("i32", i32.add(block.dw, column))];
  f.for(output, 0, whole * BYTES, tile * BYTES, () => {
    emitTile(f, block, column, output, target, widths, tile);
    f.advance(target, tile * (degree + 1) * inputs * BYTES);
  });
  if (whole < outputs) emitTile(f, block, column, output, target, widths, outputs - whole);
}

/** dw[outputs, 1 .. degree, strip] = the sums over the rows of the block, or += after the first block. */
function emitTile(
  f: FunctionBuilder,
  { inputs, outputs, degree, g, x, length, first }: Block,
  column: Local<"i32">,
  output: Local<"i32">,
  target: Local<"i32">,
  widths: readonly number[],
  tile: number,
): void {
  const cells = Array.from({ length: tile }, () => widths.map(() => f.locals("v128", degree)));
  for (const cell of cells.flat(2)) f.set(cell, v128.zero());
  const [pg, px, end] = [f.let(i32.add(g, output)), f.local("i32"), f.local("i32")];
  const start = f.let(i32.add(x, column));
  f.set(end, i32.add(start, i32.mul(length, inputs * BYTES)));
  f.for(px, start, end, inputs * BYTES, () => {
    const gs = cells.map((_, o) => f.let(f32x4.loadSplat(pg, o * BYTES)));
    for (const [v, lanes] of widths.entries()) {
      const value = f.let(emitLoad(f, px, v * LANES * BYTES, lanes));
      for (const [o, row] of cells.entries()) {
        const term = f.let(f32x4.mul(gs[o], value));
        for (const [d, cell] of row[v].entries()) {
          if (d > 0) f.set(term, f32x4.mul(term, value));
          f.set(cell, f32x4.add(cell, term));
        }
      }
    }
    f.advance(pg, outputs * BYTES);
  });
  const powerOf = (o: number, v: number, d: number) => ((o * (degree + 1) + d + 1) * inputs + v * LANES) * BYTES;
  emitCells(
    f,
    first,
    cells.flatMap((row, o) =>
      row.flatMap((powers, v) => powers.map((sum, d) => ({ sum, target, offset: powerOf(o, v, d), lanes: widths[v] }))),
    ),
  );
}

/** dw[o, 0, 0] = the sum of g[b, o] over the rows of the block, or += after the first block. */
function emitConstants(f: FunctionBuilder, { inputs, outputs, degree, g, dw, length, first }: Block): void {
  const stride = (degree + 1) * inputs * BYTES;
  const [pg, target, total] = [f.local("i32"), f.local("i32", dw), f.local("v128")];
  // The outputs of a group, one in each lane.
  emitVectors(f, outputs, (output, lanes) => {
    f.set(total, v128.zero());
    const start = f.let(i32.add(g, output));
    const end = f.let(i32.add(start, i32.mul(length, outputs * BYTES)));
    f.for(pg, start, end, outputs * BYTES, () => f.set(total, f32x4.add(total, emitLoad(f, pg, 0, lanes))));
    for (let lane = 0; lane < lanes; lane++) {
      const own = f.let(v128.shuffle(total, total, [lane, lane, lane, lane]));
      f.if(i32.eq(first, 0), () => f.set(own, f32x4.add(f32x4.loadSplat(target, lane * stride), own)));
      f.storeVector(target, lane * stride, own, 1);
    }
    f.advance(target, lanes * stride);
  });
}

/** dw[o, 0, i] = dw[o, 0, 0] for every input. */
function emitSpread(f: FunctionBuilder, { inputs, outputs, degree }: PolynomialSettings, dw: Local<"i32">): void {
  const stride = (degree + 1) * inputs * BYTES;
  const [output, at] = [f.local("i32"), f.local("i32")];
  f.for(output, dw, i32.add(dw, outputs * stride), stride, () => {
    const value = f.let(f32x4.loadSplat(output));
    f.for(at, output, i32.add(output, inputs * BYTES), BYTES, () => f.storeVector(at, 0, value, 1));
  });
}
