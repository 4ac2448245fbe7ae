/**
 * The SIMD code of row-wise kernels: four rows at a time, one in each lane.
 *
 * Matrices are turned first: the four elements of a column go to scratch memory side by side, as doubles. Result 0 is
 * turned back at the end. In the last group, lanes without a row repeat the last row: they compute and store the same
 * values again.
 */
import { BYTES, LANES } from "../floats.ts";
import { shortExp } from "../math/exp.ts";
import { type Expr, f32x4, i32, v128 } from "../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../wasm/function.ts";
import { both, doubleLanes, narrow, type Pair, pairOfLocals, widen } from "../wasm/lanes.ts";
import { f64x2 } from "../wasm/vectors.ts";
import type { Places } from "./kernel.ts";
import { emitLoad, emitVectors } from "./pieces.ts";
import type { Row, RowProgram } from "./row.ts";

/** Bytes in four float64s: a value for each of four rows. */
const FOUR_DOUBLES = 32;

/** Bytes of scratch memory: four doubles a column for result 0, for each matrix and for each sum over all rows. */
export function scratchOf<Settings>(
  { columnsOf, matrices, columnSums = [] }: RowProgram<Settings>,
  settings: Settings,
): number {
  return (1 + matrices.length + columnSums.length) * columnsOf(settings) * FOUR_DOUBLES;
}

/** Emits a program for four rows at a time. */
export function emitRows<Settings extends object>(
  f: FunctionBuilder,
  { operands, results, counts: [rows], scalars: given, scratch }: Places,
  { columnsOf, matrices, columnSums = [], total: finishTotal, row: run }: RowProgram<Settings>,
  settings: Settings,
): void {
  const columns = columnsOf(settings);
  const m = doubleLanes(f);
  const scalars = given.map((scalar) => both(f.let(f64x2.splat(scalar))));
  const [first, at] = f.locals("i32", 2);
  const numbersOfRows = f.locals("i32", LANES);
  const starts = f.locals("i32", LANES);
  const total = f.local("v128");
  const ones = v128.bits(0xffffffff, 0xffffffff);
  const isOwn = pairOfLocals(f, both(ones));
  /** The value in lanes that have a row of their own, 0 in the others. */
  const own = ({ low, high }: Pair): Pair => ({
    low: f.let(v128.and(low, isOwn.value.low)),
    high: f.let(v128.and(high, isOwn.value.high)),
  });
  /** The address of a column's doubles in the first block of scratch memory; the offsets lead to the others. */
  const place = (column: Local<"i32">) => f.let(i32.add(scratch, i32.mul(column, FOUR_DOUBLES / BYTES)));
  const offsetOf = (block: number) => block * columns * FOUR_DOUBLES;
  const matrixAt = (operand: number) => offsetOf(1 + matrices.indexOf(operand));
  const sumAt = (sum: number) => offsetOf(1 + matrices.length + sum);
  const splat = (address: Expr<"i32">) => both(f.let(f64x2.fromLowF32x4(f32x4.loadSplat(address))));
  const row: Row<Pair, Pair, Local<"i32">> = {
    m,
    scalars,
    exp: (x) => shortExp(m, x),
    eachColumn(body) {
      const column = f.local("i32");
      f.for(column, 0, columns * BYTES, BYTES, () => body(column));
    },
    sum(term) {
      // Two chains of additions, because one would wait for itself.
      const [even, odd] = [pairOfLocals(f, m.number(0)), pairOfLocals(f, m.number(0))];
      const [column, next] = f.locals("i32", 2);
      const left = columns % 2;
      f.for(column, 0, (columns - left) * BYTES, 2 * BYTES, () => {
        even.set(m.add(even.value, term(column)));
        f.set(next, i32.add(column, BYTES));
        odd.set(m.add(odd.value, term(next)));
      });
      if (left > 0) even.set(m.add(even.value, term(column)));
      return m.add(even.value, odd.value);
    },
    accumulator: (start) => pairOfLocals(f, m.number(start)),
    load: (matrix, column) => loadDoubles(f, place(column), matrixAt(matrix)),
    replace: (matrix, column, value) => storeDoubles(f, place(column), matrixAt(matrix), value),
    loadShared: (operand, column) => splat(i32.add(operands[operand], column)),
    loadOne: (operand) => splat(operands[operand]),
    loadOwn(operand) {
      const value = f.let(v128.zero());
      for (const [lane, number] of numbersOfRows.entries())
        f.set(value, v128.loadLane(i32.add(operands[operand], i32.mul(number, BYTES)), 0, lane, value));
      return widen(f, value);
    },
    store: (column, value) => f.storeVector(place(column), 0, narrow(value)),
    addToColumn(sum, column, value) {
      const target = place(column);
      storeDoubles(f, target, sumAt(sum), m.add(loadDoubles(f, target, sumAt(sum)), own(value)));
    },
    addToTotal(value) {
      const { low, high } = own(value);
      for (const half of [low, high])
        for (const lane of [0, 2]) f.set(total, f64x2.add(total, v128.shuffle(half, half, [lane, lane + 1, 2, 3])));
    },
  };
  const sums = f.let(i32.add(scratch, sumAt(0)));
  f.for(at, 0, offsetOf(columnSums.length), FOUR_DOUBLES / 2, () => f.storeVector(i32.add(sums, at), 0, v128.zero()));
  f.for(first, 0, rows, LANES, () => {
    isOwn.set(both(ones));
    for (const [lane, number] of numbersOfRows.entries()) {
      f.set(number, i32.add(first, lane));
      f.if(i32.ge(number, rows), () => {
        f.set(number, i32.sub(rows, 1));
        const half = lane < 2 ? isOwn.value.low : isOwn.value.high;
        f.set(half, f64x2.replaceLane(half, lane % 2, 0));
      });
      f.set(starts[lane], i32.mul(number, columns * BYTES));
    }
    for (const matrix of matrices)
      emitVectors(f, columns, (column, lanes) => {
        const from = rowsAt(f, operands[matrix], column, starts);
        emitTurned(f, from, lanes, place(column), matrixAt(matrix));
      });
    run(row, settings);
    if (!finishTotal)
      emitVectors(f, columns, (column, lanes) =>
        emitTurnedBack(f, place(column), lanes, rowsAt(f, results[0], column, starts)),
      );
  });
  f.for(at, 0, columns * BYTES, BYTES, () => {
    for (const [k, result] of columnSums.entries()) {
      const { low, high } = loadDoubles(f, place(at), sumAt(k));
      const pairs = f.let(f64x2.add(v128.shuffle(low, high, [0, 1, 4, 5]), v128.shuffle(low, high, [2, 3, 6, 7])));
      const sum = f64x2.add(pairs, v128.shuffle(pairs, pairs, [2, 3, 0, 1]));
      f.storeVector(i32.add(results[result], at), 0, f32x4.fromF64x2(sum), 1);
    }
  });
  if (finishTotal) f.storeVector(results[0], 0, narrow(finishTotal(m, both(total), scalars)), 1);
}

/** The addresses of a column in four rows of a matrix. */
function rowsAt(f: FunctionBuilder, matrix: Local<"i32">, column: Local<"i32">, starts: readonly Local<"i32">[]) {
  const above = f.let(i32.add(matrix, column));
  return starts.map((start) => f.let(i32.add(above, start)));
}

/** Reads up to four columns of four rows, and stores each column as four doubles. */
function emitTurned(
  f: FunctionBuilder,
  rows: readonly Local<"i32">[],
  lanes: number,
  to: Local<"i32">,
  offset: number,
): void {
  const [p, q, r, s] = rows.map((address) => f.let(emitLoad(f, address, 0, lanes)));
  for (let column = 0; column < lanes; column += 2) {
    const two = [column, column + LANES, column + 1, column + LANES + 1];
    const [low, high] = [widen(f, v128.shuffle(p, q, two)), widen(f, v128.shuffle(r, s, two))];
    const target = offset + column * FOUR_DOUBLES;
    storeDoubles(f, to, target, { low: low.low, high: high.low });
    if (column + 1 < lanes) storeDoubles(f, to, target + FOUR_DOUBLES, { low: low.high, high: high.high });
  }
}

/** Reads up to four columns, each of which is a vector of four floats, and stores them in four rows. */
function emitTurnedBack(f: FunctionBuilder, from: Local<"i32">, lanes: number, rows: readonly Local<"i32">[]): void {
  const load = (column: number) => f.let(v128.load(from, Math.min(column, lanes - 1) * FOUR_DOUBLES));
  const [c0, c1, c2, c3] = [0, 1, 2, 3].map(load);
  for (let row = 0; row < LANES; row += 2) {
    const two = [row, row + LANES, row + 1, row + LANES + 1];
    const [left, right] = [f.let(v128.shuffle(c0, c1, two)), f.let(v128.shuffle(c2, c3, two))];
    f.storeVector(rows[row], 0, v128.shuffle(left, right, [0, 1, 4, 5]), lanes);
    f.storeVector(rows[row + 1], 0, v128.shuffle(left, right, [2, 3, 6, 7]), lanes);
  }
}

function loadDoubles(f: FunctionBuilder, address: Local<"i32">, offset: number): Pair {
  return { low: f.let(v128.load(address, offset)), high: f.let(v128.load(address, offset + FOUR_DOUBLES / 2)) };
}

function storeDoubles(f: FunctionBuilder, address: Local<"i32">, offset: number, { low, high }: Pair): void {
  f.storeVector(address, offset, low);
  f.storeVector(address, offset + FOUR_DOUBLES / 2, high);
}
