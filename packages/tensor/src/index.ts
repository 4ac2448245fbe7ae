/** @polygrad/tensor: strided float32 arrays, their kernels, and a seeded random generator. In reading order. */
export { ArgumentError, MemoryError, ShapeError, ValueError } from "./errors.ts";
export type { Floats } from "./floats.ts";
export { type Axes, broadcastShapes, type Shape } from "./shape.ts";
export { type KernelKind, kernels, simdAvailable, useKernels } from "./wasm/simd.ts";
export { Tensor } from "./tensor.ts";
export type { Arithmetic, BasicArithmetic } from "./math/arithmetic.ts";
export { Random } from "./random.ts";
export * from "./create.ts";
export type { Update } from "./kernels/update.ts";
export type { Binary, Joined, Numeric, Operand, Pieces, Primitive, Result, Ternary, Unary } from "./operation.ts";
export type { Indices } from "./ops/indices.ts";
export * from "./ops/index.ts";
export * from "./ops/own.ts";
import "./methods.ts";
export { concat, oneHot, stack } from "./ops/join.ts";
export { einsum } from "./ops/einsum.ts";
export { ByteRows, gatherRows } from "./ops/rows.ts";
export { updateInPlace } from "./ops/update.ts";
