/** The operations of tensors, in reading order. Every function that these files export is also a method. */
export * from "./view.ts";
export * from "./axes.ts";
export * from "./elementwise.ts";
export * from "./functions.ts";
export * from "./reduce.ts";
export * from "./others.ts";
export * from "./statistics.ts";
export * from "./softmax.ts";
export * from "./rearrange.ts";
export * from "./order.ts";
export * from "./matmul.ts";
export * from "./linear.ts";
export { polynomials } from "./basis.ts";
export * from "./polynomial.ts";
export * from "./spline.ts";
export * from "./layer-norm.ts";
export * from "./cross-entropy.ts";
export * from "./reading.ts";
