/** Plain arrays: a shape and the elements in row-major order, with the few ways of reading them that all steps use. */
import type { Hyper } from "./hyper.ts";

export interface Plain {
  readonly shape: readonly number[];
  readonly items: readonly Hyper[];
}

export function count(shape: readonly number[]): number {
  let product = 1;
  for (const size of shape) product *= size;
  return product;
}

/** All index lists of a shape, in row-major order. */
export function indicesOf(shape: readonly number[]): number[][] {
  let all: number[][] = [[]];
  for (const size of shape) {
    const longer: number[][] = [];
    for (const index of all) for (let i = 0; i < size; i++) longer.push([...index, i]);
    all = longer;
  }
  return all;
}

/** The array whose element at each index is `item(index)`. */
export function build(shape: readonly number[], item: (index: readonly number[]) => Hyper): Plain {
  return { shape, items: indicesOf(shape).map(item) };
}

/** The element at an index. */
export function at({ shape, items }: Plain, index: readonly number[]): Hyper {
  let place = 0;
  for (let axis = 0; axis < shape.length; axis++) place = place * shape[axis] + index[axis];
  return items[place];
}

/** The element that a broadcast array has at an index: axes are aligned at the end, and those of size one repeat. */
export function stretched(x: Plain, index: readonly number[]): Hyper {
  const own = index.slice(index.length - x.shape.length);
  return at(
    x,
    x.shape.map((size, axis) => (size === 1 ? 0 : own[axis])),
  );
}

/** The shape that two shapes broadcast to, or undefined if they do not. */
export function broadcast(a: readonly number[], b: readonly number[]): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const result: number[] = [];
  for (let k = 1; k <= rank; k++) {
    const [m, n] = [a[a.length - k] ?? 1, b[b.length - k] ?? 1];
    if (m !== n && m !== 1 && n !== 1) return undefined;
    result.unshift(m === 1 ? n : m);
  }
  return result;
}

/** `list` with the entry at `place` replaced. */
export function replaced(list: readonly number[], place: number, value: number): number[] {
  return list.map((old, k) => (k === place ? value : old));
}

/** `list` without the entry at `place`. */
export function without(list: readonly number[], place: number): number[] {
  return list.filter((_, k) => k !== place);
}

/** `list` with a value inserted at `place`. */
export function inserted(list: readonly number[], place: number, value: number): number[] {
  return [...list.slice(0, place), value, ...list.slice(place)];
}
