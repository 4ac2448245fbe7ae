/**
 * A coverage-guided fuzzer in the manner of AFL: mutates files, and keeps those that reach what no other has reached, to
 * mutate them further.
 */
import type { Block, Coverage } from "./coverage.ts";
import { Mutator } from "./mutate.ts";

/** What a run of the fuzzer found. */
export interface Findings {
  readonly inputs: number;
  /** Blocks of the sources that have run. */
  readonly blocks: number;
  /** The files that were kept because they reached something new. */
  readonly kept: number;
}

/** Inputs between two looks at the coverage: looking takes longer than reading a file. */
const BATCH = 64;

/**
 * @param seeds valid files
 * @param read reads a file; throws if it behaves as it must not
 * @param options `inputs` is how many files to read. V8 counts the blocks only of functions that it compiles after the
 * `coverage` was started, so it is started before any of them runs.
 */
export function guided(
  seeds: readonly Uint8Array[],
  read: (file: Uint8Array) => void,
  { inputs, seed, coverage }: { readonly inputs: number; readonly seed: number; readonly coverage: Coverage },
): Findings {
  const mutator = new Mutator(seed);
  const before = coverage.size;
  const kept = [...seeds];
  /** Something in the batch is new: each file is read once more, to see which it was. */
  const keep = (batch: readonly Uint8Array[], added: readonly Block[]) => {
    let left = added;
    for (const file of batch) {
      read(file);
      const own = new Set(coverage.ranAmong(left));
      if (own.size > 0) kept.push(file);
      left = left.filter((block) => !own.has(block));
      if (left.length === 0) return;
    }
  };
  for (const file of seeds) read(file);
  coverage.added();
  for (let done = 0; done < inputs; done += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, inputs - done) }, () => {
      const [file, other] = [kept[mutator.random.below(kept.length)], kept[mutator.random.below(kept.length)]];
      return mutator.mutated(file, other);
    });
    for (const file of batch) read(file);
    const added = coverage.added();
    if (added.length > 0) keep(batch, added);
  }
  return { inputs, blocks: coverage.size - before, kept: kept.length - seeds.length };
}
