/** NumPy's files on a disk: errors name the path. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError } from "@polygrad/data";
import { tensor } from "@polygrad/tensor";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FormatError } from "../../src/errors.ts";
import { readNpy, readNpz, writeNpy, writeNpz } from "../../src/node/numpy.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "polygrad-numpy-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const x = tensor([[1, 2]]);

test("what is written is read", async () => {
  const [npy, npz] = [join(directory, "x.npy"), join(directory, "x.npz")];
  await writeNpy(npy, x, { dtype: "int8" });
  await writeNpz(npz, { x }, { compress: true });
  const { tensor, dtype } = await readNpy(npy);
  expect([tensor.toArray(), dtype, (await readNpz(npz)).tensors.x.toArray()]).toEqual([[[1, 2]], "int8", [[1, 2]]]);
});

test("errors name the path", async () => {
  const other = join(directory, "other");
  await writeFile(other, "text");
  await expect(readNpy(other)).rejects.toThrow(
    `parseNpy: ${other}: it does not begin like an .npy file, with \\x93NUMPY`,
  );
  await expect(readNpz(other)).rejects.toThrow(FormatError);
  await expect(readNpz(other)).rejects.toThrow(`parseNpz: ${other}: there is no end record of a zip file`);
  await expect(readNpy(join(directory, "missing"))).rejects.toThrow(FileError);
  await expect(writeNpz(join(directory, "missing", "x.npz"), { x })).rejects.toThrow(FileError);
});
