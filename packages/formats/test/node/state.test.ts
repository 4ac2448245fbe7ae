/** Saved states in files. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Random } from "@polygrad/tensor";
import { afterAll, beforeAll, expect, test } from "vitest";
import { restoreState, saveState } from "../../src/node/state.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "polygrad-state-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test("what is saved is restored", async () => {
  const path = join(directory, "run.safetensors");
  const random = new Random(5);
  await saveState(path, { random, best: Number.POSITIVE_INFINITY });
  const restored = await restoreState(path, { random: new Random(0), best: 0 });
  expect(restored.best).toBe(Number.POSITIVE_INFINITY);
  expect(restored.random.uint32()).toBe(random.uint32());
  expect(await readdir(directory)).toEqual(["run.safetensors"]);
});

test("errors name the path", async () => {
  const path = join(directory, "run.safetensors");
  await expect(restoreState(join(directory, "none"), { epoch: 0 })).rejects.toThrow(
    `restoreState: cannot read ${join(directory, "none")}: ENOENT`,
  );
  await expect(restoreState(path, { epoch: 0 })).rejects.toThrow(
    `loadState: ${path}: there is no part "epoch"; it has ["random","best"]`,
  );
});
