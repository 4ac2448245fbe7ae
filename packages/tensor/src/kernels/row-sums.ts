/**
 * Sums along the contiguous rows of two matrices, for several rows and outputs at a time: the inner loop that the dot
 * form of the matrix product and the polynomial layer share.
 *
 * y[r, o] = sum_i x (w1 + x (w2 + ...)) with x = x[r, i] and wd = w[o, d, i]; a matrix product has the one term w1.
 * Order of operations: lane l of an accumulator sums i = l, l + 4, l + 8, ...; then (l0 + l1) + (l2 + l3); then the
 * bias; then relu.
 */
import { BYTES, LANES, type Round } from "../floats.ts";
import { type Expr, f32x4, i32, v128 } from "../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../wasm/function.ts";
import type { Arrays } from "./kernel.ts";
import { emitHorner, emitLoad, emitRowGroups, emitSums, type LastSteps } from "./pieces.ts";

/**
 * Four rows by two outputs: eight accumulators, all that Node 20's register allocator keeps in registers. Two rows by
 * four would go through w, which is often larger than the first-level cache, twice as often.
 */
const ROWS = 4;
const OUTPUTS = 2;

/** The sizes of the matrices, and which of an output's rows of weights are used: `first` to `terms` - 1. */
export interface RowSumsSettings {
  readonly inputs: number;
  readonly outputs: number;
  readonly terms: number;
  readonly first: number;
}

/** Where the matrices are. */
export type RowSumsPlaces = Readonly<Record<"x" | "w" | "y" | "rows" | "scratch", Local<"i32">>>;

/** Bytes of scratch memory: four lanes for each of the outputs of a group of rows. */
export function rowSumsScratch(outputs: number): number {
  return ROWS * LANES * (outputs + LANES) * BYTES;
}

/** Emits the sums of all rows and outputs. */
export function emitRowSums(
  f: FunctionBuilder,
  settings: RowSumsSettings,
  { x, w, y, rows, scratch }: RowSumsPlaces,
  last: LastSteps,
): void {
  const { inputs, outputs, terms } = settings;
  const outputBytes = terms * inputs * BYTES;
  const left = outputs % OUTPUTS;
  const end = f.let(i32.add(w, (outputs - left) * outputBytes));
  emitRowGroups(f, rows, ROWS, (count) => {
    const [weights, sums] = [f.local("i32"), f.local("i32", scratch)];
    f.for(weights, w, end, OUTPUTS * outputBytes, () => {
      emitTile(f, settings, x, weights, sums, [count, OUTPUTS]);
      f.advance(sums, OUTPUTS * LANES * BYTES);
    });
    if (left > 0) emitTile(f, settings, x, end, sums, [count, left]);
    // Sums across lanes right after the inner loop would slow that loop down, so they are taken from memory.
    f.set(sums, scratch);
    for (let r = 0; r < count; r++) {
      emitSums(f, sums, y, outputs, last);
      f.advance(sums, (outputs + LANES) * LANES * BYTES);
      f.advance(y, outputs * BYTES);
    }
    f.advance(x, count * inputs * BYTES);
  });
}

/** sums[r][o] = the sums over the inputs, lane by lane, for a few rows and outputs. */
function emitTile(
  f: FunctionBuilder,
  { inputs, outputs, terms, first }: RowSumsSettings,
  x: Local<"i32">,
  w: Expr<"i32">,
  sums: Local<"i32">,
  [rows, width]: readonly [number, number],
): void {
  const accumulators = Array.from({ length: rows }, () => f.locals("v128", width));
  for (const cell of accumulators.flat()) f.set(cell, v128.zero());
  const [px, pw] = [f.local("i32"), f.local("i32", w)];
  const step = (lanes: number) => {
    const xs = accumulators.map((_, r) => f.let(emitLoad(f, px, r * inputs * BYTES, lanes)));
    for (let o = 0; o < width; o++) {
      const weight = (d: number) => f.let(emitLoad(f, pw, (o * terms + d) * inputs * BYTES, lanes));
      const weights = Array.from({ length: terms - first }, (_, d) => weight(first + d));
      for (const [r, x] of xs.entries()) {
        const product = f32x4.mul(x, emitHorner(weights, x));
        f.set(accumulators[r][o], f32x4.add(accumulators[r][o], product));
      }
    }
  };
  const bulk = inputs - (inputs % LANES);
  f.set(px, x);
  f.for(px, x, i32.add(x, bulk * BYTES), LANES * BYTES, () => {
    step(LANES);
    f.advance(pw, LANES * BYTES);
  });
  if (inputs % LANES > 0) step(inputs % LANES);
  for (const [r, cells] of accumulators.entries())
    for (const [o, cell] of cells.entries()) f.storeVector(sums, (r * (outputs + LANES) + o) * LANES * BYTES, cell);
}

/** The sum of a few numbers, in lanes: number i goes to lane i mod 4. */
export function sumOfLanes(lanes: readonly number[], round: Round): number {
  return round(round(lanes[0] + lanes[1]) + round(lanes[2] + lanes[3]));
}

/** The twin; `finish` does the last steps. */
export function sumRows(
  { operands: [x, w], results: [y], counts: [rows], round }: Arrays,
  { inputs, outputs, terms, first }: RowSumsSettings,
  finish: (sum: number, output: number) => number,
): void {
  const lanes = [0, 0, 0, 0];
  for (let o = 0; o < outputs; o++)
    for (let r = 0; r < rows; r++) {
      const last = (o * terms + terms - 1) * inputs;
      lanes.fill(0);
      for (let i = 0; i < inputs; i++) {
        const v = x[r * inputs + i];
        let at = last + i;
        let value = w[at];
        for (let d = terms - 2; d >= first; d--) {
          at -= inputs;
          value = round(w[at] + round(v * value));
        }
        lanes[i % 4] = round(lanes[i % 4] + round(v * value));
      }
      y[r * outputs + o] = finish(sumOfLanes(lanes, round), o);
    }
}
