/** The exports of `@polygrad/data/node`: everything that reads, writes or downloads files. */

export { readCsv } from "./node/csv.ts";
export { type DownloadOptions, download } from "./node/download.ts";
export { writeAtomically } from "./node/file.ts";
export { type FashionOptions, fashionMnist, type ImageOptions, type ImageSets, mnist } from "./node/mnist.ts";
export { type Progress, showProgress } from "./node/progress.ts";
