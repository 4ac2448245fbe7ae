/** @polygrad/tensor/internal: what the other packages of Polygrad need in addition. It may change in any version. */

export {
  type Check,
  type Checks,
  callable,
  checkNamed,
  checkOptions,
  described,
  either,
  flag,
  instance,
  integerFrom,
  integers,
  number,
  numberFrom,
  numbers,
  oneOf,
  someIntegers,
  text,
} from "./arguments.ts";
export { LINE } from "./floats.ts";
export { BLOCK } from "./kernels/sums.ts";
export { numbers as doubles } from "./math/arithmetic.ts";
export { basisAtZero, basisValues, recurrences } from "./math/basis.ts";
export * as errorFunction from "./math/erf.ts";
export { exp, expm1 } from "./math/exp.ts";
export { gelu } from "./math/gelu.ts";
export { log } from "./math/log.ts";
export { sigmoid, silu, softplus } from "./math/sigmoid.ts";
export { tanh } from "./math/tanh.ts";
export { type LentMemory, useLentMemory } from "./memory/heap.ts";
export { type Lease, partOf } from "./memory/storage.ts";
export {
  copyMemory,
  handleOf,
  lendMemory,
  reclaimMemory,
  type TensorHandle,
  tensorAt,
  useCopiedMemory,
} from "./memory/threads.ts";
export { Workspace } from "./memory/workspace.ts";
export { installOperations, type OperationMethods } from "./methods.ts";
export { isTraced, lifted, OPERATE, type Operation, type Traced, tensorOf } from "./operand.ts";
export type { Destination, Destinations, Gradients } from "./operation.ts";
export { computed } from "./operation.ts";
export { dropoutMask } from "./ops/dropout-mask.ts";
export {
  crossEntropyBackward,
  elementwisePolynomialBackward,
  layerNormBackward,
  linearBackward,
  polynomialBackward,
} from "./ops/gradients.ts";
export { checkIndices, checkLabels, indexList } from "./ops/indices.ts";
export { splineBackward } from "./ops/spline-gradients.ts";
export { accumulate } from "./ops/update.ts";
export { pinnedLike } from "./pin.ts";
export {
  checkShape,
  inverse,
  otherAxes,
  reducedShape,
  resolveAxes,
  resolveAxis,
  sameShape,
  show,
  sizeOf,
} from "./shape.ts";
export { type Arena, type Arenas, newArenas } from "./tape/arena.ts";
export { replayed, taping, unnoted } from "./tape/current.ts";
export type { Tape } from "./tape/tape.ts";
export { Taping } from "./tape/taping.ts";
export { checkedTensor } from "./tensor.ts";
