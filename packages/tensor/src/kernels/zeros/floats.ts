/**
 * From a matrix of float32s to lists of what is not zero (see lists.ts).
 *
 * Four elements are compared with 0 at once, and a swizzle moves those that are not 0 to the front, so that a row
 * becomes a list of columns and values. Then each value is appended to the list of its column.
 */
import { BYTES, LANES } from "../../floats.ts";
import { type ByteStorage, byteStorage } from "../../memory/storage.ts";
import { type Expr, f32, f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import { i8x16, i32x4 } from "../../wasm/vectors.ts";
import type { Kernel } from "../kernel.ts";
import { emitBlocks, emitLoad } from "../pieces.ts";
import { BLOCK } from "../sums.ts";
import { FIRST_BLOCK, layout, SPACING } from "./lists.ts";

/** What the kernel is compiled for. */
export interface FloatListsSettings {
  readonly columns: number;
}

/** The bytes of a vector. */
const VECTOR = LANES * BYTES;
/** The vectors that are looked at together. */
const SEVERAL = 4;
/** The number of comparisons of four elements, and so the number of rows of each of the two tables. */
const MASKS = 16;

let tables: ByteStorage | undefined;

/** For each comparison, the bytes of the lanes that are not 0; then, for each comparison, the numbers of these lanes. */
export function laneTables(): ByteStorage {
  if (tables !== undefined) return tables;
  tables = byteStorage(2 * MASKS * VECTOR);
  const { data } = tables;
  for (let mask = 0; mask < MASKS; mask++) {
    let at = mask * VECTOR;
    for (let lane = 0; lane < LANES; lane++) {
      if ((mask >> lane) % 2 === 0) continue;
      for (let byte = 0; byte < BYTES; byte++) data[at + byte] = lane * BYTES + byte;
      data[at + MASKS * VECTOR] = lane;
      at += BYTES;
    }
  }
  return tables;
}

/** Operands: x, the tables. Result: lists. Counts: rows. */
export const floatListsKernel: Kernel<FloatListsSettings> = {
  name: "lists of floats",
  /** The list of a row: columns, then values. */
  scratch: ({ columns }) => 2 * (columns + LANES) * BYTES,
  simd(f, { operands: [x, tables], results: [lists], scratch, counts: [rows] }, { columns }) {
    const [block, row, column] = [f.let(i32.add(lists, FIRST_BLOCK)), f.local("i32"), f.local("i32")];
    emitBlocks(f, rows, BLOCK, (_, length) => {
      f.for(column, 0, columns, 1, () =>
        f.storeInt(i32.add(block, i32.mul(column, BYTES)), 0, i32.mul(column, SPACING)),
      );
      f.for(row, 0, length, 1, () => {
        const end = emitRow(f, columns, [x, tables, scratch]);
        emitAppending(f, columns, [scratch, end, block], row);
        f.advance(x, columns * BYTES);
      });
      f.advance(block, layout({ columns, wide: true }).size);
    });
  },
};

/** Writes the list of a row of x, and returns its end. */
function emitRow(f: FunctionBuilder, columns: number, [x, tables, list]: readonly Local<"i32">[]): Local<"i32"> {
  const [to, column] = [f.let(list), f.local("i32")];
  const compress = (values: Local<"v128">, first: Expr<"i32">) => {
    const mask = f.let(i32x4.bitmask(f32x4.ne(values, v128.zero())));
    const order = f.let(i32.add(tables, i32.mul(mask, VECTOR)));
    f.storeVector(to, (columns + LANES) * BYTES, i8x16.swizzle(values, v128.load(order)));
    f.storeVector(to, 0, i32x4.add(v128.load(order, MASKS * VECTOR), i32x4.splat(first)));
    f.advance(to, i32.mul(i32.popcnt(mask), BYTES));
  };
  const whole = columns - (columns % (SEVERAL * LANES));
  f.for(column, 0, whole, SEVERAL * LANES, () => {
    const at = f.let(i32.add(x, i32.mul(column, BYTES)));
    const values = Array.from({ length: SEVERAL }, (_, k) => f.let(v128.load(at, k * VECTOR)));
    // Data has its zeros in runs: most are skipped here. Single ones cost less if nothing is decided about them.
    f.if(v128.anyTrue(values.reduce<Expr<"v128">>((a, b) => v128.or(a, b), v128.zero())), () => {
      for (const [k, each] of values.entries()) compress(each, i32.add(column, k * LANES));
    });
  });
  for (let left = whole; left < columns; left += LANES)
    compress(f.let(emitLoad(f, x, left * BYTES, Math.min(LANES, columns - left))), i32.const(left));
  return to;
}

/** Appends the entries of a row to the lists of their columns. */
function emitAppending(
  f: FunctionBuilder,
  columns: number,
  [list, end, block]: readonly Local<"i32">[],
  row: Local<"i32">,
): void {
  const { rows, values } = layout({ columns, wide: true });
  const at = f.local("i32");
  f.for(at, list, end, BYTES, () => {
    const ends = f.let(i32.add(block, i32.mul(i32.load(at), BYTES)));
    const entry = f.let(i32.load(ends));
    f.storeByte(i32.add(block, entry), rows, row);
    f.storeFloat(i32.add(block, i32.mul(entry, BYTES)), values, f32.load(at, (columns + LANES) * BYTES));
    f.storeInt(ends, 0, i32.add(entry, 1));
  });
}
