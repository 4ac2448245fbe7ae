/**
 * Matrix product, dot form: y[m, n] = sum_k a[m, k] b[n, k] (+ bias[n], then relu). Both operands are contiguous along
 * k.
 *
 * It is the form for skinny products such as [2048, 784] x [20, 784]. Nothing is packed, and vectors run along k.
 * Order of operations: lane l of an accumulator sums k = l, l + 4, l + 8, ...; then (l0 + l1) + (l2 + l3); then the
 * bias.
 */
import type { Kernel } from "../kernel.ts";
import { emitRowSums, rowSumsScratch, sumRows } from "../row-sums.ts";

/** What the kernel is compiled for. */
export interface DotSettings {
  readonly k: number;
  readonly n: number;
  readonly bias: boolean;
  /** Whether the result is max(y, 0). */
  readonly relu: boolean;
}

/** Operands: a, b, and the bias if there is one. Counts: rows of a. */
export const dotKernel: Kernel<DotSettings> = {
  name: "dot",
  scratch: ({ n }) => rowSumsScratch(n),
  simd(f, { operands: [x, w, biases], results: [y], scratch, counts: [rows] }, { k, n, relu }) {
    const settings = { inputs: k, outputs: n, terms: 1, first: 0 };
    emitRowSums(f, settings, { x, w, y, rows, scratch }, { biases, relu });
  },
  plain(arrays, { k, n, bias, relu }) {
    const { operands, round } = arrays;
    sumRows(arrays, { inputs: k, outputs: n, terms: 1, first: 0 }, (sum, output) => {
      const value = bias ? round(sum + operands[2][output]) : sum;
      return relu ? Math.max(value, 0) : value;
    });
  },
};
