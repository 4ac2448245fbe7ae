/**
 * Matrix product, outer form: y[m, n] = sum_k a[m, k] b[k, n]. Vectors run along n, and b is contiguous along n.
 *
 * It is the form for weight gradients such as [20, 2048] x [2048, 784], with few rows and a long k. Strips of b,
 * sixteen columns wide and BLOCK rows deep, stay in the first-level cache while all rows of a use them. Nothing is
 * packed.
 * Order of operations: within a block of 256 steps of k, one after the other; then the sums of the blocks, one after
 * the other.
 */
import { BYTES, type Floats, LANES, type Round } from "../../floats.ts";
import { f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import type { Kernel } from "../kernel.ts";
import { emitBlocks, emitCells, emitLoad, emitRowGroups, emitStrips } from "../pieces.ts";

const ROWS = 2;
/** Vectors in a strip: sixteen columns, one cache line. */
const VECTORS = 4;
/** The depth of a block. It determines the order of operations, so the packed form uses the same. */
export const BLOCK = 256;

/** What the kernel is compiled for. */
export interface OuterSettings {
  readonly n: number;
  /** The distance in elements from a[m, k] to a[m + 1, k], and to a[m, k + 1]. */
  readonly rowStride: number;
  readonly stepStride: number;
}

/** Operands: a, b. Counts: rows (m), depth (k). */
export const outerKernel: Kernel<OuterSettings> = {
  name: "outer",
  simd(f, { operands: [a, b], results: [y], counts: [rows, depth] }, { n, rowStride, stepStride }) {
    emitBlocks(f, depth, BLOCK, (done, length) => {
      const block = { n, rowStride, stepStride, length, first: f.let(i32.eq(done, 0)) };
      emitStrips(f, n, VECTORS, (column, widths) => {
        const [stripB, stripY, rowsA] = [f.let(i32.add(b, column)), f.let(i32.add(y, column)), f.let(a)];
        emitRowGroups(f, rows, ROWS, (count) => emitTile(f, block, rowsA, stripB, stripY, count, widths));
      });
      f.advance(a, BLOCK * stepStride * BYTES);
      f.advance(b, BLOCK * n * BYTES);
    });
  },
  plain({ operands: [a, b], results: [y], counts: [m, k], round }, { n, rowStride, stepStride }) {
    const left = { data: a, rowStride, columnStride: stepStride };
    sumInBlocks(left, { data: b, rowStride: n, columnStride: 1 }, y, n, [m, k, n], round);
  },
};

/** A block of the sum. */
type Block = OuterSettings & Readonly<Record<"length" | "first", Local<"i32">>>;

/** y[rows, strip] (+)= a[rows, block] b[block, strip]; afterwards `a` and `y` point at the next rows. */
function emitTile(
  f: FunctionBuilder,
  { n, rowStride, stepStride, length, first }: Block,
  a: Local<"i32">,
  b: Local<"i32">,
  y: Local<"i32">,
  rows: number,
  widths: readonly number[],
): void {
  const accumulators = Array.from({ length: rows }, () => f.locals("v128", widths.length));
  for (const cell of accumulators.flat()) f.set(cell, v128.zero());
  const [pa, pb] = [f.local("i32", a), f.local("i32")];
  f.for(pb, b, i32.add(b, i32.mul(length, n * BYTES)), n * BYTES, () => {
    const x = accumulators.map((_, r) => f.let(f32x4.loadSplat(pa, r * rowStride * BYTES)));
    for (const [v, lanes] of widths.entries()) {
      const w = f.let(emitLoad(f, pb, v * LANES * BYTES, lanes));
      for (const [r, row] of accumulators.entries()) f.set(row[v], f32x4.add(row[v], f32x4.mul(x[r], w)));
    }
    f.advance(pa, stepStride * BYTES);
  });
  emitCells(
    f,
    first,
    accumulators.flatMap((row, r) =>
      row.map((sum, v) => ({ sum, target: y, offset: (r * n + v * LANES) * BYTES, lanes: widths[v] })),
    ),
  );
  f.advance(a, rows * rowStride * BYTES);
  f.advance(y, rows * n * BYTES);
}

/** A matrix in an array: element [i, j] is at i * rowStride + j * columnStride. */
export interface MatrixView {
  readonly data: ArrayLike<number>;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** The twin, for operands with any strides. It is the twin of the packed form too, which sums in the same order. */
export function sumInBlocks(
  a: MatrixView,
  b: MatrixView,
  y: Floats,
  yStride: number,
  [m, k, n]: readonly [number, number, number],
  round: Round,
): void {
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      let total = 0;
      for (let block = 0; block < k; block += BLOCK) {
        let pa = i * a.rowStride + block * a.columnStride;
        let pb = block * b.rowStride + j * b.columnStride;
        let sum = 0;
        for (let left = Math.min(BLOCK, k - block); left > 0; left--) {
          sum = round(sum + round(a.data[pa] * b.data[pb]));
          pa += a.columnStride;
          pb += b.rowStride;
        }
        total = block === 0 ? sum : round(total + sum);
      }
      y[i * yStride + j] = total;
    }
}
