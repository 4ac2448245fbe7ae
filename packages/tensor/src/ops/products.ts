/** The product of two matrices: chooses between the three forms of the kernel. */
import { clone, contiguous } from "../copy.ts";
import { blankLike } from "../elements.ts";
import { launch, type Target } from "../kernels/launch.ts";
import { dotKernel } from "../kernels/matmul/dot.ts";
import { outerKernel } from "../kernels/matmul/outer.ts";
import { packedKernel, paddedShape } from "../kernels/matmul/packed.ts";
import { Tensor } from "../tensor.ts";
import { transpose } from "./axes.ts";

/** The size up to which a matrix counts as skinny. */
const SKINNY = 48;

/**
 * [m, k] x [k, n] -> [m, n]. A skinny product takes the form whose vectors lie along the contiguous axis of the larger
 * operand: the dot form along k, the outer form along n or, transposed, along m. All other products take the packed
 * form. So the form, and with it the order of the sums, depends only on shapes and strides.
 *
 * The outer form writes into the tensor `into` of shape [m, n], if there is one, and returns it; the others ignore it.
 */
export function multiply(a: Tensor, b: Tensor, into?: Tensor): Tensor {
  const [[m, k], n] = [a.shape, b.shape[1]];
  if (m * k * n === 0) return blankLike(a, [m, n]);
  if (n <= SKINNY && a.strides[1] === 1) return multiplyDot(a, transpose(b));
  if (m <= SKINNY && b.strides[0] === 1) return transpose(multiplyDot(transpose(b), a));
  if (m <= SKINNY && b.strides[1] === 1) return multiplyOuter(a, contiguous(b), into ?? [m, n]);
  if (n <= SKINNY && a.strides[0] === 1) {
    const [left, right] = [transpose(b), contiguous(transpose(a))];
    return transpose(multiplyOuter(left, right, [n, m]));
  }
  return multiplyPacked(a, b);
}

/**
 * [m, k] times the transpose of [n, k] -> [m, n]: sums along the contiguous axis of both. Then the bias, [n], if there
 * is one, is added to every row, and with `relu` negative results become 0.
 */
export function multiplyDot(a: Tensor, b: Tensor, bias?: Tensor, relu = false): Tensor {
  const [[m, k], n] = [a.shape, b.shape[0]];
  const operands = [a, b, ...(bias ? [bias] : [])].map(contiguous);
  return launch(dotKernel, { k, n, bias: bias !== undefined, relu }, operands, [m, n], [m]);
}

/** The outer form: a with any strides, b contiguous. */
function multiplyOuter(a: Tensor, b: Tensor, target: Target): Tensor {
  const [[m, k], n] = [a.shape, b.shape[1]];
  const x = forwards(a);
  const [rowStride, stepStride] = x.strides;
  return launch(outerKernel, { n, rowStride, stepStride }, [x, b], target, [m, k]);
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
