/**
 * Reductions, such as sums, along rows or down columns, in double precision and rounded once at the end.
 *
 * Order of operations: along a row, element i goes to double lane i mod 4, and the lanes are joined at the end as (l0 +
 * l1) + (l2 + l3). Down a column, one element after the other. Which of the two runs depends only on shape and strides.
 */
import { BYTES, LANES } from "../floats.ts";
import { type BasicArithmetic, numbers } from "../math/arithmetic.ts";
import { type Expr, f32x4, i32, v128 } from "../wasm/expression.ts";
import type { FunctionBuilder } from "../wasm/function.ts";
import { both, doubleLanes, type Lanes, narrow, pairOfLocals, widen } from "../wasm/lanes.ts";
import type { Kernel } from "./kernel.ts";
import { emitLoad } from "./pieces.ts";

/** A reduction: `step` takes in one element, `combine` joins two lanes, and `finish` is applied at the end. */
export interface Reduction {
  readonly name: string;
  /** The result over no elements, which also fills lanes without an element. */
  readonly identity: number;
  readonly step: <T, Mask>(m: BasicArithmetic<T, Mask>, accumulator: T, x: T) => T;
  readonly combine?: <T, Mask>(m: BasicArithmetic<T, Mask>, a: T, b: T) => T;
  readonly finish?: <T, Mask>(m: BasicArithmetic<T, Mask>, accumulator: T) => T;
}

/** How many elements are left after the last whole vector of a row, or of all columns. */
interface Rest {
  readonly left: number;
}

/** With fewer elements than this, the plain loop is faster than placing the operands for SIMD code. */
const LEAST = 64;

function finished<T, Mask>({ finish }: Reduction, m: BasicArithmetic<T, Mask>, value: T): T {
  return finish ? finish(m, value) : value;
}

/**
 * Operand: a matrix that is contiguous along its rows. Result: one number for each row. Counts: rows, length, stride.
 */
export function rowsKernel(reduction: Reduction): Kernel<Rest> {
  const { name, identity, step, combine = step } = reduction;
  return {
    name: `${name} rows`,
    least: LEAST,
    simd(f, { operands: [x], results: [y], counts: [rows, length, stride] }, { left }) {
      const [row, at] = f.locals("i32", 2);
      const whole = f.let(i32.mul(i32.and(length, -LANES), BYTES));
      const m = doubleLanes(f);
      const accumulator = emitAccumulator(f, reduction);
      f.for(row, 0, rows, 1, () => {
        accumulator.reset();
        const end = f.let(i32.add(x, whole));
        f.for(at, x, end, LANES * BYTES, () => accumulator.step(v128.load(at)));
        if (left > 0) accumulator.step(emitLoad(f, end, 0, left, f32x4.const(identity)));
        const { low, high } = accumulator.value;
        // (l0, l2) joined with (l1, l3), then the two results with each other. One half of the pairs would suffice.
        const [even, odd] = [v128.shuffle(low, high, [0, 1, 4, 5]), v128.shuffle(low, high, [2, 3, 6, 7])];
        const pairs = combine(m, both(even), both(odd)).low;
        const total = combine(m, both(pairs), both(v128.shuffle(pairs, pairs, [2, 3, 0, 1])));
        f.storeVector(y, 0, narrow(finished(reduction, m, total)), 1);
        f.advance(y, BYTES);
        f.advance(x, i32.mul(stride, BYTES));
      });
    },
    plain({ operands: [x], results: [y], counts: [rows, length, stride] }) {
      const lanes = [0, 0, 0, 0];
      for (let row = 0; row < rows; row++) {
        lanes.fill(identity);
        for (let i = 0; i < length; i++) lanes[i % 4] = step(numbers, lanes[i % 4], x[row * stride + i]);
        const pairs = [combine(numbers, lanes[0], lanes[1]), combine(numbers, lanes[2], lanes[3])];
        y[row] = finished(reduction, numbers, combine(numbers, pairs[0], pairs[1]));
      }
    },
  };
}

/**
 * Operand: a matrix that is contiguous along its rows. Result: one number for each column. Counts: columns, rows,
 * stride.
 */
export function columnsKernel(reduction: Reduction): Kernel<Rest> {
  const { name, identity, step } = reduction;
  return {
    name: `${name} columns`,
    least: LEAST,
    simd(f, { operands: [x], results: [y], counts: [columns, rows, stride] }, { left }) {
      const [column, row, at] = f.locals("i32", 3);
      const accumulator = emitAccumulator(f, reduction);
      const emitColumns = (first: Expr<"i32">, lanes: number) => {
        accumulator.reset();
        f.set(at, i32.add(x, first));
        f.for(row, 0, rows, 1, () => {
          accumulator.step(emitLoad(f, at, 0, lanes));
          f.advance(at, i32.mul(stride, BYTES));
        });
        const total = finished(reduction, doubleLanes(f), accumulator.value);
        f.storeVector(i32.add(y, first), 0, narrow(total), lanes);
      };
      const whole = f.let(i32.mul(i32.and(columns, -LANES), BYTES));
      f.for(column, 0, whole, LANES * BYTES, () => emitColumns(column, LANES));
      if (left > 0) emitColumns(whole, left);
    },
    plain({ operands: [x], results: [y], counts: [columns, rows, stride] }) {
      // Row by row: the sums of all columns grow at the same time, in double precision.
      const totals = new Float64Array(columns).fill(identity);
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++)
          totals[column] = step(numbers, totals[column], x[row * stride + column]);
      for (let column = 0; column < columns; column++) y[column] = finished(reduction, numbers, totals[column]);
    },
  };
}

/** Four double lanes, and one step of four elements. */
function emitAccumulator(f: FunctionBuilder, { step, identity }: Reduction) {
  const m = doubleLanes(f);
  const { value, set } = pairOfLocals(f, m.number(identity));
  return { value, reset: () => set(m.number(identity)), step: (x: Lanes) => set(step(m, value, widen(f, x))) };
}
