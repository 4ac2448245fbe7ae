/**
 * Elementwise kernels: y[i] = f(a[i], b[i], c[i]), with broadcasting.
 *
 * A formula is written once over an arithmetic. Elements do not depend on one another, so any order of visiting them
 * gives the same bits.
 */
import { BYTES, LANES } from "../floats.ts";
import { type Arithmetic, type BasicArithmetic, numbers, singles } from "../math/arithmetic.ts";
import { type Expr, f32x4, i32, v128 } from "../wasm/expression.ts";
import type { FunctionBuilder } from "../wasm/function.ts";
import { doubleLanes, type Lanes, narrow, singleLanes, widen } from "../wasm/lanes.ts";
import type { Arrays, Kernel, Places } from "./kernel.ts";

/** A formula whose every operation is rounded to float32, if the tensors are. */
export type SingleFormula = <T, Mask>(m: BasicArithmetic<T, Mask>, a: T, b: T, c: T) => T;
/** A formula that is computed in double precision and rounded once. */
export type DoubleFormula = <T, Mask>(m: Arithmetic<T, Mask>, a: T, b: T, c: T) => T;

/** How each of up to three operands goes on along a row: by one element, or (0) not at all. */
export interface Steps {
  readonly a: number;
  readonly b?: number;
  readonly c?: number;
}

/** Counts of the kernels: rows, columns, and how many elements each operand goes on from row to row. */
export type ElementwiseKernel = Kernel<Steps>;

/** Below this many elements the plain loop has ended before a kernel's operands would be in place. */
const LEAST = 64;

/** The kernel of a formula with operations that float32 lanes have: sums, products, comparisons. */
export function singleKernel(name: string, formula: SingleFormula): ElementwiseKernel {
  const plain = (a: number, b: number, c: number) => formula(numbers, a, b, c);
  const rounded = (a: number, b: number, c: number) => formula(singles, a, b, c);
  return {
    name,
    least: LEAST,
    simd: (f, places, steps) => emitRows(f, places, steps, (a, b, c) => formula(singleLanes(f), a, b, c)),
    plain: (arrays, steps) => eachRow(arrays.results[0] instanceof Float32Array ? rounded : plain, arrays, steps),
  };
}

/** The kernel of a formula in double precision: exponentials and their like. */
export function doubleKernel(name: string, formula: DoubleFormula): ElementwiseKernel {
  return {
    ...scalarKernel(name, (a, b, c) => formula(numbers, a, b, c)),
    least: LEAST,
    simd: (f, places, steps) =>
      emitRows(f, places, steps, (a, b, c) => {
        const first = widen(f, a);
        const other = (lanes: Lanes) => (lanes === a ? first : widen(f, lanes));
        return narrow(formula(doubleLanes(f), first, other(b), other(c)));
      }),
  };
}

/** The kernel of a function that only numbers know, such as one with branches: its twin does all of the work. */
export function scalarKernel(name: string, plain: (a: number, b: number, c: number) => number): ElementwiseKernel {
  return { name, plain: (arrays, steps) => eachRow(plain, arrays, steps) };
}

function eachRow(
  f: (a: number, b: number, c: number) => number,
  { operands, results: [y], counts: [rows, columns, ...rowSteps] }: Arrays,
  { a: da, b: db = da, c: dc = da }: Steps,
): void {
  const [a, b = a, c = a] = operands;
  const [rowA, rowB = rowA, rowC = rowA] = rowSteps;
  let i = 0;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      y[i++] = f(a[row * rowA + column * da], b[row * rowB + column * db], c[row * rowC + column * dc]);
}

function emitRows(
  f: FunctionBuilder,
  { operands: given, results: [y], counts: [rows, columns, ...rowSteps] }: Places,
  steps: Steps,
  formula: (a: Lanes, b: Lanes, c: Lanes) => Lanes,
): void {
  const [row, at] = f.locals("i32", 2);
  const length = f.let(i32.mul(columns, BYTES));
  const whole = f.let(i32.and(length, -LANES * BYTES));
  const operands = [steps.a, steps.b, steps.c].slice(0, given.length).map((step, k) => ({
    start: given[k],
    stands: step === 0,
    rowStride: f.let(i32.mul(rowSteps[k], BYTES)),
  }));
  /** The value of the formula for the lanes at `at`: four of them, or the first alone. */
  const value = (load: (address: Expr<"i32">) => Lanes) => {
    const lanes = operands.map(({ start, stands }) =>
      f.let(stands ? f32x4.loadSplat(start) : load(i32.add(start, at))),
    );
    const [a, b = a, c = a] = lanes;
    return formula(a, b, c);
  };
  f.for(row, 0, rows, 1, () => {
    f.for(at, 0, whole, LANES * BYTES, () => f.storeVector(i32.add(y, at), 0, value(v128.load)));
    f.for(at, whole, length, BYTES, () => f.storeVector(i32.add(y, at), 0, value(v128.loadFirst), 1));
    f.advance(y, length);
    for (const { start, rowStride } of operands) f.advance(start, rowStride);
  });
}
