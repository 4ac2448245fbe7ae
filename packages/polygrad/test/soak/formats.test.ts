/**
 * Mutated files of other programs' formats: each reader gets 200,000 of them, half drawn by kinds of damage, half found by a
 * coverage-guided fuzzer. Each is read or refused with a FormatError, within a second and within the memory that attempt.ts
 * allows: so many bytes for each byte of the file, and 4 KiB.
 */
import { parseNpy, parseNpz, parseSafetensors, readTorch } from "@polygrad/formats";
import type { Tensor } from "@polygrad/tensor";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { Attempts } from "../../../formats/test/attempt.ts";
import { Coverage } from "../../../formats/test/fuzz/coverage.ts";
import { guided } from "../../../formats/test/fuzz/guided.ts";
import { damagedNpyFiles, damagedNpzFiles, npyFiles, npzFiles } from "../../../formats/test/numpy/files.ts";
import { damagedSafetensorsFiles, safetensorsFiles } from "../../../formats/test/safetensors/files.ts";
import { damagedTorchFiles, torchFiles } from "../../../formats/test/torch/files.ts";
import { draws, SEED, share, summarise } from "./amount.ts";

/** Started before the readers run for the first time: see guided.ts. */
const coverage = new Coverage("formats/src");
afterAll(() => coverage.stop());

/** A reader, files for it, and the most bytes of arrays for each byte of a file. */
interface Reader {
  readonly name: string;
  readonly read: (file: Uint8Array) => Readonly<Record<string, Tensor>>;
  readonly valid: fc.Arbitrary<Uint8Array>;
  readonly damaged: fc.Arbitrary<Uint8Array>;
  readonly perByte: number;
}

const readers: readonly Reader[] = [
  {
    name: "safetensors",
    read: (file) => parseSafetensors(file, { roundIntegers: true, allowUnaligned: true }).tensors,
    valid: safetensorsFiles,
    damaged: damagedSafetensorsFiles,
    perByte: 8,
  },
  {
    name: "PyTorch",
    read: (file) => readTorch(file, { roundIntegers: true, maxInflated: 65_536 }).tensors,
    valid: torchFiles,
    damaged: damagedTorchFiles,
    perByte: 16,
  },
  {
    name: ".npy",
    read: (file) => ({ array: parseNpy(file, { roundIntegers: true }).tensor }),
    valid: npyFiles,
    damaged: damagedNpyFiles,
    perByte: 16,
  },
  {
    name: ".npz",
    read: (file) => parseNpz(file, { roundIntegers: true, maxInflated: 65_536 }).tensors,
    valid: npzFiles,
    damaged: damagedNpzFiles,
    perByte: 16,
  },
];

/** Half of the files of a reader. */
const HALF = 100_000;
const MOST_SECONDS = 1;

test.each(readers)("$name", ({ name, read, valid, damaged, perByte }) => {
  const attempts = new Attempts();
  let slowest = 0;
  const attempt = (file: Uint8Array) => {
    const start = performance.now();
    attempts.attempt(file, read, perByte);
    const seconds = (performance.now() - start) / 1000;
    slowest = Math.max(slowest, seconds);
    expect(seconds).toBeLessThan(MOST_SECONDS);
  };
  const seeds = fc.sample(valid, { numRuns: 30, seed: SEED });
  const { inputs, blocks, kept } = guided(seeds, attempt, { inputs: share(HALF), seed: SEED, coverage });
  fc.assert(fc.property(damaged, attempt), draws(HALF));
  const { refused, read: accepted } = attempts;
  summarise(`files of ${name}`, {
    inputs: inputs + share(HALF),
    refused,
    read: accepted,
    "blocks reached": blocks,
    kept,
    "slowest in ms": (1000 * slowest).toFixed(1),
  });
  expect(refused).toBeGreaterThan(accepted);
  expect(accepted).toBeGreaterThan(0);
  expect(kept).toBeGreaterThan(0);
});
