/** The product of two matrices: chooses between the two forms of the kernel, which give the same bits. */
import { clone, contiguous } from "../copy.ts";
import { blankLike } from "../elements.ts";
import { launch } from "../kernels/launch.ts";
import { flatKernel } from "../kernels/matmul/flat.ts";
import { packedKernel, paddedShape } from "../kernels/matmul/packed.ts";
import type { Target } from "../kernels/operands.ts";
import { Tensor } from "../tensor.ts";
import { transpose } from "./axes.ts";

/** The size up to which a matrix counts as skinny. */
const SKINNY = 48;

/**
 * [m, k] x [k, n] -> [m, n]. A skinny product takes the flat form, for which b, the smaller operand if it is the one
 * with few columns, is copied unless its rows are contiguous. All other products take the packed form.
 *
 * The flat form writes into `target`, if it is a tensor, and returns it; the other ignores it.
 */
export function multiply(a: Tensor, b: Tensor, target?: Target): Tensor {
  const [[m, k], n] = [a.shape, b.shape[1]];
  if (m * k * n === 0) return blankLike(a, [m, n]);
  if (n <= SKINNY || (m <= SKINNY && b.isContiguous)) return multiplyFlat(a, b, { target });
  if (m <= SKINNY) return transpose(multiplyFlat(transpose(b), transpose(a)));
  return multiplyPacked(a, b);
}

/** What follows a product in the flat form, and where it goes. */
interface Finish {
  /** [n], added to every row. */
  readonly bias?: Tensor;
  /** Whether negative results become 0. */
  readonly relu?: boolean;
  readonly target?: Target | undefined;
}

/** The flat form: a with any strides, b [k, n] contiguous, or copied. */
export function multiplyFlat(
  a: Tensor,
  b: Tensor,
  { bias, relu = false, target = [a.shape[0], b.shape[1]] }: Finish = {},
): Tensor {
  const [[m, k], n] = [a.shape, b.shape[1]];
  const x = forwards(a);
  const [rowStride, stepStride] = x.strides;
  const operands = [x, ...[b, ...(bias ? [bias] : [])].map(contiguous)];
  return launch(flatKernel, { n, rowStride, stepStride, bias: bias !== undefined, relu }, operands, target, [m, k]);
}

/** The packed form, for operands of whatever strides: their blocks are copied. */
function multiplyPacked(a: Tensor, b: Tensor): Tensor {
  const [[m, k], n] = [a.shape, b.shape[1]];
  const [x, y] = [forwards(a), forwards(b)];
  const counts = [m, k, n, ...x.strides, ...y.strides];
  const padded = launch(packedKernel, { sideBySide: y.strides[1] === 1 }, [x, y], paddedShape(m, n), counts);
  return contiguous(new Tensor(padded.storage, [m, n], padded.strides, padded.offset));
}

/** `x` itself, or a copy if any of its strides is negative. */
function forwards(x: Tensor): Tensor {
  return x.strides.every((stride) => stride >= 0) ? x : clone(x);
}
