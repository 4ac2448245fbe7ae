/**
 * Matrix product, dot form: y[m, n] = sum_k a[m, k] b[n, k] (+ bias[n], then relu), both operands contiguous along k.
 *
 * The form for skinny products such as [2048, 784] x [20, 784]: nothing is packed, and vectors lie along k.
 * Order of operations: lane l of an accumulator sums k = l, l + 4, l + 8, ...; then (l0 + l1) + (l2 + l3); then the bias.
 */
import type { Kernel } from "../kernel.ts";
import { emitRowSums, rowSumsScratch } from "../row-sums.ts";

/** What the kernel is compiled for. */
export interface DotSettings {
  readonly k: number;
  readonly n: number;
  readonly bias: boolean;
  /** Whether the results are max(y, 0). */
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
