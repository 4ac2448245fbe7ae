/** Wrong arguments at every function of polygrad/node: no value leads to an error that is not ours. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as node from "polygrad/node";
import { download, fashionMnist, mnist, readCsv, showProgress, writeAtomically } from "polygrad/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isOurs } from "./calls.ts";
import { hostile } from "./hostile.ts";

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "polygrad-arguments-"));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

const NOWHERE = "/nowhere/at/all";
/** Nothing listens there. */
const DEAD = "http://127.0.0.1:9/";

type Call = (value: never) => unknown;

/** A call for each option, with the other options right. */
function ofOptions(names: readonly string[], call: (options: never) => unknown, right: object): Record<string, Call> {
  return Object.fromEntries(
    names.map((name) => [`option ${name}`, (value) => Reflect.apply(call, undefined, [{ ...right, [name]: value }])]),
  );
}

const images = ["directory", "cache", "download", "onProgress", "mirror", "signal", "unknown"];
/** Without a directory, the images would be looked for on this machine. */
const found = { directory: NOWHERE };

/** For every function, calls with one argument or option still open. */
const calls: Readonly<Record<string, Readonly<Record<string, Call>>>> = {
  mnist: ofOptions(images, mnist, found),
  fashionMnist: ofOptions([...images, "system"], fashionMnist, found),
  download: {
    url: (url) => download(url, join(directory, "file")),
    destination: (destination) => download(DEAD, destination),
    ...ofOptions(
      ["md5", "onProgress", "signal", "maxBytes", "unknown"],
      (options) => download(DEAD, join(directory, "file"), options),
      {},
    ),
  },
  readCsv: {
    path: readCsv,
    ...ofOptions(
      ["header", "delimiter", "categories", "numbers", "ignore", "missing", "like", "unknown"],
      (options) => readCsv(NOWHERE, options),
      {},
    ),
  },
  writeAtomically: {
    path: (path) => typeof path !== "string" && writeAtomically(path, new Uint8Array(1)),
    bytes: (bytes) => writeAtomically(join(directory, "written"), bytes),
  },
  showProgress: {
    progress: showProgress,
    ...ofOptions(["url", "received", "total", "done"], showProgress, { url: "u", received: 1, total: 2, done: false }),
  },
};

test("no function is left out", () => {
  const functions = Object.entries(node).filter(([, value]) => typeof value === "function");
  expect(functions.map(([name]) => name).toSorted()).toEqual(Object.keys(calls).toSorted());
});

test.each(
  Object.entries(calls).flatMap(([name, open]) =>
    Object.entries(open).map(([what, call]) => [name, what, call] as const),
  ),
)("%s: %s", async (_, __, call) => {
  const failures: string[] = [];
  for (const [name, make] of Object.entries(hostile))
    try {
      await Reflect.apply(call, undefined, [make()]);
    } catch (error) {
      // An aborted signal rejects with its own reason; here none is aborted.
      if (!isOurs(error)) failures.push(`${name}: ${error}`);
    }
  expect(failures).toEqual([]);
});

test("unknown and misspelt options are named", async () => {
  await expect(Reflect.apply(mnist, undefined, [{ dir: NOWHERE }])).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: mnist: there is no option "dir"; the options are directory, cache, download, onProgress, mirror, signal]`,
  );
  await expect(
    Reflect.apply(download, undefined, [DEAD, join(directory, "x"), { maxbytes: 3 }]),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: download: there is no option "maxbytes"; the options are md5, onProgress, signal, maxBytes]`,
  );
  await expect(Reflect.apply(fashionMnist, undefined, [7])).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: fashionMnist: options must be a plain object with any of directory, cache, download, onProgress, mirror, signal, system, got 7]`,
  );
});

test("nothing was written but the file that was given whole", async () => {
  expect((await readdir(directory)).filter((name) => name !== "written")).toEqual([]);
});
