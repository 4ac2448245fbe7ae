/**
 * The oracle: arrays as mathematics has them, a shape and one double per index, with none of the library's code.
 *
 * `read` follows a tensor's strides element by element; everything else knows nothing of strides, storage or float32.
 */
import { expect } from "vitest";
import type { Tensor } from "../src/tensor.ts";

export type Index = readonly number[];

/** The values at every index of a shape, in row-major order. */
export interface Table {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** Every index of a shape in row-major order; the one index of a scalar is []. */
export function indices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (list, size) => list.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  );
}

/** The table of a function of the index. */
export function table(shape: readonly number[], value: (index: Index) => number): Table {
  return { shape: [...shape], values: indices(shape).map(value) };
}

/** The elements of a tensor, found by their strides. */
export function read({ data, shape, strides, offset }: Tensor): Table {
  const places = shape.reduce(
    (list, size, axis) => list.flatMap((place) => Array.from({ length: size }, (_, i) => place + i * strides[axis])),
    [offset],
  );
  return { shape: [...shape], values: places.map((place) => data[place]) };
}

/** The value at an index. */
export function at({ shape, values }: Table, index: Index): number {
  return values[index.reduce((place, i, axis) => place * shape[axis] + i, 0)];
}

/** The value that broadcasting puts at an index of a larger shape: leading axes are left out, axes of size one stay at 0. */
export function atBroadcast(t: Table, index: Index): number {
  const own = index.slice(index.length - t.shape.length);
  return at(
    t,
    own.map((i, axis) => (t.shape[axis] === 1 ? 0 : i)),
  );
}

/** The shape that shapes broadcast to, if they do. */
export function commonShape(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    return sizes.find((size) => size !== 1) ?? 1;
  });
}

/** f of several tables, element by element, broadcast. */
export function mapTables(f: (...values: number[]) => number, ...tables: readonly Table[]): Table {
  const shape = commonShape(...tables.map((t) => t.shape));
  return table(shape, (index) => f(...tables.map((t) => atBroadcast(t, index))));
}

/** f of the lists of elements that agree in all axes but the given ones (counted from the front, ascending). */
export function reduceTable(f: (values: number[]) => number, t: Table, axes: readonly number[], keep = false): Table {
  const kept = t.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const reduced = t.shape.map((size, axis) => (axes.includes(axis) ? size : 1));
  const steps = indices(reduced);
  const full = table(kept, (index) =>
    f(
      steps.map((step) =>
        at(
          t,
          index.map((i, axis) => i + step[axis]),
        ),
      ),
    ),
  );
  return keep ? full : { shape: t.shape.filter((_, axis) => !axes.includes(axis)), values: full.values };
}

/** What may separate a result from the reference at a position: a number for all, or one for each. */
export type Bound = number | ((wanted: number, position: number) => number);

function agree(got: number, wanted: number, bound: number): boolean {
  if (bound === 0 || Number.isNaN(wanted)) return Object.is(got, wanted);
  return got === wanted || (Number.isFinite(bound) && Math.abs(got - wanted) <= bound);
}

/** Asserts shape and values; a bound of 0 means the same bits (-0 is not 0), with NaN equal to NaN. */
export function expectTable(result: Tensor, wanted: Table, bound: Bound = 0): void {
  expect(result.shape).toEqual(wanted.shape);
  const got = read(result).values;
  const limit = typeof bound === "number" ? () => bound : bound;
  const position = wanted.values.findIndex((value, i) => !agree(got[i], value, limit(value, i)));
  if (position >= 0)
    expect.fail(
      `${got[position]} is not ${wanted.values[position]} within ${limit(wanted.values[position], position)} ` +
        `at position ${position} of [${wanted.shape}]`,
    );
}

/** Rounded to float32, where the result must be the nearest float32 or, in the storage of a double, the double itself. */
export function rounded({ shape, values }: Table, like?: Tensor): Table {
  return like?.data instanceof Float64Array ? { shape, values } : { shape, values: values.map(Math.fround) };
}

/** One unit in the last place of a float32 of that size. */
export function floatUlp(value: number): number {
  const size = Math.abs(Math.fround(value));
  if (!Number.isFinite(size)) return 0;
  return 2 ** Math.max(-149, Math.floor(Math.log2(Math.max(size, 2 ** -126))) - 23);
}
