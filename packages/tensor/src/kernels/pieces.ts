/** Code that several kernels share: loops over rows, blocks and strips, partial loads, Horner's rule, sums of lanes. */
import { BYTES, LANES } from "../floats.ts";
import { type Expr, f32x4, i32, v128 } from "../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../wasm/function.ts";

/** The first `lanes` floats at an address; the other lanes are those of `rest`, zero by default. */
export function emitLoad(
  f: FunctionBuilder,
  address: Expr<"i32">,
  offset: number,
  lanes: number,
  rest?: Expr<"v128">,
): Expr<"v128"> {
  if (lanes === LANES) return v128.load(address, offset);
  if (rest === undefined && lanes === 1) return v128.loadFirst(address, offset);
  if (rest === undefined && lanes === 2) return v128.loadPair(address, offset);
  const value: Local<"v128"> = f.let(rest ?? v128.loadPair(address, offset));
  for (let lane = rest ? 0 : 2; lane < lanes; lane++)
    f.set(value, v128.loadLane(address, offset + lane * BYTES, lane, value));
  return value;
}

/** Goes through a row of `count` floats by vectors, the last of which may have fewer lanes; `at` is in bytes. */
export function emitVectors(f: FunctionBuilder, count: number, body: (at: Local<"i32">, lanes: number) => void): void {
  const at = f.local("i32");
  const whole = count - (count % LANES);
  f.for(at, 0, whole * BYTES, LANES * BYTES, () => body(at, LANES));
  if (whole < count) {
    f.set(at, i32.const(whole * BYTES));
    body(at, count - whole);
  }
}

/** c0 + x (c1 + x (c2 + ...)). */
export function emitHorner(coefficients: readonly Expr<"v128">[], x: Expr<"v128">): Expr<"v128"> {
  return coefficients.reduceRight((sum, coefficient) => f32x4.add(coefficient, f32x4.mul(x, sum)));
}

/** Goes through rows in groups of `most`, then one by one; `body` receives the number of rows in its group. */
export function emitRowGroups(
  f: FunctionBuilder,
  rows: Local<"i32">,
  most: number,
  body: (count: number) => void,
): void {
  const row = f.local("i32");
  const whole = f.let(i32.sub(rows, i32.rem(rows, most)));
  f.for(row, 0, whole, most, () => body(most));
  f.for(row, whole, rows, 1, () => body(1));
}

/** Goes through `count` in blocks; `body` receives the start and the length of each. */
export function emitBlocks(
  f: FunctionBuilder,
  count: Local<"i32">,
  size: number,
  body: (start: Local<"i32">, length: Local<"i32">) => void,
): void {
  const [start, length] = f.locals("i32", 2);
  f.for(start, 0, count, size, () => {
    f.set(length, i32.sub(count, start));
    f.if(i32.lt(size, length), () => f.set(length, i32.const(size)));
    body(start, length);
  });
}

/**
 * Goes through `count` columns in strips of vectors; `body` receives the start of each, in bytes, and the lanes of its
 * vectors.
 */
export function emitStrips(
  f: FunctionBuilder,
  count: number,
  vectors: number,
  body: (column: Local<"i32">, widths: readonly number[]) => void,
): void {
  const left = count % (vectors * LANES);
  const end = (count - left) * BYTES;
  const column = f.local("i32");
  f.for(column, 0, end, vectors * LANES * BYTES, () => body(column, new Array<number>(vectors).fill(LANES)));
  if (left === 0) return;
  f.set(column, i32.const(end));
  body(
    column,
    Array.from({ length: Math.ceil(left / LANES) }, (_, v) => Math.min(LANES, left - v * LANES)),
  );
}

/** An accumulator of a tile, and where its lanes belong. */
export type Cell = { sum: Local<"v128">; target: Local<"i32">; offset: number; lanes: number };

/** Adds to accumulators what is stored already, except for the first block of a sum. */
export function emitTotals(f: FunctionBuilder, isFirst: Local<"i32">, cells: readonly Cell[]): void {
  f.if(i32.eq(isFirst, 0), () => {
    for (const { sum, target, offset, lanes } of cells) f.set(sum, f32x4.add(emitLoad(f, target, offset, lanes), sum));
  });
}

/** Stores accumulators. Except for the first block of a sum, they are added to what is stored already. */
export function emitCells(f: FunctionBuilder, isFirst: Local<"i32">, cells: readonly Cell[]): void {
  emitTotals(f, isFirst, cells);
  for (const { sum, target, offset, lanes } of cells) f.storeVector(target, offset, sum, lanes);
}
