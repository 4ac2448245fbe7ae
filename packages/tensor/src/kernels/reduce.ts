/**
 * Reductions: sums and their like along rows or down columns, in double precision, rounded once at the end.
 *
 * Order of operations. Along a row, element i goes to double lane i mod 4; at the end (l0 + l1) + (l2 + l3). Down a
 * column, one element after the other. Which of the two it is depends on shape and strides alone.
 */

import { clone, floatsLike } from "../copy.ts";
import { BYTES, LANES } from "../floats.ts";
import { collapse, type Walk } from "../iterate.ts";
import { type Shape, sizeOf } from "../shape.ts";
import { kernels } from "../simd.ts";
import { Storage } from "../storage.ts";
import { Tensor } from "../tensor.ts";
import { permute } from "../view.ts";
import { type Pair, widen } from "../wasm/doubles.ts";
import { type Expr, f32x4, f64x2, i32, v128 } from "../wasm/expression.ts";
import type { FunctionBuilder } from "../wasm/function.ts";
import { type Kernel, kernel } from "../wasm/module.ts";
import { emitLoad } from "./pieces.ts";
import { withScratch } from "./scratch.ts";

type Doubles = Expr<"v128">;

/** acc = step(acc, x) over the elements, `combine` to join lanes, `finish` at the end; for numbers and two lanes. */
export interface Reduction {
  readonly name: string;
  /** The value of an empty reduction, and what fills lanes without an element. */
  readonly identity: number;
  readonly step: (accumulator: number, x: number) => number;
  readonly combine: (a: number, b: number) => number;
  readonly finish?: (accumulator: number) => number;
  readonly simd: {
    readonly step: (accumulator: Doubles, x: Doubles) => Doubles;
    readonly combine: (a: Doubles, b: Doubles) => Doubles;
    readonly finish?: (accumulator: Doubles) => Doubles;
  };
}

const WORTHWHILE = 64;

/** A matrix to reduce: element [o, r] stands at offset + o * outStride + r * stepStride. */
interface Matrix {
  readonly x: Tensor;
  readonly outs: number;
  readonly steps: number;
  readonly outStride: number;
  readonly stepStride: number;
}

/** Reduces the (resolved) `axes` of `x`; the result has the shape of the other axes. */
export function reduce(reduction: Reduction, x: Tensor, axes: readonly number[]): Tensor {
  const kept = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const shape = kept.map((axis) => x.shape[axis]);
  const matrix = toMatrix(permute(x, [...kept, ...axes]), kept.length);
  const alongRows = matrix.stepStride === 1 || matrix.steps <= 1;
  const { isDouble } = x.storage;
  if (!isDouble && x.size >= WORTHWHILE && kernels() === "simd") return runSimd(reduction, matrix, shape, alongRows);
  const y = floatsLike(x, matrix.outs);
  (alongRows ? rowsPlain : columnsPlain)(reduction, matrix, y);
  return new Tensor(new Storage(y), shape);
}

/** Reads `x`, whose last axes are to be reduced, as a matrix: rows or columns without gaps, or else a copy. */
function toMatrix(x: Tensor, kept: number): Matrix {
  const split = (start: number, end: number): Walk => {
    const [shape, strides] = [x.shape.slice(start, end), x.strides.slice(start, end)];
    // Most are matrices already.
    return shape.length === 1 && shape[0] > 1 ? { shape, strides: [strides] } : collapse(shape, [strides]);
  };
  const [outer, inner] = [split(0, kept), split(kept, x.rank)];
  const [outs, steps] = [sizeOf(outer.shape), sizeOf(inner.shape)];
  const outStride = outer.strides[0][0] ?? 0;
  const stepStride = inner.strides[0][0] ?? 1;
  const regular = outer.shape.length <= 1 && inner.shape.length <= 1 && outStride >= 0;
  const inPlace = regular && (stepStride === 1 || (stepStride > 0 && outStride === 1));
  if (inPlace || x.size === 0) return { x, outs, steps, outStride, stepStride };
  return { x: clone(x), outs, steps, outStride: steps, stepStride: 1 };
}

/** The twin of `rowsKernel`. */
function rowsPlain(
  { step, combine, identity, finish }: Reduction,
  matrix: Matrix,
  y: { [index: number]: number },
): void {
  const { data, offset } = matrix.x;
  for (let o = 0; o < matrix.outs; o++) {
    let [l0, l1, l2, l3] = [identity, identity, identity, identity];
    const start = offset + o * matrix.outStride;
    const end = start + matrix.steps;
    let i = start;
    for (; i + 3 < end; i += 4) {
      l0 = step(l0, data[i]);
      l1 = step(l1, data[i + 1]);
      l2 = step(l2, data[i + 2]);
      l3 = step(l3, data[i + 3]);
    }
    if (i < end) l0 = step(l0, data[i]);
    if (i + 1 < end) l1 = step(l1, data[i + 1]);
    if (i + 2 < end) l2 = step(l2, data[i + 2]);
    const total = combine(combine(l0, l1), combine(l2, l3));
    y[o] = finish ? finish(total) : total;
  }
}

/** The twin of `columnsKernel`. */
function columnsPlain({ step, identity, finish }: Reduction, matrix: Matrix, y: { [index: number]: number }): void {
  const { data, offset } = matrix.x;
  for (let o = 0; o < matrix.outs; o++) {
    let total = identity;
    for (let r = 0; r < matrix.steps; r++)
      total = step(total, data[offset + o * matrix.outStride + r * matrix.stepStride]);
    y[o] = finish ? finish(total) : total;
  }
}

function runSimd(reduction: Reduction, matrix: Matrix, shape: Shape, alongRows: boolean): Tensor {
  const { x, outs, steps, outStride, stepStride } = matrix;
  return withScratch((scratch) => {
    const from = scratch.place(x, Math.max(0, (outs - 1) * outStride + (steps - 1) * stepStride + 1));
    const y = scratch.placeResult(outs);
    if (alongRows) rowsKernel(reduction, steps % LANES)(from, y, outs, steps * BYTES, outStride * BYTES);
    else columnsKernel(reduction, outs % LANES)(from, y, outs * BYTES, steps, stepStride * BYTES);
    return scratch.result(y, shape);
  });
}

/** Two accumulators of two double lanes each, and one step of four elements. */
function emitAccumulator(f: FunctionBuilder, { simd, identity }: Reduction) {
  const cells = { low: f.local("v128"), high: f.local("v128") };
  const apply = (g: (accumulator: Doubles, x: Doubles) => Doubles, x: Pair) => {
    f.set(cells.low, g(cells.low, x.low));
    f.set(cells.high, g(cells.high, x.high));
  };
  const start: Pair = { low: f64x2.const(identity), high: f64x2.const(identity) };
  return { cells, reset: () => apply((_, x) => x, start), step: (x: Expr<"v128">) => apply(simd.step, widen(f, x)) };
}

function finished({ simd }: Reduction, value: Doubles): Doubles {
  return simd.finish ? simd.finish(value) : value;
}

/** Parameters: x, y, outs, row length (bytes), row stride (bytes). */
function rowsKernel(reduction: Reduction, left: number): Kernel {
  return kernel(`${reduction.name} rows ${left}`, (f) => {
    const [x, y, outs, length, stride] = [0, 1, 2, 3, 4].map(() => f.parameter("i32"));
    const [row, at, end] = [f.local("i32"), f.local("i32"), f.local("i32")];
    const accumulator = emitAccumulator(f, reduction);
    f.for(row, 0, outs, 1, () => {
      accumulator.reset();
      f.set(end, i32.add(x, i32.and(length, -LANES * BYTES)));
      f.for(at, x, end, LANES * BYTES, () => accumulator.step(v128.load(at)));
      if (left > 0) accumulator.step(emitLoad(f, end, 0, left, f32x4.const(reduction.identity)));
      const [low, high] = [accumulator.cells.low, accumulator.cells.high];
      // (l0, l2) joined with (l1, l3), then the two results with each other.
      const pairs = f.let(
        reduction.simd.combine(v128.shuffle(low, high, [0, 1, 4, 5]), v128.shuffle(low, high, [2, 3, 6, 7])),
      );
      const total = reduction.simd.combine(pairs, v128.shuffle(pairs, pairs, [2, 3, 0, 1]));
      f.storeVector(y, 0, f32x4.fromF64x2(finished(reduction, total)), 1);
      f.advance(y, BYTES);
      f.advance(x, stride);
    });
  });
}

/** Parameters: x, y, columns (bytes), steps, step stride (bytes). */
function columnsKernel(reduction: Reduction, left: number): Kernel {
  return kernel(`${reduction.name} columns ${left}`, (f) => {
    const [x, y, columns, steps, stride] = [0, 1, 2, 3, 4].map(() => f.parameter("i32"));
    const [column, step, at] = [f.local("i32"), f.local("i32"), f.local("i32")];
    const accumulator = emitAccumulator(f, reduction);
    const emitColumns = (first: Expr<"i32">, lanes: number) => {
      accumulator.reset();
      f.set(at, i32.add(x, first));
      f.for(step, 0, steps, 1, () => {
        accumulator.step(emitLoad(f, at, 0, lanes));
        f.advance(at, stride);
      });
      const { low, high } = accumulator.cells;
      const [l, h] = [f32x4.fromF64x2(finished(reduction, low)), f32x4.fromF64x2(finished(reduction, high))];
      f.storeVector(i32.add(y, first), 0, v128.shuffle(l, h, [0, 1, 4, 5]), lanes);
    };
    const whole = f.let(i32.and(columns, -LANES * BYTES));
    f.for(column, 0, whole, LANES * BYTES, () => emitColumns(column, LANES));
    if (left > 0) emitColumns(whole, left);
  });
}
