/** Damaged .npy and .npz files: see attempt.ts. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseNpy } from "../../src/numpy/npy.ts";
import { parseNpz } from "../../src/numpy/npz.ts";
import { Attempts } from "../attempt.ts";
import { damagedNpyFiles, damagedNpzFiles, npyFiles, npzFiles } from "./files.ts";

const readNpy = (file: Uint8Array) => ({ x: parseNpy(file, { roundIntegers: true }).tensor });
const readNpz = (file: Uint8Array) => parseNpz(file, { roundIntegers: true }).tensors;

/** A byte becomes a float32; before, it may be inflated and swapped. */
const PER_BYTE = 16;

test("valid files are read", () => {
  fc.assert(
    fc.property(npyFiles, (file) => void readNpy(file)),
    { numRuns: 500 },
  );
  const attempts = new Attempts();
  fc.assert(
    fc.property(npzFiles, (file) => attempts.attempt(file, readNpz, PER_BYTE)),
    { numRuns: 300 },
  );
  expect(attempts.read).toBeGreaterThan(50);
});

test.each([
  [".npy", damagedNpyFiles, readNpy],
  [".npz", damagedNpzFiles, readNpz],
])("any damage to %s is refused or harmless", (_, files, read) => {
  const attempts = new Attempts();
  fc.assert(
    fc.property(files, (file) => attempts.attempt(file, read, PER_BYTE)),
    { numRuns: 2000 },
  );
  expect(attempts.read).toBeGreaterThan(20);
  expect(attempts.refused).toBeGreaterThan(attempts.read);
});
