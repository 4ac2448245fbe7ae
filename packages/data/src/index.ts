/** The exports of `@polygrad/data`, in reading order. `@polygrad/data/node` adds what needs a file system. */
export { ChecksumError, DatasetError, DownloadError, IdxError } from "./errors.ts";
export { gunzip } from "./gzip.ts";
export { encodeIdx, type IdxArray, type IdxData, parseIdx } from "./idx.ts";
export { checkLabels, type Dataset, type Labels } from "./dataset.ts";
export { ImageDataset, TensorDataset } from "./in-memory.ts";
export { randomSplit, Subset, subset } from "./subset.ts";
export { Batch } from "./batch.ts";
export { DataLoader, type DataLoaderOptions } from "./loader.ts";
export { FASHION_MNIST, IMAGE_FILES, type ImageCollection, type ImageFile, imageDataset, MNIST } from "./mnist.ts";
