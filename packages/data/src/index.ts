/** `@polygrad/data`: the table of contents, in reading order. `@polygrad/data/node` adds what needs a file system. */
export { ChecksumError, DatasetError, DownloadError, IdxError } from "./errors.ts";
export { gunzip } from "./gzip.ts";
export { encodeIdx, type IdxArray, type IdxData, parseIdx } from "./idx.ts";
export {
  checkLabels,
  type Dataset,
  ImageDataset,
  type Labels,
  randomSplit,
  Subset,
  subset,
  TensorDataset,
} from "./dataset.ts";
export { Batch, BatchMemory, DataLoader, type DataLoaderOptions } from "./loader.ts";
export { type DatasetHandle, datasetAt, datasetHandle, pinDataset } from "./threads.ts";
export { FASHION_MNIST, IMAGE_FILES, type ImageCollection, type ImageFile, imageDataset, MNIST } from "./mnist.ts";
