/** Random cases for operations that move elements: all are linear, so there is nothing to keep away from. */
import { slice } from "@polygrad/tensor";
import fc from "fast-check";
import type { Variable } from "../../src/index.ts";
import { axisOf, broadcasting, distinct, faithful, shapes, tensors } from "../arbitraries.ts";
import type { Case, Cases } from "../differences.ts";

const product = (shape: readonly number[]): number => shape.reduce((total, size) => total * size, 1);

/** A tensor of a random shape, and a function of it that depends on that shape. */
function moving<T>(
  options: (shape: number[]) => fc.Arbitrary<T>,
  f: (x: Variable, option: T) => Variable,
  minRank = 0,
): fc.Arbitrary<Case> {
  return shapes({ minRank })
    .chain((shape) => fc.tuple(tensors(shape), options(shape)))
    .map(([x, option]) => ({ f: (a) => f(a, option), inputs: [x] }));
}

/** Axes in another order, merged, or with ones between: shapes of the same size. */
const reshaped = (shape: number[]): fc.Arbitrary<number[]> =>
  fc.oneof<fc.Arbitrary<number[]>[]>(
    fc.shuffledSubarray(shape, { minLength: shape.length }),
    fc.constant([product(shape)]),
    fc.constant(product(shape) === 0 ? [0] : [1, -1]),
    fc.constant(shape.flatMap((size) => [1, size])),
  );

/** Start, stop and step as Python takes them, out of range or absent too. */
const end = fc.option(fc.integer({ min: -5, max: 5 }), { nil: undefined });
const ranges = (shape: readonly number[]) => fc.tuple(axisOf(shape), end, end, fc.constantFrom(1, 2, 3, -1, -2));

const someAxes = (shape: number[]) => fc.option(fc.shuffledSubarray([...shape.keys()]), { nil: undefined });

const withOnes = shapes({ maxRank: 4, max: 2 }).chain((shape) => {
  const ones = shape.flatMap((size, axis) => (size === 1 ? [axis] : []));
  const named = fc.option(fc.shuffledSubarray(ones), { nil: undefined });
  return fc.tuple(tensors(shape), named);
});

const stretched = broadcasting(2).map(([small, large]) => {
  const lead = Math.max(0, large.length - small.length);
  const own = small.slice(Math.max(0, small.length - large.length));
  return { own, target: large.map((size, axis) => (axis < lead || own[axis - lead] === 1 ? size : own[axis - lead])) };
});

const intoSlice: fc.Arbitrary<Case> = shapes({ minRank: 1 })
  .chain((shape) => fc.tuple(tensors(shape), ranges(shape)))
  .map(([whole, range]) => ({ f: (x) => x.intoSlice(whole.shape, ...range), inputs: [slice(whole, ...range)] }));

/** Whole axis sizes cut at random places, or one size for all pieces. */
const cuts = (shape: readonly number[]) =>
  axisOf(shape).chain((axis) => {
    const size = shape.at(axis) ?? 0;
    const lists = fc.nat(size).map((first) => [first, size - first]);
    return fc.tuple(fc.oneof(fc.integer({ min: 1, max: 3 }), lists), fc.constant(axis));
  });

const indicesInto = (size: number, length: number) =>
  fc.array(fc.nat(size - 1), { minLength: length, maxLength: length }).map((list) => Int32Array.from(list));

/** x, an axis and `rows` indices for every line along it; repeated indices are likely. */
const indexed = shapes({ minRank: 1, min: 1 }).chain((shape) =>
  fc.tuple(axisOf(shape), fc.nat(3)).chain(([axis, rows]) => {
    const lines = shape.with(axis, rows);
    return fc.record({
      x: tensors(shape),
      axis: fc.constant(axis),
      perElement: indicesInto(shape.at(axis) ?? 0, product(lines)),
      perSlice: indicesInto(shape.at(axis) ?? 0, rows),
      source: tensors(lines, undefined, faithful),
    });
  }),
);

/** Elements so far apart that no difference quotient changes their order. */
const ordered = () =>
  shapes({ minRank: 1 }).chain((shape) =>
    axisOf(shape).chain((axis) =>
      fc.record({
        x: distinct(shape),
        axis: fc.constantFrom(axis, ...(shape.at(axis) === shape.at(-1) ? [undefined] : [])),
        descending: fc.constantFrom(undefined, false, true),
        k: fc.nat(shape.at(axis) ?? 0),
      }),
    ),
  );

export const movementCases: Cases = {
  reshape: moving(reshaped, (x, shape) => x.reshape(shape)),
  view: moving(
    (shape) => fc.constant(shape.flatMap((size) => [1, size])),
    (x, shape) => x.view(shape),
  ),
  flatten: fc.oneof(
    moving(
      (shape) => fc.tuple(fc.nat(shape.length - 1), fc.constant(-1)),
      (x, [start, last]) => x.flatten(start, last),
      1,
    ),
    moving(
      () => fc.constant(0),
      (x) => x.flatten(),
    ),
  ),
  squeeze: withOnes.map(([x, axes]) => ({ f: (a) => a.squeeze(axes), inputs: [x] })),
  unsqueeze: moving(
    (shape) => axisOf([...shape, 1]),
    (x, axis) => x.unsqueeze(axis),
  ),
  expand: stretched
    .chain(({ own, target }) => fc.tuple(tensors(own), fc.constant(target)))
    .map(([x, target]) => {
      const lead = target.length - x.rank;
      const asIs = target.map((size, axis) => (axis >= lead && x.shape[axis - lead] === size ? -1 : size));
      return { f: (a) => a.expand(asIs), inputs: [x] };
    }),
  broadcastTo: stretched
    .chain(({ own, target }) => fc.tuple(tensors(own), fc.constant(target)))
    .map(([x, target]) => ({ f: (a) => a.broadcastTo(target), inputs: [x] })),
  sumTo: stretched
    .chain(({ own, target }) => fc.tuple(tensors(target), fc.constant(own)))
    .map(([x, own]) => ({ f: (a) => a.sumTo(own), inputs: [x] })),
  transpose: fc.oneof(
    moving(
      (shape) => fc.tuple(axisOf(shape), axisOf(shape)),
      (x, [i, j]) => x.transpose(i, j),
      2,
    ),
    moving(
      () => fc.constant(0),
      (x) => x.transpose(),
      2,
    ),
  ),
  permute: moving(
    (shape) =>
      fc
        .tuple(fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }), fc.boolean())
        .map(([order, negative]) => order.map((axis) => (negative ? axis - shape.length : axis))),
    (x, order) => x.permute(order),
  ),
  flip: moving(someAxes, (x, axes) => x.flip(axes)),
  slice: moving(ranges, (x, range) => x.slice(...range), 1),
  intoSlice,
  select: shapes({ minRank: 1, min: 1 })
    .chain((shape) => fc.tuple(tensors(shape), axisOf(shape), fc.integer({ min: -9, max: 9 })))
    .map(([x, axis, n]) => ({ f: (a) => a.select(axis, n % (x.shape.at(axis) ?? 1)), inputs: [x] })),
  pad: moving(
    (shape) => fc.tuple(fc.tuple(...shape.map(() => fc.tuple(fc.nat(2), fc.nat(2)))), fc.constantFrom(0, 1.5)),
    (x, [widths, value]) => x.pad(widths, value),
  ),
  split: moving(
    cuts,
    (x, [sizes, axis]) =>
      x
        .split(sizes, axis)
        .map((piece, i) =>
          piece
            .mul(i + 1)
            .square()
            .sum(),
        )
        .reduce((total, part) => total.add(part), x.sum()),
    1,
  ),
  gather: indexed.map(({ x, axis, perElement }) => ({ f: (a) => a.gather(axis, perElement), inputs: [x] })),
  scatterAdd: indexed.map(({ x, source, axis, perElement }) => ({
    f: (a, b) => a.scatterAdd(b, axis, perElement),
    inputs: [x, source],
  })),
  sort: ordered().map(({ x, axis, descending }) => ({
    f: (a) => (descending === undefined ? a.sort(axis) : a.sort(axis, { descending })),
    inputs: [x],
  })),
  topK: ordered().map(({ x, axis, k }) => ({ f: (a) => a.topK(k, axis), inputs: [x] })),
  indexSelect: indexed.map(({ x, axis, perSlice }) => ({ f: (a) => a.indexSelect(axis, perSlice), inputs: [x] })),
};
