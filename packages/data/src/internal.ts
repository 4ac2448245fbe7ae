/** @polygrad/data/internal: what the other packages of Polygrad need besides. It may change with any version. */
export { BatchMemory } from "./batch.ts";
export { type DatasetHandle, datasetAt, datasetHandle, pinDataset } from "./threads.ts";
