/** Safetensors in files: errors name the path, and whatever goes wrong, the old file remains. */
import { fork } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FileError } from "@polygrad/data";
import { tensor } from "@polygrad/tensor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FormatError } from "../../src/errors.ts";
import { readSafetensors, writeSafetensors } from "../../src/node/files.ts";
import { encodeSafetensors } from "../../src/safetensors/encode.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "polygrad-formats-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const x = tensor([1, 2]);

test("what is written is read", async () => {
  const path = join(directory, "x.safetensors");
  await writeSafetensors(path, { x }, { metadata: { a: "b" }, dtype: "F16" });
  const { tensors, metadata, dtypes } = await readSafetensors(path);
  expect([tensors.x.toArray(), metadata.a, dtypes.x]).toEqual([[1, 2], "b", "F16"]);
  expect(new Uint8Array(await readFile(path))).toEqual(
    encodeSafetensors({ x }, { metadata: { a: "b" }, dtype: "F16" }),
  );
  expect(await readdir(directory)).toEqual(["x.safetensors"]);
});

describe("errors name the path:", () => {
  test("a file that does not exist, and one that is not safetensors", async () => {
    const missing = join(directory, "missing");
    await expect(readSafetensors(missing)).rejects.toThrow(
      new FileError(
        `readSafetensors: cannot read ${missing}: ENOENT: no such file or directory, open '${missing}'; check the path`,
      ),
    );
    const other = join(directory, "other");
    await writeFile(other, "text");
    await expect(readSafetensors(other)).rejects.toThrow(
      new FormatError(
        `parseSafetensors: ${other}: the file is truncated: it has 4 bytes, too few for the length of the header`,
      ),
    );
    await expect(readSafetensors(other, { file: "the model" })).rejects.toThrow("parseSafetensors: the model: ");
  });

  test("a directory that does not exist, a file in the place of a directory, a directory in the place of the file", async () => {
    const file = join(directory, "file");
    const taken = join(directory, "taken");
    await writeFile(file, "");
    await mkdir(join(taken, "full"), { recursive: true });
    const before = await readdir(directory);
    for (const [path, code] of [
      [join(directory, "nowhere", "x"), "ENOENT"],
      [join(file, "x"), "ENOTDIR"],
      [taken, "EISDIR"],
    ]) {
      const error: unknown = await writeSafetensors(path, { x }).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(FileError);
      expect(String(error)).toContain(`cannot write ${path}: ${code}`);
      expect(error).toMatchObject({ cause: { code } });
    }
    expect(await readdir(directory)).toEqual(before);
  });
});

test("a tensor that cannot be written leaves the old file as it is", async () => {
  const path = join(directory, "old.safetensors");
  await writeSafetensors(path, { x });
  await expect(writeSafetensors(path, { x: tensor([0.5]) }, { dtype: "U8" })).rejects.toThrow(FormatError);
  expect((await readSafetensors(path)).tensors.x.toArray()).toEqual([1, 2]);
});

const writer = fileURLToPath(new URL("./writer.ts", import.meta.url));
const start = (task: string, path: string) => fork(writer, [task, path], { execArgv: ["--import", "tsx"] });

test("a disk that is full in the middle leaves the old file, and nothing else", async () => {
  const own = join(directory, "limited");
  await mkdir(own);
  const path = join(own, "x.safetensors");
  await writeSafetensors(path, { x });
  const message = await new Promise((resolve) => start("limited", path).on("message", resolve));
  expect(message).toBe(
    `FileError: writeAtomically: cannot write ${path}: EFBIG: file too large, write; free some space or choose another directory`,
  );
  expect(await readdir(own)).toEqual(["x.safetensors"]);
  expect((await readSafetensors(path)).tensors.x.toArray()).toEqual([1, 2]);
});

test("a process that is killed at any moment leaves a complete file", async () => {
  const own = join(directory, "killed");
  await mkdir(own);
  const path = join(own, "x.safetensors");
  for (const delay of [0, 5, 17]) {
    const child = start("forever", path);
    const written = await new Promise<number>((resolve) => child.once("message", (i) => resolve(Number(i))));
    expect(written).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, delay));
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await exited;
    const { x, y } = (await readSafetensors(path)).tensors;
    const [i] = x.data;
    expect(i).toBeGreaterThanOrEqual(1);
    expect([x.data.every((value) => value === i), y.data.every((value) => value === -i)]).toEqual([true, true]);
  }
});
