/** Damaged files: each is refused with a FormatError or read as a sane model, and takes little memory in either case. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { damagedOnnxFiles } from "./arbitraries.ts";
import { attempt, counts } from "./attempt.ts";

test("any damage is refused or harmless", () => {
  fc.assert(
    fc.property(damagedOnnxFiles, (file) => attempt(file)),
    { numRuns: 1500 },
  );
});

test("any bytes are refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (file) => attempt(file)),
    { numRuns: 1000 },
  );
});

test("of the damaged files, many were read and many were refused", () => {
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(50);
});
