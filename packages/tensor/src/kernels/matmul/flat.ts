/**
 * Matrix product, flat form: y[m, n] = sum_k a[m, k] b[k, n] (+ bias[n], then relu), with b contiguous along n.
 *
 * It is the form for skinny products, such as [2048, 784] x [784, 20] forward and [784, 2048] x [2048, 20] for the
 * gradient of the weights: nothing is packed, and a may have any strides.
 * Order of operations: see sums.ts.
 */
import type { Kernel } from "../kernel.ts";
import { emitRowSums, rowSumsScratch } from "../row-sums.ts";
import { sumRows } from "../sums.ts";

/** What the kernel is compiled for. */
export interface FlatSettings {
  readonly n: number;
  /** The distance in elements from a[m, k] to a[m + 1, k], and to a[m, k + 1]. */
  readonly rowStride: number;
  readonly stepStride: number;
  readonly bias: boolean;
  /** Whether the result is max(y, 0). */
  readonly relu: boolean;
}

/** Operands: a, b, and the bias if there is one. Counts: rows (m), depth (k). */
export const flatKernel: Kernel<FlatSettings> = {
  name: "flat",
  scratch: ({ n }) => rowSumsScratch(n),
  simd(f, { operands: [a, b, biases], results: [y], scratch, counts: [rows, depth] }, settings) {
    emitRowSums(f, { ...settings, terms: 1, first: 0 }, { a, b, y, rows, depth, scratch, biases });
  },
  plain({ operands: [a, b, biases], results: [y], counts: [m, k], round }, { n, rowStride, stepStride, bias, relu }) {
    const left = { data: a, rowStride, stepStride };
    const right = { data: b, stepStride: n, termStride: 0, columnStride: 1, terms: 1, first: 0 };
    sumRows(left, right, y, [m, k, n], round, (sum, column) => {
      const value = bias ? round(sum + biases[column]) : sum;
      return relu ? Math.max(value, 0) : value;
    });
  },
};
