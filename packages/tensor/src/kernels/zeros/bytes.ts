/**
 * From rows of bytes, picked by index, to lists of what is not zero (see lists.ts): the bytes never become floats.
 *
 * A block of rows is turned first, eight rows by eight columns at a time, so that a column's bytes lie side by side.
 * Then sixteen of them are compared with 0 at once. The comparison of eight gives a number of eight bits, which chooses
 * a row of a table: the positions of the bits that are 1. By these, a swizzle moves the bytes that are not 0 to the
 * front (Lemire & Boytsov, "Decoding billions of integers per second through vectorization", 2015, decode in this way).
 */
import { BYTES, LANES, LINE_BYTES } from "../../floats.ts";
import { type ByteStorage, byteStorage } from "../../memory/storage.ts";
import { type Expr, f32, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import { i8x16 } from "../../wasm/vectors.ts";
import type { Kernel } from "../kernel.ts";
import { emitBlocks } from "../pieces.ts";
import { BLOCK } from "../sums.ts";
import { FIRST_BLOCK, layout } from "./lists.ts";

/** Rows and columns are turned in squares of this size. */
const SQUARE = 8;
/** Bytes that are compared at a time. */
const WIDTH = 16;
/** The bytes of the table of positions: eight for each comparison of eight bytes. */
const POSITIONS = 256 * SQUARE;

/** What the kernel is compiled for. */
export interface ByteListsSettings {
  /** The number of bytes in a row, at least 8. */
  readonly columns: number;
}

/** The row indices as the kernel reads them: those of whole squares, and of one more square that is only touched. */
export function paddedToSquares(indices: Int32Array): Int32Array {
  const padded = new Int32Array((Math.ceil(indices.length / SQUARE) + 1) * SQUARE).fill(indices[0]);
  padded.set(indices);
  return padded;
}

let tables: ByteStorage | undefined;

/** The operand with the table of positions, and after it as many ones as a block has rows, then as many zeros. */
export function positionTables(): ByteStorage {
  if (tables !== undefined) return tables;
  tables = byteStorage(POSITIONS + 2 * BLOCK);
  const { data } = tables;
  for (let mask = 0; mask < 256; mask++) {
    let at = mask * SQUARE;
    for (let bit = 0; bit < SQUARE; bit++) if ((mask >> bit) % 2 === 1) data[at++] = bit;
  }
  data.fill(255, POSITIONS, POSITIONS + BLOCK);
  return tables;
}

/** Operands: rows of bytes, padded indices, the tables, the quotients. Result: lists. Counts: how many rows. */
export const byteListsKernel: Kernel<ByteListsSettings> = {
  name: "lists of bytes",
  /** A block of rows, turned. */
  scratch: ({ columns }) => columns * BLOCK + LINE_BYTES,
  simd(f, { operands: [bytes, indices, tables, quotients], results: [lists], scratch, counts: [rows] }, { columns }) {
    emitTable(f, quotients, lists);
    const [block, picked] = [f.let(i32.add(lists, FIRST_BLOCK)), f.let(indices)];
    emitBlocks(f, rows, BLOCK, (_, length) => {
      emitTurn(f, columns, [bytes, picked, scratch], length);
      emitCompression(f, columns, [scratch, tables, block], length);
      f.advance(block, layout({ columns, wide: false }).size);
      f.advance(picked, BLOCK * BYTES);
    });
  },
};

/** Copies the table of quotients in front of the lists. */
function emitTable(f: FunctionBuilder, quotients: Local<"i32">, lists: Local<"i32">): void {
  const at = f.local("i32");
  f.for(at, 0, FIRST_BLOCK, LANES * BYTES, () =>
    f.storeVector(i32.add(lists, at), 0, v128.load(i32.add(quotients, at))),
  );
}

/** turned[column, r] = bytes[indices[r], column], for whole squares of rows; a row of `turned` has 256 bytes. */
function emitTurn(
  f: FunctionBuilder,
  columns: number,
  [bytes, indices, turned]: readonly Local<"i32">[],
  length: Local<"i32">,
): void {
  const [row, column, index, touched] = f.locals("i32", 4);
  const [rows, next] = [f.locals("i32", SQUARE), f.locals("i32", SQUARE)];
  const pick = (these: readonly Local<"i32">[], first: number) => {
    for (const [k, from] of these.entries())
      f.set(from, i32.add(bytes, i32.mul(i32.load(index, (first + k) * BYTES), columns)));
  };
  f.for(row, 0, length, SQUARE, () => {
    f.set(index, i32.add(indices, i32.mul(row, BYTES)));
    pick(rows, 0);
    pick(next, SQUARE);
    // Reads a byte of each cache line of the next eight rows, all at once: while one line comes, others are on their way.
    f.for(column, 0, columns, LINE_BYTES, () => {
      for (const from of next) f.set(touched, i32.add(touched, i32.load8(i32.add(from, column))));
    });
    const square = () =>
      emitSquare(
        f,
        rows.map((from) => i32.add(from, column)),
        i32.add(i32.add(turned, i32.mul(column, BLOCK)), row),
      );
    f.for(column, 0, columns - (columns % SQUARE), SQUARE, square);
    if (columns % SQUARE > 0) {
      // The last square overlaps the one before it, so that no byte beyond a row is read.
      f.set(column, i32.const(columns - SQUARE));
      square();
    }
  });
  // Without this use of the sum, its loads would be optimised away.
  f.storeFloat(turned, columns * BLOCK, f32.fromInt(touched));
}

/** Turns eight rows of eight bytes, and stores them 256 bytes apart. */
function emitSquare(f: FunctionBuilder, rows: readonly Expr<"i32">[], to: Expr<"i32">): void {
  const target = f.let(to);
  const weave = (bytes: number, first: number) => (a: Expr<"v128">, b: Expr<"v128">) => {
    const order = Array.from({ length: WIDTH / bytes }, (_, k) => first + (k >> 1) * bytes + (k % 2) * WIDTH);
    return f.let(
      v128.shuffleBytes(
        a,
        b,
        order.flatMap((from) => Array.from({ length: bytes }, (_, k) => from + k)),
      ),
    );
  };
  const from = rows.map((row) => f.let(v128.loadPair(row)));
  const pairs = [0, 2, 4, 6].map((k) => weave(1, 0)(from[k], from[k + 1]));
  const [low, high] = [weave(2, 0), weave(2, WIDTH / 2)];
  const fours = [
    [low(pairs[0], pairs[1]), low(pairs[2], pairs[3])],
    [high(pairs[0], pairs[1]), high(pairs[2], pairs[3])],
  ];
  for (const [k, [a, b]] of fours.entries())
    for (const [half, first] of [0, WIDTH / 2].entries()) {
      const columns = weave(4, first)(a, b);
      const offset = (4 * k + 2 * half) * BLOCK;
      f.storeHalf(target, offset, columns, 0);
      f.storeHalf(target, offset + BLOCK, columns, 1);
    }
}

/** Writes the lists of a block. */
function emitCompression(
  f: FunctionBuilder,
  columns: number,
  [turned, tables, block]: readonly Local<"i32">[],
  length: Local<"i32">,
): void {
  const { rows, values } = layout({ columns, wide: false });
  const [column, row, to] = [f.local("i32"), f.local("i32"), f.let(i32.add(block, rows))];
  /** Ones for the rows of the block, zeros for the rest of its last square and beyond. */
  const exist = f.let(i32.sub(i32.add(tables, POSITIONS + BLOCK), length));
  const from = f.let(turned);
  f.for(column, block, i32.add(block, columns * BYTES), BYTES, () => {
    f.for(row, 0, length, WIDTH, () => {
      const bytes = f.let(v128.and(v128.load(i32.add(from, row)), v128.load(i32.add(exist, row))));
      const mask = f.let(i8x16.bitmask(i8x16.ne(bytes, v128.zero())));
      f.if(mask, () => {
        for (const half of [0, SQUARE]) {
          const bits = f.let(half === 0 ? i32.and(mask, 255) : i32.shiftRight(mask, SQUARE));
          const positions = v128.loadPair(i32.add(tables, i32.mul(bits, SQUARE)));
          const at = f.let(half === 0 ? positions : i8x16.add(positions, i8x16.splat(i32.const(SQUARE))));
          f.storeHalf(to, 0, i8x16.add(at, i8x16.splat(row)), 0);
          f.storeHalf(to, values - rows, i8x16.swizzle(bytes, at), 0);
          f.advance(to, i32.popcnt(bits));
        }
      });
    });
    f.storeInt(column, 0, i32.sub(to, f.let(i32.add(block, rows))));
    f.advance(from, BLOCK);
  });
}
