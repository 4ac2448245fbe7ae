/** polygrad: tensors, autograd, neural networks and data in one import. Read the packages in this order. */
export * from "@polygrad/tensor";
export * from "@polygrad/autograd";
export * from "@polygrad/nn";
export { crossEntropy } from "@polygrad/nn";
export * from "@polygrad/data";
