/**
 * The weights of one input of a spline layer in scratch memory: a row for every basis function, and `order` + 1 rows of
 * zeros before and after them, for functions that do not exist. So an entry with c knots at or below it uses the rows c
 * ... c + order. A last row holds the weights of the base.
 */
import { BYTES, LANES } from "../../floats.ts";
import { type Int, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import { emitLoad } from "../pieces.ts";
import type { SplineShape } from "./local.ts";

/** What the kernels are compiled for. */
export interface SplineSettings extends SplineShape {
  readonly inputs: number;
  readonly outputs: number;
  /** Whether every edge has a multiple of silu(x), too. */
  readonly base: boolean;
}

/** The number of the rows of functions, those that do not exist included. The row of the base follows. */
export function functionRows({ functions, order }: SplineShape): number {
  return functions + 2 * (order + 1);
}

/** The bytes of a row of so many vectors. */
export function rowBytes(vectors: number): number {
  return vectors * LANES * BYTES;
}

/** The bytes of all rows. */
export function rowsBytes(shape: SplineShape, vectors: number): number {
  return (functionRows(shape) + 1) * rowBytes(vectors);
}

/** Fills rows with zeros. */
export function emitClear(f: FunctionBuilder, rows: Local<"i32">, bytes: number): void {
  const at = f.local("i32");
  f.for(at, rows, i32.add(rows, bytes), LANES * BYTES, () => f.storeVector(at, 0, v128.zero()));
}

/** Copies the weights of an input: `weights` and `base` are where those of the first output of the strip are. */
export function emitCopy(
  f: FunctionBuilder,
  settings: SplineSettings,
  rows: Local<"i32">,
  [weights, base]: readonly [Int, Int],
  widths: readonly number[],
): void {
  const { functions, order, outputs } = settings;
  const bytes = rowBytes(widths.length);
  const [from, to] = [f.local("i32"), f.let(i32.add(rows, (order + 1) * bytes))];
  const copy = (source: Local<"i32">, target: Local<"i32">, offset: number) => {
    for (const [v, lanes] of widths.entries()) {
      const at = v * LANES * BYTES;
      f.storeVector(target, offset + at, emitLoad(f, source, at, lanes));
    }
  };
  f.for(from, weights, i32.add(weights, functions * outputs * BYTES), outputs * BYTES, () => {
    copy(from, to, 0);
    f.advance(to, bytes);
  });
  if (settings.base) copy(f.let(i32.add(base, 0)), rows, functionRows(settings) * bytes);
}
