import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseSafetensors } from "@polygrad/formats";
import { checksumOf } from "@polygrad/parallel/internal";
import { expect, test } from "vitest";
import { execute, failureOf } from "../src/execute.ts";
import type { Job, Metrics } from "../src/job.ts";
import { makeJob } from "../src/key.ts";
import points from "./recipes/points.ts";

const recipe = new URL("./recipes/points.ts", import.meta.url).href;
const newDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), "polygrad-job-"));

function job(until: number, data: string = checksumOf(points.data()), weights = false): Job {
  const settings = { epochs: 3, batchSize: 100, seed: 1, workers: 1 };
  return makeJob({ code: "", data, options: { hidden: 4, seed: 1 }, settings }, until, weights);
}

test("a trial goes on where it was, and cannot go back", async () => {
  const [directory, others] = [await newDirectory(), await newDirectory()];
  const two = await execute(job(2), { recipe, directory });
  expect(await readdir(join(directory, "checkpoints"))).toHaveLength(1);
  // An earlier rung, after the trial has gone on: as if it were the first.
  const one = await execute(job(1), { recipe, directory });
  expect(one.summary.weightsSha256).toBe((await execute(job(1), { recipe, directory: others })).summary.weightsSha256);
  expect(one.metrics.map(({ epoch }) => epoch)).toEqual([1]);

  const seen: Metrics[][] = [];
  const onMetrics = (metrics: readonly Metrics[]) => seen.push([...metrics]);
  const three = await execute(job(3, undefined, true), { recipe, directory, onMetrics });
  // The first two epochs were trained before, and are given at once.
  expect(seen).toEqual([two.metrics, three.metrics.slice(2)]);
  const whole = await execute(job(3), { recipe, directory: await newDirectory() });
  expect(three.summary.weightsSha256).toBe(whole.summary.weightsSha256);
  const { tensors } = parseSafetensors(three.weights ?? new Uint8Array());
  expect(Object.values(tensors).reduce((sum, { size }) => sum + size, 0)).toBe(three.summary.parameters);
});

test("other data than that of the job is refused", async () => {
  await expect(execute(job(1, "0123"), { recipe, directory: await newDirectory() })).rejects.toThrow(
    /^the recipe's data has the checksum [0-9a-f]{16}, but the job is for data with 0123; give this machine the data/,
  );
});

test("what the system causes is temporary, what a recipe throws is not", () => {
  const full = Object.assign(new Error("ENOSPC"), { syscall: "write" });
  expect(failureOf(full)).toMatchObject({ name: "Error", message: "ENOSPC", temporary: true });
  expect(failureOf(new Error("checkpoint", { cause: full })).temporary).toBe(true);
  expect(failureOf(new RangeError("too large"))).toMatchObject({ name: "RangeError", temporary: false });
  expect(failureOf("text")).toEqual({ name: "string", message: "text", stack: undefined, temporary: false });
});
