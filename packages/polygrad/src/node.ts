/** polygrad/node: the datasets that are found on disk or downloaded. */
export * from "@polygrad/data/node";
