/** Random tensors for the tests of gradients: float64, small, of any shape and any layout in memory. */
import {
  broadcastTo,
  contiguous,
  flip,
  intoSlice,
  permute,
  type Shape,
  slice,
  type Tensor,
  tensor,
} from "@polygrad/tensor";
import fc from "fast-check";

export const between = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });

/** Numbers at least `gap` away from 0, so that no difference quotient steps over a kink or a pole there. */
export const apart = (gap = 0.4, max = 2): fc.Arbitrary<number> => fc.oneof(between(-max, -gap), between(gap, max));

interface Sizes {
  readonly minRank?: number;
  readonly maxRank?: number;
  /** The smallest axis: 0 to draw empty ones now and then. */
  readonly min?: number;
  readonly max?: number;
}

export function shapes({ minRank = 0, maxRank = 3, min = 0, max = 3 }: Sizes = {}): fc.Arbitrary<number[]> {
  const full = fc.integer({ min: Math.max(1, min), max });
  const size = min > 0 ? full : fc.oneof({ weight: 15, arbitrary: full }, { weight: 1, arbitrary: fc.constant(0) });
  return fc.array(size, { minLength: minRank, maxLength: maxRank });
}

export const axisOf = (shape: Shape): fc.Arbitrary<number> => fc.integer({ min: -shape.length, max: shape.length - 1 });

/** The same elements in memory in other ways. `stretched` alone changes them: it repeats the first along an axis. */
const layouts = {
  plain: (x: Tensor) => x,
  permuted: (x: Tensor, axis: number) => {
    const order = [...x.shape.keys()].toSpliced(axis, 1).concat(axis);
    const back = order.map((_, k) => order.indexOf(k));
    return permute(contiguous(permute(x, order)), back);
  },
  strided: (x: Tensor, axis: number) => {
    const room = x.shape.with(axis, 2 * x.shape[axis] + 1);
    return slice(intoSlice(x, room, axis, 1, undefined, 2), axis, 1, undefined, 2);
  },
  reversed: (x: Tensor, axis: number) => flip(contiguous(flip(x, axis)), axis),
  stretched: (x: Tensor, axis: number) => broadcastTo(slice(x, axis, 0, 1), x.shape),
};

export type Layout = keyof typeof layouts;

const all: readonly Layout[] = ["plain", "permuted", "strided", "reversed", "stretched"];
/** Layouts that leave distinct elements distinct. */
export const faithful: readonly Layout[] = ["plain", "permuted", "strided", "reversed"];

function laidOut(values: readonly number[], shape: Shape, layout: Layout, place: number): Tensor {
  const x = tensor(Float64Array.from(values), shape);
  return shape.length === 0 ? x : layouts[layout](x, place % shape.length);
}

/** Tensors of one shape. */
export function tensors(
  shape: Shape,
  element: fc.Arbitrary<number> = between(-2, 2),
  ways: readonly Layout[] = all,
): fc.Arbitrary<Tensor> {
  const size = shape.reduce((product, n) => product * n, 1);
  return fc
    .tuple(fc.array(element, { minLength: size, maxLength: size }), fc.constantFrom(...ways), fc.nat(2))
    .map(([values, layout, place]) => laidOut(values, shape, layout, place));
}

/** Tensors of one shape whose elements are all half a unit or more apart. */
export function distinct(shape: Shape): fc.Arbitrary<Tensor> {
  const size = shape.reduce((product, n) => product * n, 1);
  return fc
    .tuple(fc.shuffledSubarray([...Array(size).keys()], { minLength: size }), fc.constantFrom(...faithful), fc.nat(2))
    .map(([ranks, layout, place]) =>
      laidOut(
        ranks.map((rank) => (rank - size / 2) / 2),
        shape,
        layout,
        place,
      ),
    );
}

/** `count` shapes that broadcast together: axes in front are dropped, others set to one. */
export function broadcasting(count: number, sizes: Sizes = {}): fc.Arbitrary<number[][]> {
  return shapes(sizes).chain((shape) => {
    const one = fc
      .tuple(fc.nat(shape.length), fc.array(fc.nat(3), { minLength: shape.length, maxLength: shape.length }))
      .map(([drop, ones]) => shape.map((size, axis) => (ones[axis] === 0 ? 1 : size)).slice(drop));
    return fc.array(one, { minLength: count, maxLength: count });
  });
}

/** Axes to reduce over: none named, one, or a list in any order, from either end. */
export function axesOf(shape: Shape): fc.Arbitrary<number | number[] | undefined> {
  const list = fc
    .tuple(fc.shuffledSubarray([...shape.keys()]), fc.boolean())
    .map(([axes, negative]) => (negative ? axes.map((axis) => axis - shape.length) : axes));
  return shape.length === 0 ? fc.constantFrom(undefined, []) : fc.oneof(fc.constant(undefined), axisOf(shape), list);
}
