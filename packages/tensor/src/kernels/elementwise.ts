/**
 * Elementwise kernels: y[i] = f(a[i], b[i], c[i]), with broadcasting.
 *
 * A formula is written once, over an arithmetic. Elements do not depend on each other, so any order of operations gives
 * the same bits.
 */
import { BYTES, LANES } from "../floats.ts";
import { type Arithmetic, type BasicArithmetic, numbers, singles } from "../math/arithmetic.ts";
import { type Expr, f32x4, i32, v128 } from "../wasm/expression.ts";
import type { FunctionBuilder } from "../wasm/function.ts";
import { doubleLanes, type Lanes, narrow, singleLanes, widen } from "../wasm/lanes.ts";
import type { Arrays, Kernel, Places } from "./kernel.ts";

/** A formula in which every operation is rounded to the precision of the tensors. */
export type SingleFormula = <T, Mask>(m: BasicArithmetic<T, Mask>, a: T, b: T, c: T) => T;
/** A formula that is computed in double precision and rounded once. */
export type DoubleFormula = <T, Mask>(m: Arithmetic<T, Mask>, a: T, b: T, c: T) => T;

/** The stride of each of up to three operands along a row: 1, or 0 if the operand has one element for the whole row. */
export interface Steps {
  readonly a: number;
  readonly b?: number;
  readonly c?: number;
}

/** An elementwise kernel. Counts: rows, columns, and the stride of each operand from row to row. */
export type ElementwiseKernel = Kernel<Steps>;

/** With fewer elements than this, the plain loop is faster than placing the operands for SIMD code. */
const LEAST = 64;

/** The kernel of a formula of basic operations, which float32 lanes have: sums, products, comparisons. */
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

/** The kernel of a formula in double precision, such as an exponential. */
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

/** The kernel of a function that exists for numbers only, such as one with branches. It has no SIMD code. */
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
  /** The value of the formula for the lanes at `at`: for four of them, or only the first. */
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
