/**
 * The columns of a matrix of bytes, given by its lists (see zeros/lists.ts).
 *
 * There are only 256 bytes. So silu is evaluated once for each, and if all inputs have the same knots, as at the start of a
 * training, so are the functions: an entry finds them in a table.
 */
import { BYTES, LANES } from "../../floats.ts";
import { silu } from "../../math/sigmoid.ts";
import { type Expr, f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import { doubleLanes, narrow, widen } from "../../wasm/lanes.ts";
import { columnsScratch, FUNCTION_BYTES } from "../basis/columns.ts";
import { BLOCK } from "../sums.ts";
import { emitColumns, FIRST_BLOCK, layout } from "../zeros/lists.ts";
import { COUNT, entriesScratch, INSIDE, ofInput, SILU, type SplineEntry, type SplineSource } from "./entries.ts";
import { emitDiffer, emitLocal, emitPlaces, knotsOf, tablesAt } from "./local.ts";
import type { SplineSettings } from "./rows.ts";

/** Where the functions are in the table of bytes, after what is evaluated for an element. */
const FUNCTIONS = SILU + 1;

/** The bytes of scratch memory that `listEntries` needs. */
export function listsScratch(settings: SplineSettings): number {
  return entriesScratch(settings) + (FUNCTIONS + settings.order + 1) * FUNCTION_BYTES;
}

/** Goes through the lists of a matrix. */
export function listEntries(
  f: FunctionBuilder,
  settings: SplineSettings,
  [lists, knots, scratch]: readonly Local<"i32">[],
): SplineSource {
  const shape = { columns: settings.inputs, wide: false };
  const { rows, values, size } = layout(shape);
  const [block, column, own, at, to, value] = f.locals("i32", 6);
  const tables = f.let(i32.add(scratch, columnsScratch(SILU + 1)));
  const { of, zero } = tablesAt(f, settings, tables);
  const table = f.let(i32.add(scratch, entriesScratch(settings)));
  const shared = emitShared(f, settings, knots);
  emitByteTable(f, settings, [lists, knots, tables, table], shared, of);

  const elements = f.let(i32.add(scratch, BLOCK));
  const byteAt = (entry: Local<"i32">) => i32.mul(i32.load8(entry, values - rows), BYTES);
  const fromTable = (start: Local<"i32">, end: Local<"i32">, each: (entry: SplineEntry) => void) =>
    f.for(at, start, end, 1, () => {
      const place = f.let(i32.add(table, byteAt(at)));
      const load = (which: number) => f32x4.loadSplat(place, which * FUNCTION_BYTES);
      const functions = () => ({
        count: f.let(i32.load(place, COUNT * FUNCTION_BYTES)),
        values: Array.from({ length: settings.order + 1 }, (_, r) => f.let(load(FUNCTIONS + r))),
      });
      each({ row: i32.load8(at), silu: load(SILU), functions });
    });
  /** Copies the elements of a list, and their silu, to where columns.ts has them, and goes on as it does. */
  const evaluated = (start: Local<"i32">, end: Local<"i32">, each: (entry: SplineEntry) => void) => {
    const ofElement = (which: number) => (which + 1) * FUNCTION_BYTES;
    f.set(to, elements);
    f.for(at, start, end, 1, () => {
      const byte = f.let(byteAt(at));
      f.storeInt(to, 0, i32.load(i32.add(lists, byte)));
      if (settings.base) f.storeInt(to, ofElement(SILU), i32.load(i32.add(table, byte), SILU * FUNCTION_BYTES));
      f.advance(to, BYTES);
    });
    f.for(value, elements, to, LANES * BYTES, () => {
      const places = emitPlaces(f, settings, own, f.let(v128.load(value)));
      for (const [which, lanes] of places.entries()) f.storeVector(value, ofElement(which), lanes);
    });
    f.set(at, start);
    f.for(value, elements, to, BYTES, () => {
      const load = (which: number) => f32x4.loadSplat(value, ofElement(which));
      const place = { count: i32.load(value, ofElement(COUNT)), inside: load(INSIDE) };
      const functions = () => emitLocal(f, settings, tables, place, "values");
      each({ row: i32.load8(at), silu: load(SILU), functions });
      f.advance(at, 1);
    });
  };
  return {
    start: () => f.set(block, i32.add(lists, FIRST_BLOCK)),
    next: () => f.advance(block, size),
    columns: (length, range, body) => {
      f.set(column, range[0]);
      emitColumns(f, shape, { table: lists, block, length }, range, (start, end) => {
        f.set(own, ofInput(column, knots, knotsOf(settings)));
        of(own);
        const entries = (each: (entry: SplineEntry) => void) => {
          f.if(shared, () => fromTable(start, end, each));
          f.if(i32.eq(shared, 0), () => evaluated(start, end, each));
        };
        body({ column, zero, entries });
        f.advance(column, 1);
      });
    },
  };
}

/** Whether all inputs have the same knots. */
function emitShared(f: FunctionBuilder, settings: SplineSettings, knots: Local<"i32">): Local<"i32"> {
  const [others, differ] = [f.local("i32"), f.local("i32")];
  const bytes = knotsOf(settings) * BYTES;
  f.for(others, i32.add(knots, bytes), i32.add(knots, settings.inputs * bytes), bytes, () =>
    f.set(differ, i32.add(differ, emitDiffer(f, settings, knots, others))),
  );
  return f.let(i32.eq(differ, 0));
}

/** Fills the table of bytes: silu and, if the knots are shared, the number of knots and the functions. */
function emitByteTable(
  f: FunctionBuilder,
  settings: SplineSettings,
  [lists, knots, tables, table]: readonly Local<"i32">[],
  shared: Local<"i32">,
  of: (knots: Local<"i32">) => void,
): void {
  const at = f.local("i32");
  const store = (which: number, value: Expr<"v128">, lanes: number) =>
    f.storeVector(i32.add(table, at), which * FUNCTION_BYTES, value, lanes);
  const quotients = () => f.let(v128.load(i32.add(lists, at)));
  if (settings.base)
    f.for(at, 0, BLOCK * BYTES, LANES * BYTES, () =>
      store(SILU, narrow(silu(doubleLanes(f), widen(f, quotients()))), LANES),
    );
  f.if(shared, () => {
    of(knots);
    f.for(at, 0, BLOCK * BYTES, LANES * BYTES, () => {
      for (const [which, lanes] of emitPlaces(f, settings, knots, quotients()).entries()) store(which, lanes, LANES);
    });
    f.for(at, 0, BLOCK * BYTES, BYTES, () => {
      const place = f.let(i32.add(table, at));
      const inside = f32x4.loadSplat(place, INSIDE * FUNCTION_BYTES);
      const count = i32.load(place, COUNT * FUNCTION_BYTES);
      const { values } = emitLocal(f, settings, tables, { count, inside }, "values");
      for (const [r, value] of values.entries()) store(FUNCTIONS + r, value, 1);
    });
  });
}
