import { ByteRows, pinned, tensor } from "@polygrad/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkLabels,
  type Dataset,
  DatasetError,
  ImageDataset,
  randomSplit,
  Subset,
  subset,
  TensorDataset,
} from "../src/index.ts";
import { refusal } from "./refusal.ts";

/** `length` images of 2 x 3 whose pixel p of image i is 6 * i + p, and labels i mod 4. */
function images(length: number): ImageDataset {
  return new ImageDataset(
    Uint8Array.from({ length: 6 * length }, (_, at) => at),
    [2, 3],
    Uint8Array.from({ length }, (_, index) => index % 4),
    4,
  );
}

/** `length` rows of 3 whose element e of row i is 3 * i + e - 1.5. */
function rows(length: number): TensorDataset {
  const values = Float32Array.from({ length: 3 * length }, (_, at) => at - 1.5);
  return new TensorDataset(
    tensor(values, [length, 3]),
    Array.from({ length }, (_, index) => index % 4),
    4,
  );
}

function gather(dataset: Dataset, indices: readonly number[]): number[] {
  const out = pinned([indices.length, ...dataset.sampleShape]);
  dataset.gatherInto(Int32Array.from(indices), out);
  return Array.from(out.data);
}

const lengthAndIndices: fc.Arbitrary<[number, number[]]> = fc
  .integer({ min: 1, max: 40 })
  .chain((length) =>
    fc.tuple(fc.constant(length), fc.array(fc.nat({ max: length - 1 }), { minLength: 1, maxLength: 60 })),
  );

describe("gatherInto", () => {
  test("images arrive in the order asked for, divided by 255 in float32", () => {
    fc.assert(
      fc.property(lengthAndIndices, ([length, indices]) => {
        const expected = indices.flatMap((index) =>
          Array.from({ length: 6 }, (_, pixel) => Math.fround(((6 * index + pixel) % 256) / 255)),
        );
        expect(gather(images(length), indices)).toEqual(expected);
      }),
    );
  });

  test("every byte becomes exactly fround(byte / 255)", () => {
    const all = new ImageDataset(
      Uint8Array.from({ length: 256 }, (_, byte) => byte),
      [256],
      [0],
      1,
    );
    expect(gather(all, [0])).toEqual(Array.from({ length: 256 }, (_, byte) => Math.fround(byte / 255)));
  });

  test("rows of a tensor arrive unchanged", () => {
    fc.assert(
      fc.property(lengthAndIndices, ([length, indices]) => {
        expect(gather(rows(length), indices)).toEqual(
          indices.flatMap((index) => [0, 1, 2].map((e) => 3 * index + e - 1.5)),
        );
      }),
    );
  });

  test("a transposed tensor has rows too", () => {
    const columns = tensor([1, 2, 3, 4, 5, 6], [2, 3]).transpose();
    expect(gather(new TensorDataset(columns, [0, 0, 0], 1), [2, 0])).toEqual([3, 6, 1, 4]);
  });

  test("a sample may be a scalar", () => {
    expect(gather(new TensorDataset(tensor([5, 6, 7], [3]), [0, 0, 0], 1), [2, 0])).toEqual([7, 5]);
  });

  test("refuses no indices, wrong indices and a wrong shape of out", () => {
    const dataset = images(5);
    const into = (indices: number[], shape: number[]) => () =>
      dataset.gatherInto(Int32Array.from(indices), pinned(shape));
    expect([
      refusal(into([], [0, 2, 3])),
      refusal(into([0, 5], [2, 2, 3])),
      refusal(into([-1], [1, 2, 3])),
      refusal(into([0, 1], [3, 2, 3])),
      refusal(into([0, 1], [2, 6])),
      refusal(() => rows(2).gatherInto(Int32Array.of(2), pinned([1, 3]))),
      refusal(() => subset(dataset, [3, 4]).gatherInto(Int32Array.of(2), pinned([1, 2, 3]))),
    ]).toMatchInlineSnapshot(`
      [
        "DatasetError: ImageDataset.gatherInto: no indices; choose at least one sample",
        "DatasetError: ImageDataset.gatherInto: index 5 at 1; with 5 samples indices are integers from 0 to 4",
        "DatasetError: ImageDataset.gatherInto: index -1 at 0; with 5 samples indices are integers from 0 to 4",
        "DatasetError: ImageDataset.gatherInto: out is [3, 2, 3]; 2 indices need [2, 2, 3]",
        "DatasetError: ImageDataset.gatherInto: out is [2, 6]; 2 indices need [2, 2, 3]",
        "DatasetError: TensorDataset.gatherInto: index 2 at 0; with 2 samples indices are integers from 0 to 1",
        "DatasetError: subset.gatherInto: index 2 at 0; with 2 samples indices are integers from 0 to 1",
      ]
    `);
  });
});

describe("datasets", () => {
  test("describe themselves", () => {
    expect(images(7)).toMatchObject({
      length: 7,
      sampleShape: [2, 3],
      classes: 4,
      labels: Uint8Array.of(0, 1, 2, 3, 0, 1, 2),
    });
    expect(rows(3)).toMatchObject({ length: 3, sampleShape: [3], classes: 4, labels: Int32Array.of(0, 1, 2) });
  });

  test("refuse what does not fit together", () => {
    const inputs = tensor([1, 2, 3, 4], [2, 2]);
    expect([
      refusal(() => new ImageDataset(new Uint8Array(11), [2, 3], [0, 1], 2)),
      refusal(() => new ImageDataset(new Uint8Array(0), [2, 0], [0, 1], 2)),
      refusal(() => new ImageDataset(new Uint8Array(0), [2, 3], [], 2)),
      refusal(() => new ImageDataset(new Uint8Array(6), [2, 3], [0], 0)),
      refusal(() => new TensorDataset(inputs, [0, 1, 0], 2)),
      refusal(() => new TensorDataset(inputs, [0, 2], 2)),
      refusal(() => new TensorDataset(tensor([1], []), [0], 2)),
    ]).toMatchInlineSnapshot(`
      [
        "DatasetError: ImageDataset: 2 samples of shape [2, 3] need 12 pixels, got 11; do images and labels belong together?",
        "DatasetError: ImageDataset: size 0 in sampleShape [2, 0]; sizes are positive integers",
        "DatasetError: ImageDataset: no labels; a dataset has at least one sample",
        "DatasetError: ImageDataset: classes is 0; give the number of classes, an integer of at least 1",
        "DatasetError: TensorDataset: inputs [2, 2] have 2 rows, but there are 3 labels; give one label per row",
        "DatasetError: TensorDataset: label 2 at 1 is out of range; with 2 classes labels go from 0 to 1",
        "DatasetError: TensorDataset: inputs [] have no rows, but there are 1 labels; give one label per row",
      ]
    `);
  });
});

describe("a table of bytes", () => {
  test("is used where it is", () => {
    const table = new ByteRows(2, 6, 2);
    const dataset = new ImageDataset(table, [2, 3], [0, 1], 2);
    table.bytes.set([1, 2, 3, 4, 5, 6], 6);
    expect(dataset.pixels).toBe(table);
    expect(gather(dataset, [1])).toEqual([0.5, 1, 1.5, 2, 2.5, 3]);
  });

  test("has a row for every sample", () => {
    const table = new ByteRows(2, 6);
    expect(refusal(() => new ImageDataset(table, [6], [0], 1))).toMatchInlineSnapshot(
      `"DatasetError: ImageDataset: 1 samples of shape [6] need 1 rows of 6 pixels, got 2 rows of 6; do images and labels belong together?"`,
    );
    // As many bytes as needed, but in other rows.
    expect(refusal(() => new ImageDataset(table, [2, 2], [0, 0, 0], 1))).toMatchInlineSnapshot(
      `"DatasetError: ImageDataset: 3 samples of shape [2, 2] need 3 rows of 4 pixels, got 2 rows of 6; do images and labels belong together?"`,
    );
  });
});

describe("checkLabels", () => {
  test("returns integer labels as they are, and others as int32", () => {
    const bytes = Uint8Array.of(0, 2, 1);
    expect(checkLabels(bytes, 3)).toBe(bytes);
    expect(checkLabels([0, 2, 1], 3)).toEqual(Int32Array.of(0, 2, 1));
    expect(checkLabels(Float32Array.of(0, 2, 1), 3)).toEqual(Int32Array.of(0, 2, 1));
  });

  test("refuses labels that number no class", () => {
    expect([
      refusal(() => checkLabels([0, 1.5], 2)),
      refusal(() => checkLabels([0, Number.NaN], 2)),
      refusal(() => checkLabels([0, 1, 2], 2)),
      refusal(() => checkLabels([-1], 2)),
      refusal(() => checkLabels([], 2)),
      refusal(() => checkLabels([0], 2.5)),
    ]).toMatchInlineSnapshot(`
      [
        "DatasetError: checkLabels: label 1.5 at 1 is not an integer; number the classes from 0",
        "DatasetError: checkLabels: label NaN at 1 is not an integer; number the classes from 0",
        "DatasetError: checkLabels: label 2 at 2 is out of range; with 2 classes labels go from 0 to 1",
        "DatasetError: checkLabels: label -1 at 0 is out of range; with 2 classes labels go from 0 to 1",
        "DatasetError: checkLabels: no labels; a dataset has at least one sample",
        "DatasetError: checkLabels: classes is 2.5; give the number of classes, an integer of at least 1",
      ]
    `);
  });
});

describe("subset and randomSplit", () => {
  test("a subset has the samples and labels chosen, and so has a subset of it", () => {
    fc.assert(
      fc.property(lengthAndIndices, ([length, indices]) => {
        const dataset = rows(length);
        const part = subset(dataset, indices);
        expect(part.length).toBe(indices.length);
        expect(Array.from(part.labels)).toEqual(indices.map((index) => index % 4));
        const last = indices.length - 1;
        expect(gather(subset(part, [last, 0]), [0, 1])).toEqual(gather(dataset, [indices[last], indices[0]]));
      }),
    );
  });

  test("a subset shows what it was chosen from, and where", () => {
    const dataset = rows(5);
    const part = subset(dataset, [4, 1]);
    expect(part).toBeInstanceOf(Subset);
    expect([part.dataset === dataset, part.indices, part.sampleShape, part.classes]).toEqual([
      true,
      Int32Array.of(4, 1),
      [3],
      4,
    ]);
    expect(new Subset(dataset, [2]).labels).toEqual(Int32Array.of(2));
    expect(randomSplit(dataset, [3, 2], 1).every((split) => split instanceof Subset && split.dataset === dataset)).toBe(
      true,
    );
    expect(refusal(() => part.gatherInto(Int32Array.of(2), pinned([1, 3])))).toMatchInlineSnapshot(
      `"DatasetError: subset.gatherInto: index 2 at 0; with 2 samples indices are integers from 0 to 1"`,
    );
    expect(refusal(() => part.gatherInto(Int32Array.of(1), pinned([1, 4])))).toMatchInlineSnapshot(
      `"DatasetError: subset.gatherInto: out is [1, 4]; 1 indices need [1, 3]"`,
    );
  });

  test("a subset keeps its indices when the caller's array changes", () => {
    const chosen = Int32Array.of(1, 2);
    const part = subset(rows(3), chosen);
    chosen.fill(0);
    expect(gather(part, [0])).toEqual([1.5, 2.5, 3.5]);
  });

  test("a split deals every sample to exactly one part, in the proportions asked for", () => {
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

  test("parts add up however the fractions round", () => {
    expect(randomSplit(images(10), [1 / 3, 1 / 3, 1 / 3]).map((part) => part.length)).toEqual([3, 4, 3]);
    expect(randomSplit(images(40), [0.1, 0.2, 0.7]).map((part) => part.length)).toEqual([4, 8, 28]);
  });

  test("the seed decides the split", () => {
    const labelled = new TensorDataset(
      pinned([50, 1]),
      Array.from({ length: 50 }, (_, i) => i),
      50,
    );
    const deal = (seed: number): number[] => Array.from(randomSplit(labelled, [0.5, 0.5], seed)[0].labels);
    expect(deal(3)).toEqual(deal(3));
    expect(deal(3)).not.toEqual(deal(4));
  });

  test("refuse what cannot be chosen or dealt", () => {
    const dataset = images(10);
    expect([
      refusal(() => subset(dataset, [])),
      refusal(() => subset(dataset, [10])),
      refusal(() => subset(dataset, [0.5])),
      refusal(() => randomSplit(dataset, [])),
      refusal(() => randomSplit(dataset, [0.5, 0.4])),
      refusal(() => randomSplit(dataset, [5, 6])),
      refusal(() => randomSplit(dataset, [2.5, 7.5])),
      refusal(() => randomSplit(dataset, [10, 0])),
      refusal(() => randomSplit(dataset, [Number.NaN, 1])),
      refusal(() => randomSplit(dataset, [0.99, 0.01])),
    ]).toMatchInlineSnapshot(`
      [
        "DatasetError: subset: no indices; choose at least one sample",
        "DatasetError: subset: index 10 at 0; with 10 samples indices are integers from 0 to 9",
        "DatasetError: subset: index 0.5 at 0; with 10 samples indices are integers from 0 to 9",
        "DatasetError: randomSplit: sizes [] of 10 samples sum to 0; give fractions that sum to 1, or counts that sum to 10",
        "DatasetError: randomSplit: sizes [0.5, 0.4] of 10 samples sum to 0.9; give fractions that sum to 1, or counts that sum to 10",
        "DatasetError: randomSplit: sizes [5, 6] of 10 samples sum to 11; give fractions that sum to 1, or counts that sum to 10",
        "DatasetError: randomSplit: sizes [2.5, 7.5] of 10 samples sum to 10; give fractions that sum to 1, or counts that sum to 10",
        "DatasetError: randomSplit: sizes [10, 0] of 10 samples: each must be greater than 0",
        "DatasetError: randomSplit: sizes [NaN, 1] of 10 samples: each must be greater than 0",
        "DatasetError: randomSplit: sizes [0.99, 0.01] of 10 samples: part 1 would be empty; give it more",
      ]
    `);
    expect(() => subset(dataset, [])).toThrow(DatasetError);
  });
});
