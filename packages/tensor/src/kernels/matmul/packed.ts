/**
 * Matrix product, packed form: y[m, n] = sum_k a[m, k] b[k, n] for large operands with any strides.
 *
 * Blocks of both operands are copied ("packed") into the order in which the inner loop reads them, as in
 * Goto & van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (ACM TOMS 34, 2008). A block of a,
 * ROW_BLOCK x BLOCK, stays in the second-level cache; a panel of b, BLOCK x 16, in the first.
 * Order of operations: see sums.ts, whose twin is the twin of this form too.
 */
import { BYTES, LANES } from "../../floats.ts";
import { type Expr, f32, f32x4, type Int, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import type { Kernel } from "../kernel.ts";
import { emitBlocks, emitCells } from "../pieces.ts";
import { BLOCK, sumRows } from "../sums.ts";

/** The register tile: two rows by four vectors of columns. */
const TILE_ROWS = 2;
const TILE_COLUMNS = 16;
/** Rows of a, and columns of b, packed at a time. */
const ROW_BLOCK = 128;
const COLUMN_BLOCK = 512;

/** What the kernel is compiled for. */
export interface PackedSettings {
  /** Whether the columns of b are adjacent in memory: then whole vectors of them are copied. */
  readonly sideBySide: boolean;
}

/** The shape of the result as the kernel writes it, in whole tiles. */
export function paddedShape(m: number, n: number): [rows: number, columns: number] {
  return [Math.ceil(m / TILE_ROWS) * TILE_ROWS, Math.ceil(n / TILE_COLUMNS) * TILE_COLUMNS];
}

/** Operands: a, b. Result: y, in its padded shape. Counts: m, k, n, the strides of a (row, column) and of b. */
export const packedKernel: Kernel<PackedSettings> = {
  name: "packed",
  /** A packed block of each operand. */
  scratch: () => (ROW_BLOCK + COLUMN_BLOCK) * BLOCK * BYTES,
  simd(f, { operands: [a, b], results: [y], scratch, counts: [m, k, n, ...strides] }, { sideBySide }) {
    const [aRow, aColumn, bRow, bColumn] = strides.map((stride) => f.let(i32.mul(stride, BYTES)));
    const [packedA, packedB] = [scratch, f.let(i32.add(scratch, ROW_BLOCK * BLOCK * BYTES))];
    const yStride = f.let(i32.mul(i32.and(i32.add(n, TILE_COLUMNS - 1), -TILE_COLUMNS), BYTES));
    emitBlocks(f, n, COLUMN_BLOCK, (column, columns) =>
      emitBlocks(f, k, BLOCK, (step, depth) => {
        const fromB = i32.add(b, i32.add(i32.mul(step, bRow), i32.mul(column, bColumn)));
        const lines = { from: f.let(fromB), lineStride: bColumn, stepStride: bRow, count: columns, depth };
        const whole = sideBySide ? f.let(i32.and(columns, -TILE_COLUMNS)) : f.let(i32.const(0));
        if (sideBySide) emitCopies(f, lines, whole, packedB);
        emitPacking(f, TILE_COLUMNS, lines, whole, packedB);
        emitBlocks(f, m, ROW_BLOCK, (row, rows) => {
          const fromA = f.let(i32.add(a, i32.add(i32.mul(row, aRow), i32.mul(step, aColumn))));
          const ofA = { from: fromA, lineStride: aRow, stepStride: aColumn, count: rows, depth };
          emitPacking(f, TILE_ROWS, ofA, f.let(i32.const(0)), packedA);
          const target = f.let(i32.add(y, i32.add(i32.mul(row, yStride), i32.mul(column, BYTES))));
          emitProduct(f, packedA, packedB, { y: target, yStride, rows, columns, depth, first: f.let(i32.eq(step, 0)) });
        });
      }),
    );
  },
  plain({ operands: [a, b], results: [y], counts: [m, k, n, aRow, aColumn, bRow, bColumn], round }) {
    const left = { data: a, rowStride: aRow, stepStride: aColumn };
    const right = { data: b, stepStride: bRow, termStride: 0, columnStride: bColumn, terms: 1, first: 0 };
    sumRows(left, right, y, [m, k, n, paddedShape(m, n)[1]], round);
  },
};

/**
 * Lines to pack: rows of a, or columns of b. The strides, from line to line and from step to step of k, are in bytes.
 */
type Lines = Readonly<Record<"from" | "lineStride" | "stepStride" | "count" | "depth", Local<"i32">>>;

/**
 * Packs lines from `first` on into panels of `width` lines: panel p holds, step after step of k, the elements of lines
 * p * width ... p * width + width - 1. Lines that do not exist are zero.
 */
function emitPacking(f: FunctionBuilder, width: number, lines: Lines, first: Int, to: Local<"i32">): void {
  const { from, lineStride, stepStride, count, depth } = lines;
  const [panel, line, step, source, target] = f.locals("i32", 5);
  /** Packs one line, an element for each step. */
  const fill = (element: () => Expr<"f32">) =>
    f.for(step, 0, depth, 1, () => {
      f.storeFloat(target, 0, element());
      f.advance(source, stepStride);
      f.advance(target, width * BYTES);
    });
  f.for(panel, first, count, width, () =>
    f.for(line, 0, width, 1, () => {
      f.set(target, i32.add(i32.mul(i32.mul(panel, depth), BYTES), i32.add(to, i32.mul(line, BYTES))));
      f.set(source, i32.add(from, i32.mul(i32.add(panel, line), lineStride)));
      f.if(i32.lt(i32.add(panel, line), count), () => fill(() => f32.load(source)));
      f.if(i32.ge(i32.add(panel, line), count), () => fill(() => f32.const(0)));
    }),
  );
}

/** The same for the first `count` lines, whole panels of sixteen lines that are adjacent in memory: copies vectors. */
function emitCopies(
  f: FunctionBuilder,
  { from, stepStride, depth }: Lines,
  count: Local<"i32">,
  to: Local<"i32">,
): void {
  const [panel, step, source, target] = f.locals("i32", 4);
  f.set(target, to);
  f.for(panel, 0, count, TILE_COLUMNS, () => {
    f.set(source, i32.add(from, i32.mul(panel, BYTES)));
    f.for(step, 0, depth, 1, () => {
      for (let v = 0; v < TILE_COLUMNS * BYTES; v += LANES * BYTES) f.storeVector(target, v, v128.load(source, v));
      f.advance(source, stepStride);
      f.advance(target, TILE_COLUMNS * BYTES);
    });
  });
}

/** A block of the result: where it is, how large it is, and whether this is the first part of its sum. */
type BlockOfResult = Readonly<Record<"y" | "yStride" | "rows" | "columns" | "depth" | "first", Local<"i32">>>;

/** y[rows, columns] = packed a times packed b, or += after the first part, in whole tiles. */
function emitProduct(f: FunctionBuilder, a: Local<"i32">, b: Local<"i32">, block: BlockOfResult): void {
  const { y, yStride, rows, columns, depth, first } = block;
  const [column, row, pa, pb, py, panel, panelEnd] = f.locals("i32", 7);
  const accumulators = Array.from({ length: TILE_ROWS }, () => f.locals("v128", TILE_COLUMNS / LANES));
  const panelBytes = f.let(i32.mul(depth, TILE_COLUMNS * BYTES));
  f.set(panel, b);
  f.for(column, 0, columns, TILE_COLUMNS, () => {
    f.set(pa, a);
    f.set(py, i32.add(y, i32.mul(column, BYTES)));
    f.set(panelEnd, i32.add(panel, panelBytes));
    f.for(row, 0, rows, TILE_ROWS, () => {
      for (const cell of accumulators.flat()) f.set(cell, v128.zero());
      f.for(pb, panel, panelEnd, TILE_COLUMNS * BYTES, () => {
        const x = accumulators.map((_, r) => f.let(f32x4.loadSplat(pa, r * BYTES)));
        for (let v = 0; v < TILE_COLUMNS / LANES; v++) {
          const w = f.let(v128.load(pb, v * LANES * BYTES));
          for (const [r, cells] of accumulators.entries()) f.set(cells[v], f32x4.add(cells[v], f32x4.mul(x[r], w)));
        }
        f.advance(pa, TILE_ROWS * BYTES);
      });
      const below = f.let(i32.add(py, yStride));
      emitCells(
        f,
        first,
        accumulators.flatMap((cells, r) =>
          cells.map((sum, v) => ({ sum, target: r === 0 ? py : below, offset: v * LANES * BYTES, lanes: LANES })),
        ),
      );
      f.set(py, i32.add(below, yStride));
    });
    f.set(panel, panelEnd);
  });
}
