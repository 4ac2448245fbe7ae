/** The fuzzer finds what blind mutations would not: each step towards it is a block of the source that had not run. */
import { afterAll, expect, test } from "vitest";
import { Coverage } from "./coverage.ts";
import { guided } from "./guided.ts";
import { Mutator } from "./mutate.ts";

/** Fails for one start of a file in 2^24, and comes closer block by block. */
function fragile(file: Uint8Array): void {
  if (file[0] === 0x50) {
    if (file[1] === 0xc3) {
      if (file[2] === 0x17) throw new RangeError("found");
    }
  }
}

const coverage = new Coverage("guided.test.ts");
afterAll(() => coverage.stop());
const seeds = [Uint8Array.of(0, 0, 0, 0, 0)];

test("a failure behind three bytes is found", () => {
  const options = { inputs: 200_000, seed: 1, coverage };
  expect(() => guided(seeds, fragile, options)).toThrow("found");
  const mutator = new Mutator(1);
  for (let k = 0; k < 200_000; k++) fragile(mutator.mutated(seeds[0], seeds[0]));
});

test("the same seed reads the same files", () => {
  const none = new Coverage("no such source");
  const files = (seed: number) => {
    const all: string[] = [];
    const read = (file: Uint8Array) => {
      all.push(file.join());
    };
    const findings = guided(seeds, read, { inputs: 300, seed, coverage: none });
    expect(findings).toEqual({ inputs: 300, blocks: 0, kept: 0 });
    return all;
  };
  expect(files(3)).toEqual(files(3));
  expect(files(3)).not.toEqual(files(4));
  expect(new Set(files(3)).size).toBeGreaterThan(150);
  none.stop();
});
