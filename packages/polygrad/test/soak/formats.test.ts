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
import { damagedOnnxFiles, files as onnxFiles } from "../../../formats/test/onnx/arbitraries.ts";
import * as onnx from "../../../formats/test/onnx/attempt.ts";
import { damagedSafetensorsFiles, safetensorsFiles } from "../../../formats/test/safetensors/files.ts";
import { damagedTorchFiles, torchFiles } from "../../../formats/test/torch/files.ts";
import { draws, SEED, share, summarise } from "./amount.ts";

/** Started before the readers run for the first time: see guided.ts. */
const coverage = new Coverage("formats/src");
afterAll(() => coverage.stop());

/** What reads a file and checks the result, counts of what became of the files, and files for it. */
interface Reader {
  readonly name: string;
  readonly attempt: (file: Uint8Array) => void;
  readonly counts: { readonly read: number; readonly refused: number };
  readonly valid: fc.Arbitrary<Uint8Array>;
  readonly damaged: fc.Arbitrary<Uint8Array>;
}

/** @param perByte the most bytes of arrays for each byte of a file */
function reader(
  name: string,
  read: (file: Uint8Array) => Readonly<Record<string, Tensor>>,
  files: Pick<Reader, "valid" | "damaged">,
  perByte: number,
): Reader {
  const counts = new Attempts();
  return { name, attempt: (file) => counts.attempt(file, read, perByte), counts, ...files };
}

const options = { roundIntegers: true, maxInflated: 65_536 };
const readers: readonly Reader[] = [
  reader(
    "safetensors",
    (file) => parseSafetensors(file, { roundIntegers: true, allowUnaligned: true }).tensors,
    { valid: safetensorsFiles, damaged: damagedSafetensorsFiles },
    8,
  ),
  reader("PyTorch", (file) => readTorch(file, options).tensors, { valid: torchFiles, damaged: damagedTorchFiles }, 16),
  reader(
    ".npy",
    (file) => ({ array: parseNpy(file, { roundIntegers: true }).tensor }),
    { valid: npyFiles, damaged: damagedNpyFiles },
    16,
  ),
  reader(".npz", (file) => parseNpz(file, options).tensors, { valid: npzFiles, damaged: damagedNpzFiles }, 16),
  { name: "ONNX", attempt: onnx.attempt, counts: onnx.counts, valid: onnxFiles, damaged: damagedOnnxFiles },
];

/** Half of the files of a reader. */
const HALF = 100_000;
const MOST_SECONDS = 1;

test.each(readers)("$name", ({ name, attempt, counts, valid, damaged }) => {
  let slowest = 0;
  const timed = (file: Uint8Array) => {
    // The time of the processor: others may be using it, too.
    const start = process.cpuUsage();
    attempt(file);
    const { user, system } = process.cpuUsage(start);
    const seconds = (user + system) / 1e6;
    slowest = Math.max(slowest, seconds);
    expect(seconds).toBeLessThan(MOST_SECONDS);
  };
  const seeds = fc.sample(valid, { numRuns: 30, seed: SEED });
  const { inputs, blocks, kept } = guided(seeds, timed, { inputs: share(HALF), seed: SEED, coverage });
  fc.assert(fc.property(damaged, timed), draws(HALF));
  const { refused, read: accepted } = counts;
  summarise(`files of ${name}`, {
    inputs: inputs + share(HALF),
    refused,
    read: accepted,
    "blocks reached": blocks,
    kept,
    "slowest in ms": (1000 * slowest).toFixed(1),
  });
  expect(refused).toBeGreaterThan(0);
  expect(accepted).toBeGreaterThan(0);
  expect(kept).toBeGreaterThan(0);
});
