/**
 * The SIMD code of row-wise kernels: four rows at a time, one in each lane.
 *
 * In the last group, lanes without a row repeat the last row: they compute and store the same values again.
 */
import { BYTES, LANES } from "../floats.ts";
import { type Expr, f32x4, f64x2, i32, v128 } from "../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../wasm/function.ts";
import { both, doubleLanes, narrow, type Pair, pairOfLocals, widen } from "../wasm/lanes.ts";
import type { Places } from "./kernel.ts";
import type { Row, RowProgram } from "./row.ts";

/** Bytes in four float64s: a value for each of four rows. */
const FOUR_DOUBLES = 32;

/** Bytes of scratch memory: for each column, a value that is kept, and four lanes for each sum over all rows. */
export function scratchOf<Settings>({ columnsOf, columnSums = [] }: RowProgram<Settings>, settings: Settings): number {
  return (1 + columnSums.length) * columnsOf(settings) * FOUR_DOUBLES;
}

/** Emits a program for four rows at a time. */
export function emitRows<Settings extends object>(
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
  const valid = pairOfLocals(f, m.number(1));
  /** The value in lanes that have a row of their own, 0 in the others. */
  const own = (value: Pair) => m.select(m.less(m.number(0.5), valid.value), value, m.number(0));
  /** The address of the four doubles of a column, in a block of scratch memory. */
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
    accumulator: (start) => pairOfLocals(f, m.number(start)),
    load: (operand, column) => collect((lane) => i32.add(i32.add(operands[operand], column), starts[lane])),
    loadShared: (operand, column) => widen(f, f32x4.loadSplat(i32.add(operands[operand], column))),
    loadOne: (operand) => widen(f, f32x4.loadSplat(operands[operand])),
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

function loadDoubles(f: FunctionBuilder, address: Local<"i32">): Pair {
  return { low: f.let(v128.load(address, 0)), high: f.let(v128.load(address, FOUR_DOUBLES / 2)) };
}

function storeDoubles(f: FunctionBuilder, address: Local<"i32">, { low, high }: Pair): void {
  f.storeVector(address, 0, low);
  f.storeVector(address, FOUR_DOUBLES / 2, high);
}
