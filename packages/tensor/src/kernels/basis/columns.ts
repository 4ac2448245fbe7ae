/**
 * Goes through the columns of a block of rows of x [rows, inputs], without the elements that are 0: what the kernels of
 * bases and of splines share.
 *
 * The entries of a column are its elements that are not 0. First they are compressed: every element is written, but only
 * one that is not 0 moves the end on, so there is no branch to predict. Then some functions of them are evaluated, four
 * entries at a time. What follows goes through the entries: for each, it knows the row and the values of the functions.
 * In scratch memory stand the rows of the entries, bytes, because a block has 256 rows; then the elements; then the
 * values of one function after the other.
 */
import { BYTES, LANES } from "../../floats.ts";
import { type Expr, f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import type { Lanes } from "../../wasm/lanes.ts";
import { BLOCK } from "../sums.ts";

/** An entry of a column. */
export interface Entry {
  /** The number of its row in the block. */
  readonly row: Expr<"i32">;
  /** The value of a function, 0, 1, ..., in all lanes. */
  value(which: number): Expr<"v128">;
  /** The same, if the lanes of the function are integers. */
  integer(which: number): Expr<"i32">;
}

/** The entries of a column: emits a loop over them. */
export type Entries = (body: (entry: Entry) => void) => void;

/** The blocks of rows of a matrix, one after the other, and the columns of each. */
export interface Source {
  /** Goes to the first block. */
  start(): void;
  next(): void;
  /** Goes through the columns from ... to of a block with so many rows. */
  columns(
    length: Local<"i32">,
    range: readonly [from: Local<"i32">, to: Local<"i32">],
    body: (entries: Entries) => void,
  ): void;
}

/** A block of rows: where x begins there, how many rows there are, and scratch memory. */
export type RowsBlock = Readonly<Record<"x" | "length" | "scratch", Local<"i32">>>;

/**
 * From the elements to the values of the first function, and so on, in bytes. If it were a power of two, all functions
 * would compete for a few lines of the cache.
 */
export const FUNCTION_BYTES: number = (BLOCK + 16) * BYTES;

/** The bytes of scratch memory for so many functions. */
export function columnsScratch(functions: number): number {
  return BLOCK + (1 + functions) * FUNCTION_BYTES;
}

/**
 * Goes through the columns `from` to `to`. `evaluate` receives four elements, and the number of their column, and returns
 * the value of each function; `body` receives the entries of each column, and its number. `withZeros` makes every element
 * an entry.
 */
export function emitColumns(
  f: FunctionBuilder,
  inputs: number,
  block: RowsBlock,
  [from, to]: readonly [Local<"i32">, Local<"i32">],
  evaluate: (x: Lanes, column: Local<"i32">) => readonly Lanes[],
  body: (entries: Entries, column: Local<"i32">) => void,
  withZeros = false,
): void {
  const [column, row, value, end] = f.locals("i32", 4);
  const elements = f.let(i32.add(block.scratch, BLOCK));
  f.for(column, from, to, 1, () => {
    f.set(end, emitCompression(f, inputs, block, column, withZeros));
    f.for(value, elements, end, LANES * BYTES, () => {
      for (const [which, values] of evaluate(f.let(v128.load(value)), column).entries())
        f.storeVector(value, (which + 1) * FUNCTION_BYTES, values);
    });
    body((each) => {
      f.set(row, block.scratch);
      f.for(value, elements, end, BYTES, () => {
        each({
          row: i32.load8(row),
          value: (which) => f32x4.loadSplat(value, (which + 1) * FUNCTION_BYTES),
          integer: (which) => i32.load(value, (which + 1) * FUNCTION_BYTES),
        });
        f.advance(row, 1);
      });
    }, column);
  });
}

/** Goes through a matrix x [rows, inputs]. */
export function matrixSource(
  f: FunctionBuilder,
  inputs: number,
  [x, scratch]: readonly Local<"i32">[],
  evaluate: (x: Lanes) => readonly Lanes[],
): Source {
  const block = f.local("i32");
  return {
    start: () => f.set(block, x),
    next: () => f.advance(block, BLOCK * inputs * BYTES),
    columns: (length, range, body) => emitColumns(f, inputs, { x: block, length, scratch }, range, evaluate, body),
  };
}

/** Writes the rows and the elements of the entries of a column, and returns the end of the elements. */
function emitCompression(
  f: FunctionBuilder,
  inputs: number,
  { x, length, scratch }: RowsBlock,
  column: Local<"i32">,
  withZeros: boolean,
): Local<"i32"> {
  const [from, row] = [f.let(i32.add(x, i32.mul(column, BYTES))), f.local("i32")];
  const [rows, elements] = [f.let(scratch), f.let(i32.add(scratch, BLOCK))];
  f.for(row, 0, length, 1, () => {
    const bits = f.let(i32.load(from));
    f.storeByte(rows, 0, row);
    f.storeInt(elements, 0, bits);
    // The bits of 0 and -0 are all 0 but the first, which the sum loses.
    const isEntry = f.let(withZeros ? i32.const(1) : i32.eq(i32.eq(i32.add(bits, bits), 0), 0));
    f.advance(rows, isEntry);
    f.advance(elements, i32.mul(isEntry, BYTES));
    f.advance(from, inputs * BYTES);
  });
  return elements;
}
