/**
 * Lists of what is not zero: how a matrix x [rows, columns] is stored so that kernels can skip its zeros.
 *
 * The rows are taken in blocks of 256. For each column of a block, a list names the rows in which the column is not 0,
 * in ascending order, and their values. A row is a byte: its number in the block. A value is a byte too, if x comes from
 * bytes: the table of the 256 quotients byte / divisor stands before the first block. Otherwise it is a float32.
 *
 * A block has three parts: the ends of the lists, one for each column; the rows; and the values, in the same order. The
 * list of a column begins where that of the column before ends; among float32s, where there is room for 256 rows in every column.
 */
import { BYTES, LANES, LINE_BYTES } from "../../floats.ts";
import { type Expr, f32x4, type Int, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import { BLOCK } from "../sums.ts";

/** What the lists of a matrix are made for. */
export interface ListsSettings {
  readonly columns: number;
  /** Whether the values are float32s, not bytes. */
  readonly wide: boolean;
}

/** The bytes of the table of quotients. */
const TABLE = 256 * BYTES;
/** Lists are written eight entries at a time, so the last ones reach beyond their end. */
const SLACK = LINE_BYTES;

/**
 * Where the list of a column of float32s begins, in entries from that of the column before. If that were a power of two,
 * all lists would compete for a few lines of the cache while they grow.
 */
export const SPACING: number = BLOCK + 16;

/** Where the parts of a block are, in bytes from its start, and how many bytes it has. */
export function layout({ columns, wide }: ListsSettings): { rows: number; values: number; size: number } {
  const rows = columns * BYTES;
  const entries = columns * (wide ? SPACING : BLOCK) + SLACK;
  const values = rows + entries;
  const size = values + entries * (wide ? BYTES : 1);
  return { rows, values, size: Math.ceil(size / LINE_BYTES) * LINE_BYTES };
}

/** Where the first block is, in bytes from the start of the lists. */
export const FIRST_BLOCK: number = TABLE;

/** The size of the lists of so many rows, in float32s. */
export function listsLength(settings: ListsSettings, rows: number): number {
  return (FIRST_BLOCK + Math.ceil(rows / BLOCK) * layout(settings).size) / BYTES;
}

/** A block of lists, the number of its rows, and the table before the first block. */
export type ListsBlock = Readonly<Record<"table" | "block" | "length", Local<"i32">>>;

/** Goes through the columns `from` to `to` of a block; `body` receives the start and the end of each list. */
export function emitColumns(
  f: FunctionBuilder,
  settings: ListsSettings,
  { block }: ListsBlock,
  [from, to]: readonly [Local<"i32">, Local<"i32">],
  body: (start: Local<"i32">, end: Local<"i32">) => void,
): void {
  const { rows } = layout(settings);
  const [column, start, end] = f.locals("i32", 3);
  const first = f.let(i32.add(block, rows));
  f.for(column, from, to, 1, () => {
    const ends = f.let(i32.add(block, i32.mul(column, BYTES)));
    if (settings.wide) f.set(start, i32.add(first, i32.mul(column, SPACING)));
    else {
      f.set(start, first);
      f.if(column, () => f.set(start, i32.add(first, i32.load(i32.sub(ends, BYTES)))));
    }
    f.set(end, i32.add(first, i32.load(ends)));
    body(start, end);
  });
}

/**
 * Goes through a list; `body` receives the number of the row in its block, and the value in all lanes. If what the
 * values are multiplied by is not finite, also the zeros count: then `body` receives every row of the block.
 */
export function emitEntries(
  f: FunctionBuilder,
  settings: ListsSettings,
  lists: ListsBlock,
  [start, end]: readonly [Local<"i32">, Local<"i32">],
  allFinite: Local<"i32">,
  body: (row: Expr<"i32">, x: Local<"v128">) => void,
): void {
  const [at, row, x] = [f.local("i32"), f.local("i32"), f.local("v128")];
  f.if(allFinite, () =>
    f.for(at, start, end, 1, () => {
      f.set(x, emitValue(settings, lists, at));
      body(i32.load8(at), x);
    }),
  );
  f.if(i32.eq(allFinite, 0), () => {
    f.set(at, start);
    f.for(row, 0, lists.length, 1, () => {
      f.set(x, v128.zero());
      f.if(i32.lt(at, end), () =>
        f.if(i32.eq(i32.load8(at), row), () => {
          f.set(x, emitValue(settings, lists, at));
          f.advance(at, 1);
        }),
      );
      body(row, x);
    });
  });
}

/** The vectors that are summed at a time to see whether all are finite. */
const AT_A_TIME = 4;

/**
 * Whether no float of an array is infinite or NaN, seen by their sum. If a sum of finite floats overflows, the answer is
 * no, which costs only time.
 */
export function emitAllFinite(f: FunctionBuilder, array: Local<"i32">, count: Int): Local<"i32"> {
  const [at, end] = [f.local("i32"), f.let(i32.add(array, i32.mul(count, BYTES)))];
  const step = AT_A_TIME * LANES * BYTES;
  const whole = f.let(i32.add(array, i32.and(i32.mul(count, BYTES), -step)));
  const sums = Array.from({ length: AT_A_TIME }, () => f.let(v128.zero()));
  const add = (k: number, value: Expr<"v128">) => f.set(sums[k], f32x4.add(sums[k], value));
  f.for(at, array, whole, step, () => {
    for (const k of sums.keys()) add(k, v128.load(at, k * LANES * BYTES));
  });
  f.for(at, whole, end, BYTES, () => add(0, v128.loadFirst(at)));
  const sum = f.let(f32x4.add(f32x4.add(sums[0], sums[1]), f32x4.add(sums[2], sums[3])));
  const difference = f.let(f32x4.sub(sum, sum));
  return f.let(i32.eq(v128.anyTrue(f32x4.ne(difference, difference)), 0));
}

/** The value, in all lanes, of the entry whose row is stored at `at`. */
function emitValue(settings: ListsSettings, { table, block }: ListsBlock, at: Local<"i32">): Expr<"v128"> {
  const { rows, values } = layout(settings);
  if (!settings.wide) return f32x4.loadSplat(i32.add(table, i32.mul(i32.load8(at, values - rows), BYTES)));
  const entry = i32.sub(at, i32.add(block, rows));
  return f32x4.loadSplat(i32.add(block, i32.mul(entry, BYTES)), values);
}

/** Vectors in passes of equal size, as nearly as possible, with at most `most` in each. */
export function passesOf(vectors: number, most: number): readonly (readonly [first: number, count: number])[] {
  const count = Math.ceil(vectors / most);
  const startOf = (pass: number) => Math.ceil((pass * vectors) / count);
  return Array.from({ length: count }, (_, pass) => [startOf(pass), startOf(pass + 1) - startOf(pass)]);
}
