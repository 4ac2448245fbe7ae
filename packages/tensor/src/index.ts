/** @polygrad/tensor: strided float32 arrays, their kernels, and a seeded random generator. In reading order. */
export { MemoryError, ShapeError, ValueError } from "./errors.ts";
export type { Floats } from "./floats.ts";
export { type Axes, broadcastShapes, type Shape } from "./shape.ts";
export { type KernelKind, kernels, simdAvailable, useKernels } from "./simd.ts";
export { Tensor } from "./tensor.ts";
export { Random } from "./random.ts";
export {
  arange,
  bernoulli,
  eye,
  full,
  fullLike,
  linspace,
  type NestedArray,
  normal,
  ones,
  onesLike,
  permutation,
  pin,
  pinned,
  tensor,
  uniform,
  zeros,
  zerosLike,
} from "./create.ts";
export type { Tolerance } from "./compare.ts";
export type { Operand } from "./operand.ts";
export type { Binary, Unary } from "./ops/elementwise.ts";
export type { ReduceOptions, VarianceOptions } from "./ops/reduce.ts";
export { concat, type Indices, oneHot, stack } from "./ops/join.ts";
export * from "./ops/index.ts";
export { ByteRows, gatherRows } from "./rows.ts";
export { Workspace } from "./workspace.ts";
export { handleOf, lendMemory, reclaimMemory, type TensorHandle, tensorAt } from "./threads.ts";
export { type LentMemory, useLentMemory } from "./memory.ts";
export { type Singles, type Update, updateInPlace } from "./update.ts";
import "./fluent.ts";
