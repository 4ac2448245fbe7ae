/**
 * Matrix product, dot form: y[m, n] = sum_k a[m, k] b[n, k] (+ bias[n], then relu), both operands contiguous along k.
 *
 * The form for skinny products such as [2048, 784] x [20, 784]: nothing is packed, and vectors lie along k.
 * Order of operations: lane l of an accumulator sums k = l, l + 4, l + 8, ...; then (l0 + l1) + (l2 + l3); then the bias.
 */
import { BYTES, LANES } from "../../floats.ts";
import { type Expr, f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import type { Kernel } from "../kernel.ts";
import { emitLoad, emitSums } from "../pieces.ts";

/**
 * Four rows by two outputs: eight accumulators, all that Node 20's register allocator keeps in registers. Two rows by
 * four would go through b, which is often larger than the first-level cache, twice as often.
 */
const ROWS = 4;
const OUTPUTS = 2;

/** What the kernel is compiled for. */
export interface DotSettings {
  readonly k: number;
  readonly n: number;
  readonly bias: boolean;
  /** Whether the results are max(y, 0). */
  readonly relu: boolean;
}

/** Outputs in whole tiles. */
function paddedOutputs(n: number): number {
  return Math.ceil(n / OUTPUTS) * OUTPUTS;
}

/** Operands: a, b, and the bias if there is one. Counts: rows of a. */
export const dotKernel: Kernel<DotSettings> = {
  name: "dot",
  /** The accumulators of ROWS rows, four lanes each. */
  scratch: ({ n }) => ROWS * paddedOutputs(n) * LANES * BYTES,
  simd(f, { operands: [a, b, biases], results: [y], scratch, counts: [rows] }, { k, n, relu }) {
    const row = f.local("i32");
    const tile = { k, n, a, b, y, scratch, biases, relu };
    const fours = f.let(i32.and(rows, -ROWS));
    f.for(row, 0, fours, ROWS, () => emitRows(f, tile, ROWS));
    f.for(row, fours, rows, 1, () => emitRows(f, tile, 1));
  },
  plain({ operands: [a, b, biases], results: [y], counts: [rows], round }, { k, n, bias, relu }) {
    for (let m = 0; m < rows; m++)
      for (let j = 0; j < n; j++) {
        let [l0, l1, l2, l3] = [0, 0, 0, 0];
        const [pa, pb] = [m * k, j * k];
        let i = 0;
        for (; i + 3 < k; i += 4) {
          l0 = round(l0 + round(a[pa + i] * b[pb + i]));
          l1 = round(l1 + round(a[pa + i + 1] * b[pb + i + 1]));
          l2 = round(l2 + round(a[pa + i + 2] * b[pb + i + 2]));
          l3 = round(l3 + round(a[pa + i + 3] * b[pb + i + 3]));
        }
        if (i < k) l0 = round(l0 + round(a[pa + i] * b[pb + i]));
        if (i + 1 < k) l1 = round(l1 + round(a[pa + i + 1] * b[pb + i + 1]));
        if (i + 2 < k) l2 = round(l2 + round(a[pa + i + 2] * b[pb + i + 2]));
        const sum = round(round(l0 + l1) + round(l2 + l3));
        const value = bias ? round(sum + biases[j]) : sum;
        y[m * n + j] = relu ? Math.max(value, 0) : value;
      }
  },
};

interface RowsEmission {
  readonly k: number;
  readonly n: number;
  readonly a: Local<"i32">;
  readonly b: Local<"i32">;
  readonly y: Local<"i32">;
  readonly scratch: Local<"i32">;
  readonly biases: Local<"i32"> | undefined;
  readonly relu: boolean;
}

/** All outputs of `rows` rows; afterwards `a` and `y` point at the next row. */
function emitRows(f: FunctionBuilder, { k, n, a, b, y, scratch, ...last }: RowsEmission, rows: number): void {
  const whole = Math.floor(n / OUTPUTS);
  const left = n % OUTPUTS;
  const weights = f.local("i32");
  const sums = f.local("i32", scratch);
  const end = f.let(i32.add(b, whole * OUTPUTS * k * BYTES));
  f.for(weights, b, end, OUTPUTS * k * BYTES, () => {
    emitTile(f, { k, n }, a, weights, sums, rows, OUTPUTS);
    f.advance(sums, OUTPUTS * LANES * BYTES);
  });
  if (left > 0) emitTile(f, { k, n }, a, end, sums, rows, left);

  // A horizontal sum right behind the inner loop would slow that loop down; so it reads the sums back.
  f.set(sums, scratch);
  for (let r = 0; r < rows; r++) {
    emitSums(f, sums, y, n, last);
    f.advance(sums, paddedOutputs(n) * LANES * BYTES);
    f.advance(y, n * BYTES);
  }
  f.advance(a, rows * k * BYTES);
}

/** sums[r][j] = the sum over k of a[r, k] b[j, k], lane by lane. */
function emitTile(
  f: FunctionBuilder,
  { k, n }: { readonly k: number; readonly n: number },
  a: Expr<"i32">,
  b: Expr<"i32">,
  sums: Local<"i32">,
  rows: number,
  outputs: number,
): void {
  const accumulators = Array.from({ length: rows }, () => f.locals("v128", outputs));
  for (const cell of accumulators.flat()) f.set(cell, v128.zero());
  const pa = f.local("i32");
  const pb = f.local("i32", b);
  const step = (lanes: number) => {
    const x = accumulators.map((_, r) => f.let(emitLoad(f, pa, r * k * BYTES, lanes)));
    for (let j = 0; j < outputs; j++) {
      const w = f.let(emitLoad(f, pb, j * k * BYTES, lanes));
      for (let r = 0; r < rows; r++) f.set(accumulators[r][j], f32x4.add(accumulators[r][j], f32x4.mul(x[r], w)));
    }
  };
  const bulk = k - (k % LANES);
  f.for(pa, a, i32.add(a, bulk * BYTES), LANES * BYTES, () => {
    step(LANES);
    f.advance(pb, LANES * BYTES);
  });
  if (k % LANES > 0) {
    if (bulk === 0) f.set(pa, a);
    step(k % LANES);
  }
  for (const [r, cells] of accumulators.entries())
    for (const [j, cell] of cells.entries()) f.storeVector(sums, (r * paddedOutputs(n) + j) * LANES * BYTES, cell);
}
