/** What a case of the table of kernels is, and what cases are made of. */
import { normal, pin, Random, type Tensor, type Variable } from "polygrad";

/** The first layer of the article's network, and its last. */
export const [BATCH, INPUTS, OUTPUTS, CLASSES, DEGREE] = [2048, 784, 20, 10, 3] as const;
export const TERMS: number = DEGREE + 1;
export const IMAGES = 10_000;
/** The bytes of a float32. */
export const FLOAT = 4;

export interface Case {
  readonly kernel: string;
  readonly shape: string;
  readonly run: () => void;
  /** What a run does: so many floating-point operations, or so many bytes read and written. */
  readonly work: { readonly flops: number } | { readonly bytes: number };
}

export const random: Random = new Random(0);

/** Normal numbers, pinned. */
export function drawn(...shape: readonly number[]): Tensor {
  return pin(normal(shape, random));
}

/** A weight [outputs, inputs] whose memory runs as [inputs, outputs], as layers keep it. */
export function linearWeight(outputs: number, inputs: number): Tensor {
  return drawn(inputs, outputs).transpose();
}

/** [outputs, inputs, degree + 1] whose memory runs as [inputs, degree + 1, outputs], as the layer keeps it. */
export function polynomialWeight(outputs: number, inputs: number): Tensor {
  return drawn(inputs, TERMS, outputs).permute([2, 0, 1]);
}

/** The backward pass from `y`, repeated; each run starts without gradients. */
export function backwardTo(leaves: readonly Variable[], y: Variable): () => void {
  const seed = drawn(...y.shape);
  return () => {
    for (const leaf of leaves) leaf.zeroGrad();
    y.backward(seed, { retainGraph: true });
  };
}

/** How fast work is done, as text. */
export function rate(work: Case["work"], seconds: number): string {
  return "flops" in work
    ? `${(work.flops / seconds / 1e9).toFixed(1)} GFLOP/s`
    : `${(work.bytes / seconds / 1e9).toFixed(1)} GB/s`;
}
