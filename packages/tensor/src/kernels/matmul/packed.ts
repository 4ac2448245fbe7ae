/**
 * Matrix product, packed form: y[m, n] = sum_k a[m, k] b[k, n] for large operands with any strides.
 *
 * Blocks of both operands are copied ("packed") into the order in which the inner loop reads them, as in
 * Goto & van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (ACM TOMS 34, 2008). A block of a,
 * ROW_BLOCK x BLOCK, stays in the second-level cache; a panel of b, BLOCK x 16, in the first.
 * Order of operations: that of the outer form, whose twin is the twin of this form too.
 */
import { BYTES, LANES } from "../../floats.ts";
import { f32, f32x4, i32, v128 } from "../../wasm/expression.ts";
import { type Kernel, kernel } from "../../wasm/module.ts";
import { BLOCK } from "./outer.ts";

/** The register tile: two rows by four vectors of columns. */
const TILE_ROWS = 2;
const TILE_COLUMNS = 16;
/** Rows of a, and columns of b, packed at a time. */
const ROW_BLOCK = 128;
const COLUMN_BLOCK = 512;

/** Floats of scratch: a packed block of either operand. */
export const packedRowsLength: number = ROW_BLOCK * BLOCK;
export const packedColumnsLength: number = COLUMN_BLOCK * BLOCK;

/**
 * Packs `count` lines of `depth` elements into panels of `width` lines: panel p holds, step after step of k, the
 * elements of lines p * width ... p * width + width - 1. Lines that are not there are zero.
 * Parameters: from, lineStride, stepStride (bytes), count, depth, to.
 */
function packing(width: number): Kernel {
  return kernel(`pack ${width}`, (f) => {
    const [from, lineStride, stepStride, count, depth, to] = [0, 1, 2, 3, 4, 5].map(() => f.parameter("i32"));
    const [panel, line, step, source, target] = [0, 1, 2, 3, 4].map(() => f.local("i32"));
    f.for(panel, 0, count, width, () => {
      f.for(line, 0, width, 1, () => {
        f.set(target, i32.add(i32.mul(i32.mul(panel, depth), BYTES), i32.add(to, i32.mul(line, BYTES))));
        f.set(source, i32.add(from, i32.mul(i32.add(panel, line), lineStride)));
        f.if(i32.lt(i32.add(panel, line), count), () =>
          f.for(step, 0, depth, 1, () => {
            f.storeFloat(target, 0, f32.load(source));
            f.advance(source, stepStride);
            f.advance(target, width * BYTES);
          }),
        );
        f.if(i32.ge(i32.add(panel, line), count), () =>
          f.for(step, 0, depth, 1, () => {
            f.storeFloat(target, 0, f32.const(0));
            f.advance(target, width * BYTES);
          }),
        );
      });
    });
  });
}

/** The same for lines that stand side by side in memory (lineStride 4) and whole panels of sixteen: copies vectors. */
function packingSideBySide(): Kernel {
  return kernel("pack side by side", (f) => {
    const [from, stepStride, count, depth, to] = [0, 1, 2, 3, 4].map(() => f.parameter("i32"));
    const [panel, step, source, target] = [0, 1, 2, 3].map(() => f.local("i32"));
    f.set(target, to);
    f.for(panel, 0, count, TILE_COLUMNS, () => {
      f.set(source, i32.add(from, i32.mul(panel, BYTES)));
      f.for(step, 0, depth, 1, () => {
        for (let v = 0; v < TILE_COLUMNS * BYTES; v += LANES * BYTES) f.storeVector(target, v, v128.load(source, v));
        f.advance(source, stepStride);
        f.advance(target, TILE_COLUMNS * BYTES);
      });
    });
  });
}

/**
 * y[rows, columns] (+)= packed a times packed b, rows and columns in whole tiles.
 * Parameters: a, b, y, yStride (bytes), rows, columns, depth, first (0 or 1: overwrite y).
 */
function multiplyPacked(): Kernel {
  return kernel("multiply packed", (f) => {
    const [a, b, y, yStride, rows, columns, depth, first] = [0, 1, 2, 3, 4, 5, 6, 7].map(() => f.parameter("i32"));
    const [column, row, pa, pb, py, panelEnd] = [0, 1, 2, 3, 4, 5].map(() => f.local("i32"));
    const panelBytes = f.let(i32.mul(depth, TILE_COLUMNS * BYTES));
    const accumulators = [f.locals("v128", 4), f.locals("v128", 4)];
    f.for(column, 0, columns, TILE_COLUMNS, () => {
      f.set(pa, a);
      f.set(py, i32.add(y, i32.mul(column, BYTES)));
      f.for(row, 0, rows, TILE_ROWS, () => {
        for (const cell of accumulators.flat()) f.set(cell, v128.zero());
        f.set(panelEnd, i32.add(b, panelBytes));
        f.for(pb, b, panelEnd, TILE_COLUMNS * BYTES, () => {
          const x = [f.let(f32x4.loadSplat(pa, 0)), f.let(f32x4.loadSplat(pa, BYTES))];
          for (let v = 0; v < 4; v++) {
            const w = f.let(v128.load(pb, v * LANES * BYTES));
            for (const [r, cells] of accumulators.entries()) f.set(cells[v], f32x4.add(cells[v], f32x4.mul(x[r], w)));
          }
          f.advance(pa, TILE_ROWS * BYTES);
        });
        const below = f.let(i32.add(py, yStride));
        const targets = [py, below];
        f.if(i32.eq(first, 0), () => {
          for (const [r, cells] of accumulators.entries())
            for (const [v, cell] of cells.entries())
              f.set(cell, f32x4.add(v128.load(targets[r], v * LANES * BYTES), cell));
        });
        for (const [r, cells] of accumulators.entries())
          for (const [v, cell] of cells.entries()) f.storeVector(targets[r], v * LANES * BYTES, cell);
        f.set(py, i32.add(below, yStride));
      });
      f.set(b, panelEnd);
    });
  });
}

/** An operand in memory: its address and strides in bytes. */
export interface PlacedMatrix {
  readonly address: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** Columns of the result in memory: whole tiles. */
export function paddedColumns(n: number): number {
  return Math.ceil(n / TILE_COLUMNS) * TILE_COLUMNS;
}

/** Rows of the result in memory: whole tiles. */
export function paddedRows(m: number): number {
  return Math.ceil(m / TILE_ROWS) * TILE_ROWS;
}

/** Writes y, [paddedRows(m), paddedColumns(n)] at `y`; `scratch` has room for a packed block of each operand. */
export function packedSimd(
  a: PlacedMatrix,
  b: PlacedMatrix,
  y: number,
  [m, k, n]: readonly [number, number, number],
  scratch: { readonly rows: number; readonly columns: number },
): void {
  const [packRows, packColumns, packVectors, multiply] = [
    packing(TILE_ROWS),
    packing(TILE_COLUMNS),
    packingSideBySide(),
    multiplyPacked(),
  ];
  const yStride = paddedColumns(n) * BYTES;
  for (let column = 0; column < n; column += COLUMN_BLOCK) {
    const columns = Math.min(COLUMN_BLOCK, n - column);
    for (let step = 0; step < k; step += BLOCK) {
      const depth = Math.min(BLOCK, k - step);
      const fromB = b.address + step * b.rowStride + column * b.columnStride;
      const whole = b.columnStride === BYTES ? columns - (columns % TILE_COLUMNS) : 0;
      if (whole > 0) packVectors(fromB, b.rowStride, whole, depth, scratch.columns);
      if (whole < columns)
        packColumns(
          fromB + whole * b.columnStride,
          b.columnStride,
          b.rowStride,
          columns - whole,
          depth,
          scratch.columns + whole * depth * BYTES,
        );
      for (let row = 0; row < m; row += ROW_BLOCK) {
        const rows = Math.min(ROW_BLOCK, m - row);
        const fromA = a.address + row * a.rowStride + step * a.columnStride;
        packRows(fromA, a.rowStride, a.columnStride, rows, depth, scratch.rows);
        const target = y + row * yStride + column * BYTES;
        multiply(
          scratch.rows,
          scratch.columns,
          target,
          yStride,
          paddedRows(rows),
          paddedColumns(columns),
          depth,
          step === 0 ? 1 : 0,
        );
      }
    }
  }
}
