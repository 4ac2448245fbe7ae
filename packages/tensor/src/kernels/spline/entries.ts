/**
 * The entries of the columns of a matrix, as splines need them: the row of each, the number of knots at or below it, the
 * element, and silu. The matrix is given by its elements (see basis/columns.ts), or by lists of bytes (see
 * zeros/lists.ts); there are only 256 bytes, so silu is evaluated once for each.
 */
import { BYTES, LANES } from "../../floats.ts";
import { silu } from "../../math/sigmoid.ts";
import { type Expr, f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import { doubleLanes, type Lanes, narrow, widen } from "../../wasm/lanes.ts";
import { columnsScratch, emitColumns, FUNCTION_BYTES } from "../basis/columns.ts";
import { BLOCK } from "../sums.ts";
import { emitColumns as emitLists, FIRST_BLOCK, layout } from "../zeros/lists.ts";
import { emitPlaces, knotsOf } from "./local.ts";
import type { SplineSettings } from "./rows.ts";

/** An entry: the number of its row in its block; the number of knots at or below it; in all lanes, itself, moved to the ends of the knots, and silu. */
export interface SplineEntry {
  readonly row: Expr<"i32">;
  readonly count: Expr<"i32">;
  readonly inside: Expr<"v128">;
  readonly silu: Expr<"v128">;
}

/** The blocks of rows of a matrix, one after the other, and the columns of each. */
export interface SplineSource {
  /** Goes to the first block. */
  start(): void;
  next(): void;
  /** Goes through the columns from ... to of a block with so many rows. `body` receives the entries of each, and its number. */
  columns(
    length: Local<"i32">,
    range: readonly [from: Local<"i32">, to: Local<"i32">],
    body: (entries: (each: (entry: SplineEntry) => void) => void, column: Local<"i32">) => void,
  ): void;
}

/** What is evaluated: the number of knots, the element inside them, and silu. */
const [COUNT, INSIDE, SILU] = [0, 1, 2];

/** The bytes of scratch memory of a source. */
export const SOURCE_SCRATCH: number = columnsScratch(3) + FUNCTION_BYTES;

/** Where the numbers of an input begin. */
export function ofInput(column: Local<"i32">, first: Local<"i32">, count: number): Expr<"i32"> {
  return i32.add(first, i32.mul(column, count * BYTES));
}

/** Goes through a matrix x [rows, inputs], by default without its zeros. `rate` is evaluated in place of silu. */
export function matrixEntries(
  f: FunctionBuilder,
  settings: SplineSettings,
  [x, knots, scratch]: readonly Local<"i32">[],
  rate: typeof silu = silu,
  withZeros = false,
): SplineSource {
  const [block, { inputs }] = [f.local("i32"), settings];
  const evaluate = (values: Lanes, column: Local<"i32">) => {
    const places = emitPlaces(f, settings, f.let(ofInput(column, knots, knotsOf(settings))), values);
    return settings.base ? [...places, narrow(rate(doubleLanes(f), widen(f, values)))] : places;
  };
  return {
    start: () => f.set(block, x),
    next: () => f.advance(block, BLOCK * inputs * BYTES),
    columns: (length, range, body) =>
      emitColumns(
        f,
        inputs,
        { x: block, length, scratch },
        range,
        evaluate,
        (entries, column) =>
          body(
            (each) =>
              entries(({ row, value, integer }) =>
                each({ row, count: integer(COUNT), inside: value(INSIDE), silu: value(SILU) }),
              ),
            column,
          ),
        withZeros,
      ),
  };
}

/** Goes through the lists of a matrix of bytes. */
export function listEntries(
  f: FunctionBuilder,
  settings: SplineSettings,
  [lists, knots, scratch]: readonly Local<"i32">[],
): SplineSource {
  const own = { columns: settings.inputs, wide: false };
  const { rows, values, size } = layout(own);
  const [block, column, at, to, value] = f.locals("i32", 5);
  const elements = f.let(i32.add(scratch, BLOCK));
  const table = f.let(i32.add(scratch, columnsScratch(3)));
  const ofValue = (which: number) => (which + 1) * FUNCTION_BYTES;
  if (settings.base)
    f.for(at, 0, BLOCK * BYTES, LANES * BYTES, () => {
      const all = silu(doubleLanes(f), widen(f, v128.load(i32.add(lists, at))));
      f.storeVector(i32.add(table, at), 0, narrow(all));
    });
  /** Copies the elements of a list, and their silu, to where columns.ts has them. */
  const expand = (start: Local<"i32">, end: Local<"i32">) => {
    f.set(to, elements);
    f.for(at, start, end, 1, () => {
      const byte = f.let(i32.mul(i32.load8(at, values - rows), BYTES));
      f.storeInt(to, 0, i32.load(i32.add(lists, byte)));
      if (settings.base) f.storeInt(to, ofValue(SILU), i32.load(i32.add(table, byte)));
      f.advance(to, BYTES);
    });
  };
  return {
    start: () => f.set(block, i32.add(lists, FIRST_BLOCK)),
    next: () => f.advance(block, size),
    columns: (length, range, body) => {
      f.set(column, range[0]);
      emitLists(f, own, { table: lists, block, length }, range, (start, end) => {
        expand(start, end);
        const ownKnots = f.let(ofInput(column, knots, knotsOf(settings)));
        f.for(value, elements, to, LANES * BYTES, () => {
          const places = emitPlaces(f, settings, ownKnots, f.let(v128.load(value)));
          for (const [which, lanes] of places.entries()) f.storeVector(value, ofValue(which), lanes);
        });
        body((each) => {
          f.set(at, start);
          f.for(value, elements, to, BYTES, () => {
            const load = (which: number) => f32x4.loadSplat(value, ofValue(which));
            each({
              row: i32.load8(at),
              count: i32.load(value, ofValue(COUNT)),
              inside: load(INSIDE),
              silu: load(SILU),
            });
            f.advance(at, 1);
          });
        }, column);
        f.advance(column, 1);
      });
    },
  };
}
