/** Code that several kernels share: loops over rows, blocks and strips, partial loads, Horner's rule, sums of lanes. */
import { BYTES, LANES } from "../floats.ts";
import { type Expr, f32x4, i32, v128 } from "../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../wasm/function.ts";

/** The first `lanes` floats at an address; the other lanes are those of `rest` (zero). */
export function emitLoad(
  f: FunctionBuilder,
  address: Expr<"i32">,
  offset: number,
  lanes: number,
  rest: Expr<"v128"> = v128.zero(),
): Expr<"v128"> {
  if (lanes === LANES) return v128.load(address, offset);
  const value: Local<"v128"> = f.let(rest);
  for (let lane = 0; lane < lanes; lane++) f.set(value, v128.loadLane(address, offset + lane * BYTES, lane, value));
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

/** The vector of the sums of four vectors: transposes them, then adds (l0 + l1) + (l2 + l3). */
function emitTransposedSum(f: FunctionBuilder, [p, q, r, s]: readonly Expr<"v128">[]): Expr<"v128"> {
  const [pqLow, rsLow] = [f.let(v128.shuffle(p, q, [0, 4, 1, 5])), f.let(v128.shuffle(r, s, [0, 4, 1, 5]))];
  const [pqHigh, rsHigh] = [f.let(v128.shuffle(p, q, [2, 6, 3, 7])), f.let(v128.shuffle(r, s, [2, 6, 3, 7]))];
  const low = f32x4.add(v128.shuffle(pqLow, rsLow, [0, 1, 4, 5]), v128.shuffle(pqLow, rsLow, [2, 3, 6, 7]));
  const high = f32x4.add(v128.shuffle(pqHigh, rsHigh, [0, 1, 4, 5]), v128.shuffle(pqHigh, rsHigh, [2, 3, 6, 7]));
  return f32x4.add(low, high);
}

/** The last steps before a sum is stored: a bias is added, and with `relu` negative results become 0. */
export interface LastSteps {
  readonly biases?: Local<"i32"> | undefined;
  readonly relu?: boolean;
}

/** y[o] = the sum of the four lanes at sums[o], after the last steps. */
export function emitSums(
  f: FunctionBuilder,
  sums: Local<"i32">,
  y: Local<"i32">,
  count: number,
  { biases, relu = false }: LastSteps = {},
): void {
  emitVectors(f, count, (at, lanes) => {
    const from = f.let(i32.add(sums, i32.mul(at, LANES)));
    const partial = [0, 1, 2, 3].map((j) => f.let(v128.load(from, Math.min(j, lanes - 1) * LANES * BYTES)));
    const total = emitTransposedSum(f, partial);
    const value = biases ? f32x4.add(total, emitLoad(f, i32.add(biases, at), 0, lanes)) : total;
    f.storeVector(i32.add(y, at), 0, relu ? f32x4.max(value, v128.zero()) : value, lanes);
  });
}

/** Goes through rows in groups of `most`, then one by one; `body` receives the number of rows in its group. */
export function emitRowGroups(
  f: FunctionBuilder,
  rows: Local<"i32">,
  most: number,
  body: (count: number) => void,
): void {
  const row = f.local("i32");
  const whole = f.let(i32.and(rows, -most));
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

/** Stores accumulators. Except for the first block of a sum, they are added to what is stored already. */
export function emitCells(f: FunctionBuilder, isFirst: Local<"i32">, cells: readonly Cell[]): void {
  f.if(i32.eq(isFirst, 0), () => {
    for (const { sum, target, offset, lanes } of cells) f.set(sum, f32x4.add(emitLoad(f, target, offset, lanes), sum));
  });
  for (const { sum, target, offset, lanes } of cells) f.storeVector(target, offset, sum, lanes);
}
