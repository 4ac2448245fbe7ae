/**
 * What the property tests draw: shapes, contents, and tensors laid out in memory in every way that strides allow.
 *
 * A layout is drawn apart from the shape, and built without the library's views: axes in any order of memory, every
 * step forwards or backwards, stretched (stride 0), with a margin around it, ordinary or pinned. All memory that is not
 * part of the tensor holds NaN, so that reading beside it shows.
 */
import fc from "fast-check";
import "../src/methods.ts";
import { pinnedStorage, Storage } from "../src/memory/storage.ts";
import { Tensor } from "../src/tensor.ts";

/** Sizes of one axis: around the widths of vectors and tiles; rarely empty. */
export const sizes: fc.Arbitrary<number> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 8, arbitrary: fc.constantFrom(1, 1, 2, 3, 4, 5, 6, 7, 8, 9) },
  { weight: 4, arbitrary: fc.constantFrom(15, 16, 17) },
  { weight: 2, arbitrary: fc.constantFrom(31, 32, 33) },
  { weight: 1, arbitrary: fc.constantFrom(64, 65, 70) },
);

/** Sizes that are never 0. */
export const counts: fc.Arbitrary<number> = sizes.filter((size) => size > 0);

/** Depths of sums: those above, and beyond a block of 256 and two of them. */
export const depths: fc.Arbitrary<number> = fc.oneof(
  { weight: 5, arbitrary: counts },
  { weight: 1, arbitrary: fc.constantFrom(255, 256, 257, 300, 515) },
);

/** How many elements a drawn shape has at most: beyond the 64 from which on the SIMD kernels run, yet quick. */
const MOST = 1500;

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Shapes of rank `least` to `most`. */
export function shapes(least = 0, most = 4, size: fc.Arbitrary<number> = sizes): fc.Arbitrary<number[]> {
  return fc.array(size, { minLength: least, maxLength: most }).filter((shape) => sizeOf(shape) <= MOST);
}

/** A shape and an axis of it. */
export const axisOf = (shape: readonly number[]): fc.Arbitrary<number> => fc.nat({ max: shape.length - 1 });

/** A shape that broadcasts to `target`: leading axes left out, some sizes 1. */
export function broadcastsTo(target: readonly number[]): fc.Arbitrary<number[]> {
  return fc
    .tuple(
      fc.nat({ max: target.length }),
      fc.array(fc.boolean(), { minLength: target.length, maxLength: target.length }),
    )
    .map(([lead, ones]) => target.map((size, axis) => (ones[axis] ? 1 : size)).slice(lead));
}

/** Where elements go wrong: zeros of both signs, subnormals, extremes, infinities, NaN. */
const SPECIAL = [
  ...[0, -0, 2 ** -149, -(2 ** -149), 2 ** -127, 2 ** -126, 1, -1, 3, 2 ** 24, 3.4028234663852886e38],
  ...[-3.4028234663852886e38, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN],
];

/** What a tensor holds: values of ordinary size; the same with special ones among them; only integers. */
export type Contents = "ordinary" | "special" | "integer";

/** A stream of numbers in [0, 1): mulberry32, so that one drawn seed stands for all elements. */
function uniforms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `length` values from a seed. */
export function valuesFrom(seed: number, length: number, contents: Contents = "ordinary"): number[] {
  const next = uniforms(seed);
  return Array.from({ length }, () => {
    if (contents === "integer") return Math.floor(next() * 9) - 4;
    if (contents === "special" && next() < 0.4) return SPECIAL[Math.floor(next() * SPECIAL.length)];
    // Between 1/16 and 4 in size, of either sign.
    return (next() < 0.5 ? -1 : 1) * 2 ** (6 * next() - 4);
  });
}

interface Layout {
  readonly order: readonly number[];
  readonly axes: readonly { readonly step: number; readonly backwards: boolean; readonly stretched: boolean }[];
  readonly margin: number;
  readonly pinned: boolean;
}

const ROWMAJOR = { step: 1, backwards: false, stretched: false };
const axisLayout = fc.record({
  step: fc.constantFrom(1, 1, 1, 2, 3),
  backwards: fc.constantFrom(false, false, false, true),
  stretched: fc.constantFrom(false, false, false, false, true),
});

/** Half of all layouts are row-major or a permutation of it, the rest anything. */
function layouts(rank: number): fc.Arbitrary<Layout> {
  const identity = Array.from({ length: rank }, (_, axis) => axis);
  const permuted = fc.shuffledSubarray(identity, { minLength: rank });
  const rowMajor = fc.constant(identity.map(() => ROWMAJOR));
  const any = fc.array(axisLayout, { minLength: rank, maxLength: rank });
  return fc.record({
    order: fc.oneof(fc.constant(identity), permuted),
    axes: fc.oneof(rowMajor, any),
    margin: fc.constantFrom(0, 0, 1, 4, 5),
    pinned: fc.boolean(),
  });
}

export interface DrawOptions {
  readonly contents?: Contents;
  /** Storage of doubles instead of float32s. */
  readonly double?: boolean;
}

/** A tensor of that shape in any layout. */
export function tensorOf(shape: readonly number[], options: DrawOptions = {}): fc.Arbitrary<Tensor> {
  return fc.tuple(layouts(shape.length), fc.integer()).map(([layout, seed]) => build(shape, layout, seed, options));
}

/** A tensor of any shape of rank `least` to `most` in any layout. */
export function tensors(options: DrawOptions = {}, least = 0, most = 4): fc.Arbitrary<Tensor> {
  return shapes(least, most).chain((shape) => tensorOf(shape, options));
}

/** Tensors whose shapes broadcast together. */
export function broadcasting(count: number, options: DrawOptions = {}): fc.Arbitrary<Tensor[]> {
  return shapes().chain((target) => {
    const one = broadcastsTo(target).chain((shape) => tensorOf(shape, options));
    return fc.tuple(...Array.from({ length: count }, () => one));
  });
}

function build(shape: readonly number[], layout: Layout, seed: number, { contents, double }: DrawOptions): Tensor {
  const strides = new Array<number>(shape.length).fill(0);
  let length = 1;
  let offset = layout.margin;
  for (const axis of layout.order.toReversed()) {
    const { step, backwards, stretched } = layout.axes[axis];
    if (stretched) continue;
    strides[axis] = length * step * (backwards ? -1 : 1);
    if (backwards) offset -= strides[axis] * Math.max(0, shape[axis] - 1);
    length *= Math.max(1, shape[axis]) * step;
  }
  const total = length + 2 * layout.margin;
  const storage = double
    ? new Storage(new Float64Array(total))
    : layout.pinned
      ? pinnedStorage(total)
      : new Storage(new Float32Array(total));
  storage.data.fill(Number.NaN);
  const places = shape.reduce(
    (list, size, axis) => list.flatMap((place) => Array.from({ length: size }, (_, i) => place + i * strides[axis])),
    [offset],
  );
  const values = valuesFrom(seed, places.length, contents);
  for (const [i, place] of places.entries()) storage.data[place] = values[i];
  return new Tensor(storage, shape, strides, offset);
}
