/**
 * The order of sums: how every product adds up, and the one twin of all kernels that compute products.
 *
 * y[m, n] = sum_k a (b1 + a (b2 + ...)) with a = a[m, k] and bd = b[k, d, n]; a matrix product has the one term b1.
 * Order of operations: within a block of 256 steps of k, one term after the other, from +0; then the sums of the blocks,
 * one after the other; then the bias; then relu. Adding x w for an x of 0 leaves such a sum as it is, because it is
 * never -0: so kernels that skip zeros give the same bits.
 */
import type { Floats, Round } from "../floats.ts";

/** The number of terms in a block of a sum. It determines the order of operations. */
export const BLOCK = 256;

/** A matrix in an array: element [m, k] is at m * rowStride + k * stepStride. */
export interface MatrixView {
  readonly data: ArrayLike<number>;
  readonly rowStride: number;
  readonly stepStride: number;
}

/** The columns of the other factor: element [k, d, n] is at k * stepStride + d * termStride + n * columnStride. */
export interface TermsView {
  readonly data: ArrayLike<number>;
  readonly stepStride: number;
  readonly termStride: number;
  readonly columnStride: number;
  readonly terms: number;
  readonly first: number;
}

/** The twin; `finish` does the last steps. */
export function sumRows(
  a: MatrixView,
  b: TermsView,
  y: Floats,
  [m, k, n, yStride = n]: readonly [number, number, number, number?],
  round: Round,
  finish: (sum: number, column: number) => number = (sum) => sum,
): void {
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      let total = 0;
      for (let block = 0; block < k; block += BLOCK) {
        let sum = 0;
        for (let step = block; step < Math.min(block + BLOCK, k); step++) {
          const x = a.data[i * a.rowStride + step * a.stepStride];
          let at = step * b.stepStride + (b.terms - 1) * b.termStride + j * b.columnStride;
          let value = b.data[at];
          for (let d = b.terms - 2; d >= b.first; d--) {
            at -= b.termStride;
            value = round(b.data[at] + round(x * value));
          }
          sum = round(sum + round(x * value));
        }
        total = block === 0 ? sum : round(total + sum);
      }
      y[i * yStride + j] = finish(total, j);
    }
}
