export * from "@polygrad/tensor";
