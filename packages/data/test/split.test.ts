/** Splits by chance: every sample goes to exactly one part. */
import { pinned, Tensor, tensor, zeros } from "@polygrad/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Dataset, kFold, randomSplit, Subset, type Targets, TensorDataset } from "../src/index.ts";
import { refusal } from "./refusal.ts";

/** `length` rows of 3 whose element e of row i is 3 * i + e. */
function rows(length: number): TensorDataset {
  return new TensorDataset(
    tensor(
      Float32Array.from({ length: 3 * length }, (_, at) => at),
      [length, 3],
    ),
    new Uint8Array(length),
    1,
  );
}

function gather(dataset: Dataset, indices: readonly number[]): number[] {
  const out = pinned([indices.length, ...dataset.sampleShape]);
  dataset.gatherInto(Int32Array.from(indices), out);
  return Array.from(out.data);
}

describe("randomSplit", () => {
  test("a split puts every sample into exactly one part, in the proportions given", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 80 }),
        fc.integer({ min: 1, max: 19 }),
        fc.nat(),
        (length, first, seed) => {
          const whole = rows(length);
          for (const sizes of [
            [first, length - first],
            [first / length, (length - first) / length],
          ]) {
            const parts = randomSplit(whole, sizes, seed);
            expect(parts.map((part) => part.length)).toEqual([first, length - first]);
            const seen = parts.flatMap((part) =>
              gather(
                part,
                Array.from({ length: part.length }, (_, row) => row),
              ),
            );
            expect(seen.sort((a, b) => a - b)).toEqual(
              gather(
                whole,
                Array.from({ length }, (_, row) => row),
              ),
            );
          }
        },
      ),
    );
  });

  test("the parts add up, however the fractions round", () => {
    expect(randomSplit(rows(10), [1 / 3, 1 / 3, 1 / 3]).map((part) => part.length)).toEqual([3, 4, 3]);
    expect(randomSplit(rows(40), [0.1, 0.2, 0.7]).map((part) => part.length)).toEqual([4, 8, 28]);
  });

  test("the split depends on the seed only", () => {
    const labelled = new TensorDataset(
      pinned([50, 1]),
      Array.from({ length: 50 }, (_, i) => i),
      50,
    );
    const deal = (seed: number): number[] => Array.from(randomSplit(labelled, [0.5, 0.5], seed)[0].labels);
    expect(deal(3)).toEqual(deal(3));
    expect(deal(3)).not.toEqual(deal(4));
  });

  test("continuous targets are split like labels", () => {
    const [length, seed] = [20, 3];
    const numbers = Array.from({ length }, (_, i) => i);
    const labelled = randomSplit(new TensorDataset(zeros([length, 1]), numbers, length), [0.7, 0.3], seed);
    const continuous = randomSplit(new TensorDataset(zeros([length, 1]), tensor(numbers)), [0.7, 0.3], seed);
    expect(continuous.map(({ targets }) => targets.toArray())).toEqual(labelled.map(({ labels }) => [...labels]));
  });

  test("gives subsets of the dataset, and refuses invalid sizes", () => {
    const dataset = rows(10);
    expect(randomSplit(dataset, [3, 7], 1).every((part) => part instanceof Subset && part.dataset === dataset)).toBe(
      true,
    );
    expect([
      refusal(() => randomSplit(dataset, [])),
      refusal(() => randomSplit(dataset, [0.5, 0.4])),
      refusal(() => randomSplit(dataset, [5, 6])),
      refusal(() => randomSplit(dataset, [2.5, 7.5])),
      refusal(() => randomSplit(dataset, [10, 0])),
      refusal(() => randomSplit(dataset, [Number.NaN, 1])),
      refusal(() => randomSplit(dataset, [0.99, 0.01])),
    ]).toMatchInlineSnapshot(`
      [
        "DatasetError: randomSplit: sizes [] for 10 samples sum to 0; give fractions that sum to 1, or integers that sum to 10",
        "DatasetError: randomSplit: sizes [0.5, 0.4] for 10 samples sum to 0.9; give fractions that sum to 1, or integers that sum to 10",
        "DatasetError: randomSplit: sizes [5, 6] for 10 samples sum to 11; give fractions that sum to 1, or integers that sum to 10",
        "DatasetError: randomSplit: sizes [2.5, 7.5] for 10 samples sum to 10; give fractions that sum to 1, or integers that sum to 10",
        "DatasetError: randomSplit: sizes [10, 0] for 10 samples: every size must be greater than 0",
        "DatasetError: randomSplit: sizes [NaN, 1] for 10 samples: every size must be greater than 0",
        "DatasetError: randomSplit: sizes [0.99, 0.01] for 10 samples: part 1 would be empty; give it a larger size",
      ]
    `);
  });
});

describe("the folds of kFold", () => {
  test("put every sample is in one validation part, and in the training part of all other folds", () => {
    const cases = fc
      .integer({ min: 2, max: 40 })
      .chain((length) => fc.tuple(fc.constant(length), fc.integer({ min: 2, max: length }), fc.nat()));
    fc.assert(
      fc.property(cases, fc.boolean(), ([length, k, seed], isContinuous) => {
        const numbers = Array.from({ length }, (_, i) => i);
        const x = zeros([length, 1]);
        const folds = isContinuous
          ? kFold(new TensorDataset(x, tensor(numbers)), k, { seed })
          : kFold(new TensorDataset(x, numbers, length), k, { seed });
        const valuesOf = ({ targets }: Subset<Targets>) => [...(targets instanceof Tensor ? targets.data : targets)];
        expect(folds.flatMap(({ validation }) => valuesOf(validation)).sort((a, b) => a - b)).toEqual(numbers);
        const sizes = folds.map(({ validation }) => validation.length);
        expect(folds.length).toBe(k);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        for (const { train, validation } of folds)
          expect([...valuesOf(train), ...valuesOf(validation)].sort((a, b) => a - b)).toEqual(numbers);
      }),
    );
  });

  test("depend on the seed only", () => {
    const dealt = (seed?: number) =>
      kFold(rows(30), 4, seed === undefined ? {} : { seed }).map(({ validation }) => [...validation.indices]);
    expect(dealt(3)).toEqual(dealt(3));
    expect(dealt(3)).not.toEqual(dealt(4));
    expect(dealt()).toEqual(dealt(0));
  });

  test("are at least two, and at most as many as there are samples", () => {
    expect([1, 11, 2.5].map((k) => refusal(() => kFold(rows(10), k)))).toMatchInlineSnapshot(`
      [
        "DatasetError: kFold: k is 1 for 10 samples; give an integer from 2 to the number of samples",
        "DatasetError: kFold: k is 11 for 10 samples; give an integer from 2 to the number of samples",
        "DatasetError: kFold: k is 2.5 for 10 samples; give an integer from 2 to the number of samples",
      ]
    `);
  });
});
