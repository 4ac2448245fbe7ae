/** The exports of `@polygrad/data`, in reading order. `@polygrad/data/node` adds what needs a file system. */
export { ChecksumError, DatasetError, DownloadError, FileError, IdxError } from "./errors.ts";
export { gunzip } from "./gzip.ts";
export { encodeIdx, type IdxArray, type IdxData, parseIdx } from "./idx.ts";
export { checkLabels, type Labels, type Targets } from "./targets.ts";
export type { Dataset } from "./dataset.ts";
export { ImageDataset, TensorDataset } from "./in-memory.ts";
export { Subset, subset } from "./subset.ts";
export { type Fold, kFold, randomSplit } from "./split.ts";
export { Batch } from "./batch.ts";
export { DataLoader, type DataLoaderOptions } from "./loader.ts";
export { FASHION_MNIST, IMAGE_FILES, type ImageCollection, type ImageFile, imageDataset, MNIST } from "./mnist.ts";
export { type StandardisedPart, Standardiser, type StandardiserState, standardise } from "./standardise.ts";
export type { TextSource } from "./table/pieces.ts";
export type { CategoryColumn, Column, Columns, NumberColumn } from "./table/column.ts";
export type { ColumnOptions } from "./table/builder.ts";
export type { FeatureOptions } from "./table/features.ts";
export {
  type Classification,
  type ClassificationOptions,
  type Regression,
  type RegressionOptions,
  Table,
} from "./table/table.ts";
export { type CsvOptions, csv } from "./table/csv.ts";
