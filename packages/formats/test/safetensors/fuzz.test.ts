/** Damaged safetensors files: see attempt.ts. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { elements } from "../../src/safetensors/elements.ts";
import { parseSafetensors } from "../../src/safetensors/parse.ts";
import { Attempts } from "../attempt.ts";
import { damagedSafetensorsFiles, headerOf, safetensorsFiles } from "./files.ts";
import { handmade } from "./handmade.ts";

const options = { roundIntegers: true, allowUnaligned: true };

/** A byte of data may become a float32; a header is copied once, and its text and names are counted by no one. */
const PER_BYTE = 8;

/** Reads a file: all tensors in it together are its data. */
function read(file: Uint8Array) {
  const { tensors, dtypes, metadata } = parseSafetensors(file, options);
  const sizes = Object.entries(tensors).map(([name, { size }]) => size * elements[dtypes[name]].bytes);
  const [, data] = headerOf(file);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(data.length);
  expect(Object.values(metadata).every((text) => typeof text === "string")).toBe(true);
  return tensors;
}

test("valid files are read", () => {
  const attempts = new Attempts();
  fc.assert(
    fc.property(safetensorsFiles, (file) => attempts.attempt(file, read, PER_BYTE)),
    { numRuns: 300 },
  );
  expect(attempts.refused).toBe(0);
});

test("any damage is refused or harmless", () => {
  const attempts = new Attempts();
  fc.assert(
    fc.property(damagedSafetensorsFiles, (file) => attempts.attempt(file, read, PER_BYTE)),
    { numRuns: 6000 },
  );
  expect(attempts.read).toBeGreaterThan(100);
  expect(attempts.refused).toBeGreaterThan(attempts.read);
});

test("any bytes are refused", () => {
  const attempts = new Attempts();
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc.json().map((json) => handmade(json)),
  );
  fc.assert(
    fc.property(bytes, (file) => attempts.attempt(file, read, PER_BYTE)),
    { numRuns: 1000 },
  );
  expect(attempts.refused).toBeGreaterThan(900);
});
