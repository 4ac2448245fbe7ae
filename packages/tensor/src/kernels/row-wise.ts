/**
 * Row-wise kernels: short rows whose sums must not mix, four at a time, one in each lane.
 *
 * What is done to a row is written once, over a `Row`: emitting code, each of its values is four lanes of four rows;
 * as the twin, a number. So a lane does to its row what the twin does to one row, in the same order, in double precision.
 * After the last whole four, the missing lanes repeat the last row: they compute, and store, the same values once more.
 */
import { BYTES, LANES } from "../floats.ts";
import { type Arithmetic, numbers } from "../math/arithmetic.ts";
import { type Expr, f32x4, f64x2, i32, v128 } from "../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../wasm/function.ts";
import { doubleLanes, narrow, type Pair, widen } from "../wasm/lanes.ts";
import type { Arrays, Kernel, Places } from "./kernel.ts";

/** A value that is kept from one column to the next. */
export interface Accumulator<T> {
  readonly value: T;
  set(value: T): void;
}

/** A row under way: its columns, and what can be read and written there. Operands and results are counted from 0. */
export interface Row<T, Mask, Column> {
  readonly m: Arithmetic<T, Mask>;
  /** The scalars of the call. */
  readonly scalars: readonly T[];
  /** Goes through the columns, in order. */
  eachColumn(body: (column: Column) => void): void;
  /** Goes through the columns, in order, with their numbers. */
  accumulator(start: number): Accumulator<T>;
  /** The row's element of an operand [rows, columns]. */
  load(operand: number, column: Column): T;
  /** The element of an operand [columns], the same for all rows. */
  loadShared(operand: number, column: Column): T;
  /** The row's element of an operand [rows]. */
  loadOwn(operand: number): T;
  store(result: number, column: Column, value: T): void;
  /** Keeps a value for each column, until the next row. */
  keep(column: Column, value: T): void;
  kept(column: Column): T;
  /** Adds to a sum over all rows: in four lanes, row r to lane r mod 4; at the end (l0 + l1) + (l2 + l3). */
  addToColumn(sum: number, column: Column, value: T): void;
  /** Adds to one sum over all rows, one row after the other. */
  addToTotal(value: T): void;
}

/** What a row-wise kernel is made of. */
export interface RowProgram<Settings> {
  readonly name: string;
  readonly columnsOf: (settings: Settings) => number;
  /** Results that are sums over all rows, column by column; `addToColumn` counts within this list. */
  readonly columnSums?: readonly number[];
  /** What result 0 is, if it is one number: from the total over all rows, and the scalars. */
  readonly total?: <T, Mask>(m: Arithmetic<T, Mask>, total: T, scalars: readonly T[]) => T;
  readonly row: <T, Mask, Column>(row: Row<T, Mask, Column>, settings: Settings) => void;
}

/** Four float64s: a value of each of four rows. */
const FOUR_DOUBLES = 32;

/** Operands, results: as the program has them. Counts: the number of rows. */
export function rowWise<Settings extends object>(program: RowProgram<Settings>): Kernel<Settings> {
  const sums = program.columnSums?.length ?? 0;
  return {
    name: program.name,
    scratch: (settings) => (1 + sums) * program.columnsOf(settings) * FOUR_DOUBLES,
    simd: (f, places, settings) => emitRowWise(f, places, program, settings),
    plain: (arrays, settings) => runRowWise(arrays, program, settings),
  };
}

function runRowWise<Settings extends object>(
  { operands, results, counts: [rows], scalars }: Arrays,
  { columnsOf, columnSums = [], total: finishTotal, row: run }: RowProgram<Settings>,
  settings: Settings,
): void {
  const columns = columnsOf(settings);
  const values = new Float64Array(columns);
  const lanes = columnSums.map(() => new Float64Array(LANES * columns));
  let [start, number, total] = [0, 0, 0];
  const row: Row<number, boolean, number> = {
    m: numbers,
    scalars,
    eachColumn(body) {
      for (let column = 0; column < columns; column++) body(column);
    },
    accumulator(value) {
      const held = { value, set: (next: number) => void (held.value = next) };
      return held;
    },
    load: (operand, column) => operands[operand][start + column],
    loadShared: (operand, column) => operands[operand][column],
    loadOwn: (operand) => operands[operand][number],
    store: (result, column, value) => void (results[result][start + column] = value),
    keep: (column, value) => void (values[column] = value),
    kept: (column) => values[column],
    addToColumn: (sum, column, value) => void (lanes[sum][LANES * column + (number % LANES)] += value),
    addToTotal: (value) => void (total += value),
  };
  for (; number < rows; number++, start += columns) run(row, settings);
  for (const [k, result] of columnSums.entries())
    for (let j = 0; j < columns; j++) {
      const [l0, l1, l2, l3] = lanes[k].subarray(LANES * j, LANES * (j + 1));
      results[result][j] = l0 + l1 + (l2 + l3);
    }
  if (finishTotal) results[0][0] = finishTotal(numbers, total, scalars);
}

function emitRowWise<Settings extends object>(
  f: FunctionBuilder,
  { operands, results, counts: [rows], scalars: given, scratch }: Places,
  { columnsOf, columnSums = [], total: finishTotal, row: run }: RowProgram<Settings>,
  settings: Settings,
): void {
  const columns = columnsOf(settings);
  const m = doubleLanes(f);
  const scalars = given.map((scalar) => both(f.let(f64x2.splat(scalar))));
  const [first, at] = f.locals("i32", 2);
  const numbersOfRows = f.locals("i32", LANES);
  const starts = f.locals("i32", LANES);
  const total = f.local("v128");
  const valid = emitPair(f, m.number(1));
  /** Where lanes hold rows of their own: the value, else 0. */
  const own = (value: Pair) => m.select(m.less(m.number(0.5), valid.value), value, m.number(0));
  /** Where the four doubles of a column are, in the first block of scratch memory or a later one. */
  const doublesAt = (column: Local<"i32">, block: number) =>
    f.let(i32.add(i32.add(scratch, block * columns * FOUR_DOUBLES), i32.mul(column, FOUR_DOUBLES / BYTES)));
  const collect = (addressOf: (lane: number) => Expr<"i32">) => {
    const value = f.let(v128.loadFirst(addressOf(0)));
    for (let lane = 1; lane < LANES; lane++) f.set(value, v128.loadLane(addressOf(lane), 0, lane, value));
    return widen(f, value);
  };
  const row: Row<Pair, Pair, Local<"i32">> = {
    m,
    scalars,
    eachColumn(body) {
      const column = f.local("i32");
      f.for(column, 0, columns * BYTES, BYTES, () => body(column));
    },
    accumulator: (start) => emitPair(f, m.number(start)),
    load: (operand, column) => collect((lane) => i32.add(i32.add(operands[operand], column), starts[lane])),
    loadShared: (operand, column) => widen(f, f32x4.loadSplat(i32.add(operands[operand], column))),
    loadOwn: (operand) => collect((lane) => i32.add(operands[operand], i32.mul(numbersOfRows[lane], BYTES))),
    store(result, column, value) {
      const rounded = f.let(narrow(value));
      const target = f.let(i32.add(results[result], column));
      for (const [lane, start] of starts.entries()) f.storeLane(i32.add(target, start), 0, rounded, lane);
    },
    keep: (column, value) => storeDoubles(f, doublesAt(column, 0), value),
    kept: (column) => loadDoubles(f, doublesAt(column, 0)),
    addToColumn(sum, column, value) {
      const place = doublesAt(column, 1 + sum);
      storeDoubles(f, place, m.add(loadDoubles(f, place), own(value)));
    },
    addToTotal(value) {
      const { low, high } = own(value);
      for (const half of [low, high])
        for (const lane of [0, 2]) f.set(total, f64x2.add(total, v128.shuffle(half, half, [lane, lane + 1, 2, 3])));
    },
  };
  const sums = f.let(i32.add(scratch, columns * FOUR_DOUBLES));
  const sumsLength = columnSums.length * columns * FOUR_DOUBLES;
  f.for(at, 0, sumsLength, FOUR_DOUBLES / 2, () => f.storeVector(i32.add(sums, at), 0, v128.zero()));
  f.for(first, 0, rows, LANES, () => {
    valid.set(m.number(1));
    for (const [lane, number] of numbersOfRows.entries()) {
      f.set(number, i32.add(first, lane));
      f.if(i32.ge(number, rows), () => {
        f.set(number, i32.sub(rows, 1));
        const half = lane < 2 ? valid.value.low : valid.value.high;
        f.set(half, f64x2.replaceLane(half, lane % 2, 0));
      });
      f.set(starts[lane], i32.mul(number, columns * BYTES));
    }
    run(row, settings);
  });
  f.for(at, 0, columns * BYTES, BYTES, () => {
    for (const [k, result] of columnSums.entries()) {
      const { low, high } = loadDoubles(f, doublesAt(at, 1 + k));
      const pairs = f.let(f64x2.add(v128.shuffle(low, high, [0, 1, 4, 5]), v128.shuffle(low, high, [2, 3, 6, 7])));
      const sum = f64x2.add(pairs, v128.shuffle(pairs, pairs, [2, 3, 0, 1]));
      f.storeVector(i32.add(results[result], at), 0, f32x4.fromF64x2(sum), 1);
    }
  });
  if (finishTotal) f.storeVector(results[0], 0, narrow(finishTotal(m, both(total), scalars)), 1);
}

/** Both halves of a pair. */
function both(half: Pair["low"]): Pair {
  return { low: half, high: half };
}

/** A pair of locals. */
function emitPair(f: FunctionBuilder, start: Pair) {
  const value = { low: f.let(start.low), high: f.let(start.high) };
  const set = ({ low, high }: Pair) => {
    f.set(value.low, low);
    f.set(value.high, high);
  };
  return { value, set };
}

function loadDoubles(f: FunctionBuilder, address: Local<"i32">): Pair {
  return { low: f.let(v128.load(address, 0)), high: f.let(v128.load(address, FOUR_DOUBLES / 2)) };
}

function storeDoubles(f: FunctionBuilder, address: Local<"i32">, { low, high }: Pair): void {
  f.storeVector(address, 0, low);
  f.storeVector(address, FOUR_DOUBLES / 2, high);
}
