/**
 * The B-spline basis functions that are not 0 at x: order + 1 of them, by de Boor's algorithm.
 *
 * With c = the number of knots t_k <= x, these are the functions c - 1 - order ... c - 1. For a degree d from 1 to the
 * order, and r = 0 ... d,
 *
 * N_r = (x - t_j-1) q_r-1 + (t_c+r - x) q_r with q_r = N_r / (t_j+d - t_j) of the degree below, j = c - d + r,
 *
 * where q_-1 = q_d = 0. The slopes are order (q_r-1 - q_r), with q of the last degree.
 *
 * For every input there are tables in scratch memory: the knots, and for each degree d the numbers 1 / (t_k+d - t_k),
 * or 0 for equal knots. Both go on beyond the ends, with equal knots: functions that do not exist have values, which
 * meet weights of 0. Vectors lie along r. Beyond the knots, x counts as the first or the last knot, which only such
 * functions reach.
 */
import { BYTES, LANES } from "../../floats.ts";
import { type Expr, f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import type { Lanes } from "../../wasm/lanes.ts";
import { i32x4 } from "../../wasm/vectors.ts";
import { emitLoad, emitVectors } from "../pieces.ts";

/** The splines of a layer. */
export interface SplineShape {
  /** The number of basis functions on the knots of an input. */
  readonly functions: number;
  /** The degree of their pieces. */
  readonly order: number;
}

/** The number of knots of an input. */
export function knotsOf({ functions, order }: SplineShape): number {
  return functions + order + 1;
}

/** The number of vectors of the functions that are not 0 at x. */
function vectorsOf({ order }: SplineShape): number {
  return Math.ceil((order + 1) / LANES);
}

/**
 * The elements of a table: `order` + 1 more in front than there are knots, and at the end so many that vectors can be
 * read.
 */
function tableLength(shape: SplineShape): number {
  const length = knotsOf(shape) + shape.order + 1 + LANES * vectorsOf(shape);
  return Math.ceil(length / LANES) * LANES;
}

/** The bytes of the tables of one input. */
export function tablesBytes(shape: SplineShape): number {
  return ((shape.order + 1) * tableLength(shape) + LANES) * BYTES;
}

/** The tables of one input after the other. */
export interface Tables {
  /** Makes them those of the input whose knots are at an address. */
  of(knots: Local<"i32">): void;
  /** The functions at 0. */
  readonly zero: LocalFunctions;
}

/** Tables at an address. They stay where the knots are those of the input before, as at the start of a training. */
export function tablesAt(f: FunctionBuilder, shape: SplineShape, tables: Local<"i32">): Tables {
  const [known, differs] = [f.let(i32.const(0)), f.local("i32")];
  const zero = { count: f.local("i32"), values: f.locals("v128", shape.order + 1) };
  const of = (knots: Local<"i32">): void => {
    f.set(differs, i32.eq(known, 0));
    f.if(known, () => f.set(differs, emitDiffer(f, shape, knots, known)));
    f.if(differs, () => {
      emitTables(f, shape, knots, tables);
      const [counts, inside] = emitPlaces(f, shape, knots, v128.zero());
      const { count, values } = emitLocal(f, shape, tables, { count: i32x4.first(counts), inside }, "values");
      f.set(zero.count, count);
      for (const [r, value] of values.entries()) f.set(zero.values[r], value);
    });
    f.set(known, knots);
  };
  return { of, zero };
}

/** Whether two inputs have other knots: more than 0 if so. */
export function emitDiffer(
  f: FunctionBuilder,
  shape: SplineShape,
  ...[a, b]: readonly [Local<"i32">, Local<"i32">]
): Expr<"i32"> {
  const count = f.let(i32.const(0));
  emitVectors(f, knotsOf(shape), (at, lanes) => {
    const [own, other] = [a, b].map((knots) => emitLoad(f, i32.add(knots, at), 0, lanes));
    f.set(count, i32.add(count, v128.anyTrue(f32x4.ne(own, other))));
  });
  return count;
}

/** Writes the tables of the input whose knots are at an address. */
function emitTables(f: FunctionBuilder, shape: SplineShape, knots: Local<"i32">, tables: Local<"i32">): void {
  const [count, length, front] = [knotsOf(shape), tableLength(shape), shape.order + 1];
  const [first, last] = emitEnds(f, shape, knots);
  for (let at = 0; at < front; at += LANES) f.storeVector(tables, at * BYTES, first);
  emitVectors(f, count, (at, lanes) =>
    f.storeVector(i32.add(tables, at), front * BYTES, emitLoad(f, i32.add(knots, at), 0, lanes)),
  );
  for (let at = front + count; at < length; at += LANES) f.storeVector(tables, at * BYTES, last);
  const [one, at] = [f32x4.const(1), f.local("i32")];
  for (let d = 1; d <= shape.order; d++)
    f.for(at, tables, i32.add(tables, length * BYTES), LANES * BYTES, () => {
      const width = f.let(f32x4.sub(v128.load(at, d * BYTES), v128.load(at)));
      const inverse = v128.and(f32x4.gt(width, v128.zero()), f32x4.div(one, width));
      f.storeVector(at, d * length * BYTES, inverse);
    });
}

/** The first and the last knot, in all lanes. */
function emitEnds(f: FunctionBuilder, shape: SplineShape, knots: Local<"i32">): [Local<"v128">, Local<"v128">] {
  return [f.let(f32x4.loadSplat(knots)), f.let(f32x4.loadSplat(knots, (knotsOf(shape) - 1) * BYTES))];
}

/**
 * For four elements: the number of knots at or below each, as integers, and the elements, moved to the nearest end if
 * they are outside.
 */
export function emitPlaces(
  f: FunctionBuilder,
  shape: SplineShape,
  knots: Local<"i32">,
  x: Lanes,
): readonly [count: Local<"v128">, inside: Local<"v128">] {
  const [first, last] = emitEnds(f, shape, knots);
  const count = f.let(v128.zero());
  for (let k = 0; k < knotsOf(shape); k++)
    f.set(count, i32x4.sub(count, f32x4.ge(x, f32x4.loadSplat(knots, k * BYTES))));
  return [count, f.let(f32x4.min(f32x4.max(x, first), last))];
}

/**
 * The number of knots at or below an element, and the order + 1 functions that need not be 0 there, each in all lanes.
 */
export interface LocalFunctions {
  readonly count: Local<"i32">;
  readonly values: readonly Local<"v128">[];
}

/** The functions at one element, which is in all lanes of x, or their slopes. */
export function emitLocal(
  f: FunctionBuilder,
  shape: SplineShape,
  tables: Local<"i32">,
  place: { readonly count: Expr<"i32">; readonly inside: Expr<"v128"> },
  which: "values" | "slopes",
): LocalFunctions {
  const { order } = shape;
  const [count, x] = [f.let(place.count), f.let(place.inside)];
  const at = f.let(i32.add(tables, i32.mul(count, BYTES)));
  const knots = (from: number, v: number, table = 0) =>
    v128.load(at, (table * tableLength(shape) + from + v * LANES) * BYTES);
  let values: Local<"v128">[] = [f.let(v128.shuffle(f32x4.const(1), v128.zero(), [0, 4, 4, 4]))];
  let shares: Local<"v128">[] = [];
  for (let d = 1; d <= order; d++) {
    const from = order + 1 - d;
    shares = values.map((value, v) => f.let(f32x4.mul(value, knots(from, v, d))));
    const vectors = Array.from({ length: Math.floor(d / LANES) + 1 }, (_, v) => v);
    if (d === order && which === "slopes") break;
    const rising = shares.map((share, v) => f.let(f32x4.mul(f32x4.sub(x, knots(from, v)), share)));
    values = vectors.map((v) => {
      const share = shares[v];
      const moved = emitMoved(rising, v);
      return f.let(share === undefined ? moved : f32x4.add(moved, f32x4.mul(f32x4.sub(knots(order + 1, v), x), share)));
    });
  }
  const results =
    which === "values"
      ? values
      : Array.from({ length: vectorsOf(shape) }, (_, v) =>
          f.let(f32x4.mul(f32x4.sub(emitMoved(shares, v), shares[v] ?? v128.zero()), f32x4.const(order))),
        );
  const inAllLanes = (r: number) => {
    const vector = results[Math.floor(r / LANES)];
    return f.let(v128.shuffle(vector, vector, new Array<number>(LANES).fill(r % LANES)));
  };
  return { count, values: Array.from({ length: order + 1 }, (_, r) => inAllLanes(r)) };
}

/** Vector v of the lanes of several vectors, each moved on by one lane. */
function emitMoved(vectors: readonly Expr<"v128">[], v: number): Expr<"v128"> {
  const [before, own] = [vectors[v - 1] ?? v128.zero(), vectors[v] ?? v128.zero()];
  return v128.shuffle(before, own, [3, 4, 5, 6]);
}
