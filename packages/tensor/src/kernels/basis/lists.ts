/**
 * The columns of a matrix of bytes, given by its lists (see zeros/lists.ts). There are only 256 bytes, so the functions
 * are evaluated once for each, and an entry finds their values in a table.
 */
import { BYTES, LANES } from "../../floats.ts";
import { f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import type { Lanes } from "../../wasm/lanes.ts";
import { BLOCK } from "../sums.ts";
import { emitColumns, FIRST_BLOCK, layout } from "../zeros/lists.ts";
import { FUNCTION_BYTES, type Source } from "./columns.ts";

/** The bytes of scratch memory for a table of so many functions. */
export function tableScratch(functions: number): number {
  return functions * FUNCTION_BYTES;
}

/** Fills the table, and goes through the lists of a matrix with so many columns. */
export function listsSource(
  f: FunctionBuilder,
  columns: number,
  [lists, table]: readonly Local<"i32">[],
  evaluate: (x: Lanes) => readonly Lanes[],
): Source {
  const settings = { columns, wide: false };
  const { rows, values, size } = layout(settings);
  const [at, block] = [f.local("i32"), f.local("i32")];
  f.for(at, 0, BLOCK * BYTES, LANES * BYTES, () => {
    const target = f.let(i32.add(table, at));
    for (const [which, value] of evaluate(f.let(v128.load(i32.add(lists, at)))).entries())
      f.storeVector(target, which * FUNCTION_BYTES, value);
  });
  return {
    start: () => f.set(block, i32.add(lists, FIRST_BLOCK)),
    next: () => f.advance(block, size),
    columns: (length, range, body) =>
      emitColumns(f, settings, { table: lists, block, length }, range, (start, end) =>
        body((each) =>
          f.for(at, start, end, 1, () => {
            const place = f.let(i32.add(table, i32.mul(i32.load8(at, values - rows), BYTES)));
            each({
              row: i32.load8(at),
              value: (which) => f32x4.loadSplat(place, which * FUNCTION_BYTES),
              integer: (which) => i32.load(place, which * FUNCTION_BYTES),
            });
          }),
        ),
      ),
  };
}
