/**
 * The columns of a matrix x [rows, inputs] as splines need them: the functions at 0, and the entries, which are the
 * elements other than 0, with the functions at each of them. Read basis/columns.ts first.
 */
import { BYTES } from "../../floats.ts";
import { silu, siluSlope } from "../../math/sigmoid.ts";
import { type Expr, i32 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import { doubleLanes, type Lanes, narrow, widen } from "../../wasm/lanes.ts";
import { columnsScratch, emitColumns } from "../basis/columns.ts";
import { BLOCK } from "../sums.ts";
import { emitLocal, emitPlaces, knotsOf, type LocalFunctions, tablesAt, tablesBytes } from "./local.ts";
import type { SplineSettings } from "./rows.ts";

/** An entry: the number of its row in its block, silu in all lanes, if there is a base, and the functions. */
export interface SplineEntry {
  readonly row: Expr<"i32">;
  readonly silu: Expr<"v128">;
  functions(): LocalFunctions;
}

/** A column of a block of rows: its number, the functions at 0, and a loop over its entries. */
export interface SplineColumn {
  readonly column: Local<"i32">;
  readonly zero: LocalFunctions;
  entries(each: (entry: SplineEntry) => void): void;
}

/** The blocks of rows of a matrix, one after the other, and the columns of each. */
export interface SplineSource {
  /** Goes to the first block. */
  start(): void;
  next(): void;
  /** Goes through the columns from ... to of a block with so many rows. */
  columns(
    length: Local<"i32">,
    range: readonly [from: Local<"i32">, to: Local<"i32">],
    body: (column: SplineColumn) => void,
  ): void;
}

/** What is evaluated for four elements at a time: the number of knots, the element inside them, and silu. */
export const COUNT = 0;
export const INSIDE = 1;
export const SILU = 2;

/** The bytes of scratch memory that `matrixEntries` needs. */
export function entriesScratch(settings: SplineSettings): number {
  return columnsScratch(SILU + 1) + tablesBytes(settings);
}

/** Where the numbers of an input begin. */
export function ofInput(column: Local<"i32">, first: Local<"i32">, count: number): Expr<"i32"> {
  return i32.add(first, i32.mul(column, count * BYTES));
}

/** Goes through a matrix. */
export function matrixEntries(
  f: FunctionBuilder,
  settings: SplineSettings,
  [x, knots, scratch]: readonly Local<"i32">[],
): SplineSource {
  return source(f, settings, [x, knots, scratch], "values");
}

/** Goes through a matrix with all its elements as entries, whose functions are slopes, also in place of silu. */
export function matrixSlopes(
  f: FunctionBuilder,
  settings: SplineSettings,
  [x, knots, scratch]: readonly Local<"i32">[],
): SplineSource {
  return source(f, settings, [x, knots, scratch], "slopes");
}

function source(
  f: FunctionBuilder,
  settings: SplineSettings,
  [x, knots, scratch]: readonly Local<"i32">[],
  which: "values" | "slopes",
): SplineSource {
  const [block, own, { inputs }] = [f.local("i32"), f.local("i32"), settings];
  const tables = f.let(i32.add(scratch, columnsScratch(SILU + 1)));
  const { of, zero } = tablesAt(f, settings, tables);
  const base = which === "values" ? silu : siluSlope;
  const evaluate = (values: Lanes, column: Local<"i32">) => {
    f.set(own, ofInput(column, knots, knotsOf(settings)));
    const places = emitPlaces(f, settings, own, values);
    return settings.base ? [...places, narrow(base(doubleLanes(f), widen(f, values)))] : places;
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
        (entries, column) => {
          f.set(own, ofInput(column, knots, knotsOf(settings)));
          of(own);
          body({
            column,
            zero,
            entries: (each) =>
              entries(({ row, value, integer }) => {
                const place = { count: integer(COUNT), inside: value(INSIDE) };
                each({ row, silu: value(SILU), functions: () => emitLocal(f, settings, tables, place, which) });
              }),
          });
        },
        which === "slopes",
      ),
  };
}
