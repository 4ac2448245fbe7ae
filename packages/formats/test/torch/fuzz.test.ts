/** Damaged files of PyTorch: see attempt.ts. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { readTorch } from "../../src/torch/read.ts";
import { Attempts } from "../attempt.ts";
import { damagedTorchFiles, torchFiles } from "./files.ts";

const read = (file: Uint8Array) => readTorch(file, { roundIntegers: true }).tensors;

/** A byte becomes a float32, and a list of Python an array. */
const PER_BYTE = 16;

test("valid files are read, but for names that appear twice", () => {
  const attempts = new Attempts();
  fc.assert(
    fc.property(torchFiles, (file) => {
      attempts.attempt(file, read, PER_BYTE);
    }),
    { numRuns: 500 },
  );
  expect(attempts.refused).toBeLessThan(attempts.read / 5);
});

test("any damage is refused or harmless", () => {
  const attempts = new Attempts();
  fc.assert(
    fc.property(damagedTorchFiles, (file) => {
      attempts.attempt(file, read, PER_BYTE);
    }),
    { numRuns: 3000 },
  );
  expect(attempts.read).toBeGreaterThan(100);
  expect(attempts.refused).toBeGreaterThan(attempts.read);
});
