/** Functions of tensors alone, which are methods of theirs and not of what stands for a tensor. */
export * from "../copy.ts";
export { format as toString } from "./format.ts";
