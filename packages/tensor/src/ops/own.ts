/** Functions that take tensors only: they are methods of tensors, but not of variables. */
export { assign, clone, contiguous, toFloat64 } from "../copy.ts";
export { format as toString } from "./format.ts";
