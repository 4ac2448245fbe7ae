/**
 * Elementwise kernels: y[i] = f(a[i], b[i], ...), with broadcasting.
 *
 * An operation is a function of numbers, rounded once when it is stored, and the same as code for four lanes.
 * Elements do not depend on one another, so any order of visiting them gives the same bits.
 */
import { BYTES, type Floats, LANES } from "../floats.ts";
import { collapse, eachRun, type Walk } from "../iterate.ts";
import { broadcastStrides, type Shape, sizeOf } from "../shape.ts";
import { kernels } from "../simd.ts";
import { Storage } from "../storage.ts";
import { Tensor } from "../tensor.ts";
import { type Expr, f32x4, i32, v128 } from "../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../wasm/function.ts";
import { type Kernel, kernel } from "../wasm/module.ts";
import { type Scratch, withScratch } from "./scratch.ts";

/** An elementwise operation of one, two or three operands. */
export interface Elementwise {
  readonly name: string;
  /** The value; it is rounded to the result's precision when it is stored. */
  readonly plain: (a: number, b: number, c: number) => number;
  /** The same for four float32 lanes. Operations without it always run the plain kernel. */
  readonly simd?: (f: FunctionBuilder, a: Local<"v128">, b: Local<"v128">, c: Local<"v128">) => Expr<"v128">;
}

/** Below this many elements the plain loop ends before a kernel's operands would be in place. */
const WORTHWHILE = 64;

/** Computes `operation` over operands that broadcast to `shape`. */
export function elementwise(operation: Elementwise, shape: Shape, operands: readonly Tensor[]): Tensor {
  const strides = operands.map((operand) => broadcastStrides(operation.name, operand.shape, operand.strides, shape));
  const size = sizeOf(shape);
  const double = operands.some((operand) => operand.storage.isDouble);
  if (operation.simd !== undefined && !double && size >= WORTHWHILE && kernels() === "simd")
    return withScratch((scratch) => runSimd(scratch, operation, shape, operands, strides));
  const y = double ? new Float64Array(size) : new Float32Array(size);
  runPlain(operation.plain, collapse(shape, strides), operands, y);
  return new Tensor(new Storage(y), shape);
}

/** The twin. */
function runPlain(f: Elementwise["plain"], walk: Walk, operands: readonly Tensor[], y: Floats): void {
  const [a, b = a, c = a] = operands.map((operand) => operand.data);
  let i = 0;
  eachRun(
    walk,
    operands.map((operand) => operand.offset),
    ([pa, pb = pa, pc = pa], length, [da, db = 0, dc = 0]) => {
      for (let j = 0; j < length; j++) y[i++] = f(a[pa + j * da], b[pb + j * db], c[pc + j * dc]);
    },
  );
}

function runSimd(
  scratch: Scratch,
  operation: Elementwise,
  shape: Shape,
  operands: readonly Tensor[],
  strides: readonly (readonly number[])[],
): Tensor {
  const walk = collapse(shape, strides);
  if (!fitsKernel(walk)) {
    // Rare layouts are copied into the plainest one first; then every axis merges.
    const copies = operands.map((operand) => gathered(operand, shape));
    return runSimd(
      scratch,
      operation,
      shape,
      copies,
      copies.map((copy) => copy.strides),
    );
  }
  const [rows, columns] = walk.shape.length === 2 ? walk.shape : [1, walk.shape[0] ?? 1];
  const rowSteps = walk.strides.map((own) => (own.length === 2 ? own[0] : 0));
  const columnSteps = walk.strides.map((own) => own[own.length - 1] ?? 0);
  const places = operands.map((operand, k) =>
    scratch.place(operand, (rows - 1) * rowSteps[k] + (columns - 1) * columnSteps[k] + 1),
  );
  const y = scratch.placeResult(rows * columns);
  elementwiseKernel(operation, columnSteps)(
    rows,
    columns * BYTES,
    y,
    ...places,
    ...rowSteps.map((step) => step * BYTES),
  );
  return scratch.result(y, shape);
}

/** The kernel walks rows of columns, forwards; along a row an operand advances by one element or stands still. */
function fitsKernel({ shape, strides }: Walk): boolean {
  return (
    shape.length <= 2 && strides.every((own) => own.every((stride) => stride >= 0) && (own[own.length - 1] ?? 0) <= 1)
  );
}

/** A row-major copy, stretched to `shape`. */
function gathered(operand: Tensor, shape: Shape): Tensor {
  const y = new Float32Array(sizeOf(shape));
  const strides = broadcastStrides("gathered", operand.shape, operand.strides, shape);
  runPlain((a) => a, collapse(shape, [strides]), [operand], y);
  return new Tensor(new Storage(y), shape);
}

/** Parameters: rows, columns (in bytes), y, then the operands' addresses, then their row strides in bytes. */
function elementwiseKernel({ name, simd }: Elementwise, columnSteps: readonly number[]): Kernel {
  return kernel(`${name} ${columnSteps.join(" ")}`, (f) => {
    if (simd === undefined) throw new TypeError(`${name} has no SIMD kernel`);
    const [rows, columns, y] = [0, 1, 2].map(() => f.parameter("i32"));
    const operands = columnSteps.map(() => f.parameter("i32"));
    const rowStrides = columnSteps.map(() => f.parameter("i32"));
    const [row, column] = [f.local("i32"), f.local("i32")];
    const wholeVectors = f.let(i32.and(columns, -LANES * BYTES));

    /** Lanes of each operand at `column`: side by side, or one element in all of them. */
    const load = (one: boolean) => {
      const lanes = operands.map((operand, k) => {
        const address = columnSteps[k] === 0 ? operand : i32.add(operand, column);
        if (columnSteps[k] === 0) return f.let(f32x4.loadSplat(address));
        return f.let(one ? v128.loadFirst(address) : v128.load(address));
      });
      const [a, b = a, c = a] = lanes;
      return simd(f, a, b, c);
    };
    f.for(row, 0, rows, 1, () => {
      f.for(column, 0, wholeVectors, LANES * BYTES, () => f.storeVector(i32.add(y, column), 0, load(false)));
      f.for(column, wholeVectors, columns, BYTES, () => f.storeVector(i32.add(y, column), 0, load(true), 1));
      f.advance(y, columns);
      for (const [k, operand] of operands.entries()) f.advance(operand, rowStrides[k]);
    });
  });
}
