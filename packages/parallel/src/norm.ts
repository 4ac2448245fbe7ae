/**
 * The norm of all gradients, on several threads: each worker sums the squares of its own blocks, then every worker adds
 * up the sums of all blocks in order. So the norm has the same bits for any number of workers.
 */
import { scaling } from "@polygrad/nn/internal";
import { type Tensor, updateInPlace, ValueError } from "@polygrad/tensor";
import { LINE } from "@polygrad/tensor/internal";
import { sharedBuffer } from "./control.ts";

/** The number of elements in a block. Workers update whole cache lines, so no block is summed by two of them. */
const BLOCK = LINE;

/** The number of blocks of a group of `size` elements. */
function blocksOf(size: number): number {
  return Math.ceil(size / BLOCK);
}

/** Clips gradients by their total norm, as `clipGradNorm` does, on threads that share the sums of the blocks. */
export class NormClipping {
  /** `[blocks]`, the sum of the squares of each block, in doubles. */
  readonly #sums: Float64Array;
  readonly #maximum: number;
  /** For each group, the number of its first block. */
  readonly #first: readonly number[];

  /**
   * @param maximum the largest norm
   * @param sizes the number of elements of each group
   * @param buffer the memory of the sums, from `NormClipping.buffer`
   */
  constructor(maximum: number, sizes: readonly number[], buffer: ArrayBufferLike) {
    this.#maximum = maximum;
    this.#sums = new Float64Array(buffer);
    this.#first = sizes.map((_, k) => sizes.slice(0, k).reduce((sum, size) => sum + blocksOf(size), 0));
  }

  /** Memory for the sums of the blocks of groups of these sizes. */
  static buffer(sizes: readonly number[]): ArrayBufferLike {
    return sharedBuffer(8 * sizes.reduce((sum, size) => sum + blocksOf(size), 0));
  }

  /**
   * Sums the squares of some blocks of a group.
   *
   * @param gradient `[n]`, contiguous, the gradient of the elements from `start` on
   * @param start a multiple of LINE
   */
  measure(group: number, { data, offset, size }: Tensor, start: number): void {
    const first = this.#first[group] + start / BLOCK;
    for (let block = 0; block < blocksOf(size); block++) {
      const end = offset + Math.min(size, (block + 1) * BLOCK);
      let sum = 0;
      for (let i = offset + block * BLOCK; i < end; i++) sum += data[i] * data[i];
      this.#sums[first + block] = sum;
    }
  }

  /**
   * The factor by which all gradients are to be scaled: 1 if their norm is at most the maximum. Call it when all workers
   * have measured their blocks.
   * @throws ValueError if the norm is not finite
   */
  factor(): number {
    const norm = Math.sqrt(this.#sums.reduce((sum, part) => sum + part, 0));
    if (!Number.isFinite(norm))
      throw new ValueError(`DataParallel: the norm of the gradients is ${norm}; lower the learning rate`);
    // The divisor is PyTorch's.
    return Math.min(1, this.#maximum / (norm + 1e-6));
  }

  /** Scales a gradient in place. */
  static scale(gradient: Tensor, factor: number): void {
    if (factor < 1) updateInPlace(scaling, gradient, gradient, [], [factor]);
  }
}
