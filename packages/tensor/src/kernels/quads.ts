/**
 * Four rows at a time, one in each lane: how kernels go through short rows whose sums must not mix.
 *
 * Each lane does to its row what the twin does to one row, in the same order and in double precision. Behind the last
 * whole four, the missing lanes repeat the last row: they compute, and store, the same values once more.
 */
import { BYTES, LANES } from "../floats.ts";
import type { Arithmetic } from "../math/arithmetic.ts";
import { doubles, narrow, type Pair, widen } from "../wasm/doubles.ts";
import { type Expr, f32x4, f64x2, i32, v128 } from "../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../wasm/function.ts";

/** What a body sees of the four rows under way. */
export interface Quad {
  readonly m: Arithmetic<Pair, Pair>;
  /** Goes through the columns, in order. */
  eachColumn(body: (column: Local<"i32">) => void): void;
  /** The four rows' elements in a column of a matrix. */
  load(matrix: Local<"i32">, column: Local<"i32">): Pair;
  store(matrix: Local<"i32">, column: Local<"i32">, value: Pair): void;
  /** The element of a vector at a column, in all lanes. */
  loadShared(vector: Local<"i32">, column: Local<"i32">): Pair;
  /** A double for each row, side by side at an address. */
  loadDoubles(vector: Local<"i32">): Pair;
  storeDoubles(vector: Local<"i32">, value: Pair): void;
  /** A variable that keeps its value from one column to the next. */
  accumulator(start: number): { value: Pair; set(value: Pair): void };
  /** Where lanes hold rows of their own: 1, else 0. */
  readonly valid: Pair;
}

/** Emits `body` for every four of `rows` rows of `columns` float32s. */
export function emitQuads(f: FunctionBuilder, rows: Local<"i32">, columns: number, body: (quad: Quad) => void): void {
  const m = doubles(f);
  const first = f.local("i32");
  const rowStarts = f.locals("i32", LANES);
  const valid = pairOfLocals(f);
  /** Byte offset of the first of the four rows' doubles. */
  const doublesAt = f.local("i32");
  const at = (base: Expr<"i32">, column: Expr<"i32">, lane: number) => i32.add(i32.add(base, column), rowStarts[lane]);

  f.for(first, 0, rows, LANES, () => {
    f.set(doublesAt, i32.mul(first, 8));
    setPair(f, valid, m.number(1));
    for (const [lane, start] of rowStarts.entries()) {
      f.set(start, i32.mul(i32.add(first, lane), columns * BYTES));
      f.if(i32.ge(i32.add(first, lane), rows), () => {
        f.set(start, i32.mul(i32.sub(rows, 1), columns * BYTES));
        const half = lane < 2 ? valid.low : valid.high;
        f.set(half, f64x2.replaceLane(half, lane % 2, 0));
      });
    }
    body({
      m,
      valid,
      eachColumn(visit) {
        const column = f.local("i32");
        f.for(column, 0, columns * BYTES, BYTES, () => visit(column));
      },
      load(matrix, column) {
        const value = f.let(v128.loadFirst(at(matrix, column, 0)));
        for (let lane = 1; lane < LANES; lane++) f.set(value, v128.loadLane(at(matrix, column, lane), 0, lane, value));
        return widen(f, value);
      },
      store(matrix, column, value) {
        const rounded = f.let(narrow(value));
        for (let lane = 0; lane < LANES; lane++) f.storeLane(at(matrix, column, lane), 0, rounded, lane);
      },
      loadShared: (vector, column) => widen(f, f32x4.loadSplat(i32.add(vector, column))),
      loadDoubles(vector) {
        const start = f.let(i32.add(vector, doublesAt));
        return { low: f.let(v128.load(start, 0)), high: f.let(v128.load(start, 16)) };
      },
      storeDoubles(vector, { low, high }) {
        const start = f.let(i32.add(vector, doublesAt));
        f.storeVector(start, 0, low);
        f.storeVector(start, 16, high);
      },
      accumulator(start) {
        const value = pairOfLocals(f);
        setPair(f, value, m.number(start));
        return { value, set: (next) => setPair(f, value, next) };
      },
    });
  });
}

interface PairOfLocals extends Pair {
  readonly low: Local<"v128">;
  readonly high: Local<"v128">;
}

function pairOfLocals(f: FunctionBuilder): PairOfLocals {
  return { low: f.local("v128"), high: f.local("v128") };
}

function setPair(f: FunctionBuilder, target: PairOfLocals, value: Pair): void {
  f.set(target.low, value.low);
  f.set(target.high, value.high);
}
