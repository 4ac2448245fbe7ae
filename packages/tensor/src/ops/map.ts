/** Applies an elementwise kernel to tensors that broadcast. */
import { contiguous } from "../copy.ts";
import type { ElementwiseKernel } from "../kernels/elementwise.ts";
import { launch } from "../kernels/launch.ts";
import { broadcastStrides, commonShape } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { collapse, type Walk } from "../walk.ts";

/** y[i] = f(a[i], b[i], c[i]), in the shape that the operands broadcast to. */
export function map(kernel: ElementwiseKernel, ...operands: readonly Tensor[]): Tensor {
  const shape = commonShape(
    kernel.name,
    operands.map((operand) => operand.shape),
  );
  const strides = operands.map((operand) => broadcastStrides(kernel.name, operand.shape, operand.strides, shape));
  const walk = collapse(shape, strides);
  if (!isRowsOfColumns(walk)) {
    // Rare layouts are first copied into row-major order, in which all axes merge.
    const stretched = operands.map(({ storage, offset }, k) => new Tensor(storage, shape, strides[k], offset));
    return map(kernel, ...stretched.map(contiguous));
  }
  const [rows, columns] = walk.shape.length === 2 ? walk.shape : [1, walk.shape[0] ?? 1];
  const rowSteps = walk.strides.map((own) => (own.length === 2 ? own[0] : 0));
  const [a, b, c] = walk.strides.map((own) => own.at(-1) ?? 0);
  const steps = { a, ...(b !== undefined && { b }), ...(c !== undefined && { c }) };
  return launch(kernel, steps, operands, shape, [rows, columns, ...rowSteps]);
}

/** Kernels walk through rows of columns with strides that are not negative; along a row, a stride is 1 or 0. */
function isRowsOfColumns({ shape, strides }: Walk): boolean {
  return shape.length <= 2 && strides.every((own) => own.every((stride) => stride >= 0) && (own.at(-1) ?? 0) <= 1);
}
