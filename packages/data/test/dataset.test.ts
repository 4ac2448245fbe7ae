import { ByteRows, pinned, type Tensor, tensor, zeros } from "@polygrad/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DataLoader, type Dataset, DatasetError, ImageDataset, Subset, subset, TensorDataset } from "../src/index.ts";
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
  test("copies images in the order of the indices, divided by 255 in float32", () => {
    fc.assert(
      fc.property(lengthAndIndices, ([length, indices]) => {
        const expected = indices.flatMap((index) =>
          Array.from({ length: 6 }, (_, pixel) => Math.fround(((6 * index + pixel) % 256) / 255)),
        );
        expect(gather(images(length), indices)).toEqual(expected);
      }),
    );
  });

  test("converts every byte to exactly fround(byte / 255)", () => {
    const all = new ImageDataset(
      Uint8Array.from({ length: 256 }, (_, byte) => byte),
      [256],
      [0],
      1,
    );
    expect(gather(all, [0])).toEqual(Array.from({ length: 256 }, (_, byte) => Math.fround(byte / 255)));
  });

  test("copies rows of a tensor unchanged", () => {
    fc.assert(
      fc.property(lengthAndIndices, ([length, indices]) => {
        expect(gather(rows(length), indices)).toEqual(
          indices.flatMap((index) => [0, 1, 2].map((e) => 3 * index + e - 1.5)),
        );
      }),
    );
  });

  test("copies rows of a transposed tensor", () => {
    const columns = tensor([1, 2, 3, 4, 5, 6], [2, 3]).transpose();
    expect(gather(new TensorDataset(columns, [0, 0, 0], 1), [2, 0])).toEqual([3, 6, 1, 4]);
  });

  test("copies samples that are scalars", () => {
    expect(gather(new TensorDataset(tensor([5, 6, 7], [3]), [0, 0, 0], 1), [2, 0])).toEqual([7, 5]);
  });

  test("refuses empty indices, indices out of range and an out of the wrong shape", () => {
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
        "DatasetError: ImageDataset.gatherInto: indices is empty; choose at least one sample",
        "DatasetError: ImageDataset.gatherInto: indices[1] is 5; with 5 samples, indices are integers from 0 to 4",
        "DatasetError: ImageDataset.gatherInto: indices[0] is -1; with 5 samples, indices are integers from 0 to 4",
        "DatasetError: ImageDataset.gatherInto: out has shape [3, 2, 3], expected [2, 2, 3]: one row per index",
        "DatasetError: ImageDataset.gatherInto: out has shape [2, 6], expected [2, 2, 3]: one row per index",
        "DatasetError: TensorDataset.gatherInto: indices[0] is 2; with 2 samples, indices are integers from 0 to 1",
        "DatasetError: Subset.gatherInto: indices[0] is 2; with 2 samples, indices are integers from 0 to 1",
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

  test("refuse images, labels and sizes that do not match", () => {
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
        "DatasetError: ImageDataset: 2 samples of shape [2, 3] need 12 pixels, got 11; check that images and labels belong together",
        "DatasetError: ImageDataset: size 0 in sampleShape [2, 0]; sizes are positive integers",
        "DatasetError: ImageDataset: labels is empty; a dataset needs at least one sample",
        "DatasetError: ImageDataset: classes is 0; give the number of classes, an integer of at least 1",
        "DatasetError: TensorDataset: inputs of shape [2, 2] have 2 rows, but labels has length 3; give one label per row",
        "DatasetError: TensorDataset: label 2 at index 1 is out of range; with 2 classes, labels go from 0 to 1",
        "DatasetError: TensorDataset: inputs of shape [] have no rows, but labels has length 1; give one label per row",
      ]
    `);
  });
});

describe("continuous targets", () => {
  const inputs = tensor([1, 2, 3, 4, 5, 6], [3, 2]);
  const all = (dataset: Dataset<Tensor>) => dataset.targets.toArray();

  test("are the rows of a tensor of any shape", () => {
    const targets = tensor([0, 1, 2, 3, 4, Number.NaN], [3, 1, 2]);
    const dataset: TensorDataset<Tensor> = new TensorDataset(inputs, targets);
    expect(dataset.targets).toBe(targets);
    expect(dataset).toMatchObject({ length: 3, sampleShape: [2], labels: undefined, classes: undefined });
    expect(new TensorDataset(inputs, tensor([7, 8, 9])).targets.toArray()).toEqual([7, 8, 9]);
    const labelled = rows(2);
    expect([labelled.targets, subset(labelled, [1]).targets]).toEqual([labelled.labels, Int32Array.of(1)]);
  });

  test("that are a view are copied once", () => {
    const { targets } = new TensorDataset(inputs, tensor([1, 2, 3, 4, 5, 6], [2, 3]).transpose());
    expect([targets.isContiguous, targets.toArray()]).toEqual([
      true,
      [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    ]);
  });

  test("of a subset are those of its samples, through subsets of subsets", () => {
    fc.assert(
      fc.property(lengthAndIndices, ([length, indices]) => {
        const values = Array.from({ length }, (_, i) => [i, -i]);
        const whole = new TensorDataset(zeros([length, 1]), tensor(values));
        const part = subset(whole, indices);
        const picked = indices.map((i) => values[i]);
        expect(new DataLoader(part, { batchSize: 100 })[Symbol.iterator]().next().value?.targets.toArray()).toEqual(
          tensor(picked).toArray(),
        );
        expect(all(part)).toEqual(tensor(picked).toArray());
        expect(all(subset(part, [indices.length - 1, 0]))).toEqual(
          tensor([picked[indices.length - 1], picked[0]]).toArray(),
        );
        expect([part.labels, part.classes, part.targets]).toEqual([undefined, undefined, part.targets]);
      }),
    );
  });

  test("of a subset are read from the whole dataset, and copied only for those who ask", () => {
    const targets = tensor([1, 2, 3]);
    const part = subset(subset(new TensorDataset(inputs, targets), [2, 1, 0]), [0, 1]);
    const batchOf = () => [...new DataLoader(part, { batchSize: 2 })][0].targets.toArray();
    expect(batchOf()).toEqual([3, 2]);
    targets.assign(tensor([10, 20, 30]));
    expect(batchOf()).toEqual([30, 20]);
    expect(part.targets).toBe(part.targets);
  });

  test("are refused if they do not fit the inputs, or are not float32, or labels lack their classes", () => {
    const make = (...args: readonly unknown[]) => refusal(() => Reflect.construct(TensorDataset, args));
    expect([
      make(inputs, tensor([1, 2])),
      make(inputs, tensor(1)),
      make(inputs, zeros([0, 2])),
      make(tensor(1), tensor([1])),
      make(inputs, tensor([1, 2, 3], { dtype: "float64" })),
      make(inputs, tensor([1, 2, 3]), 4),
      make(inputs, [0, 1, 0]),
      make(inputs, Float32Array.of(0.5, 1, 2)),
      make(inputs),
      make([1, 2], tensor([1, 2])),
    ]).toMatchInlineSnapshot(`
      [
        "DatasetError: TensorDataset: targets of shape [2] have 2 rows, but there are 3 samples; give one row of targets per sample",
        "DatasetError: TensorDataset: targets of shape [] have no rows, but there are 3 samples; give one row of targets per sample",
        "DatasetError: TensorDataset: targets is empty; a dataset needs at least one sample",
        "DatasetError: TensorDataset: targets of shape [1] have 1 rows, but there are 0 samples; give one row of targets per sample",
        "DatasetError: TensorDataset: targets are float64, but networks compute in float32; round them first: tensor(targets.toArray())",
        "DatasetError: TensorDataset: a tensor holds continuous targets, which have no classes, but classes is 4; leave it out, or pass the labels as an array of integers",
        "DatasetError: TensorDataset: classes is missing; pass the number of classes after the labels, or pass continuous targets as a float32 tensor",
        "DatasetError: TensorDataset: classes is missing; pass the number of classes after the labels, or pass continuous targets as a float32 tensor",
        "DatasetError: TensorDataset: classes is missing; pass the number of classes after the labels, or pass continuous targets as a float32 tensor",
        "ArgumentError: TensorDataset: expected a tensor, got an array of 2; make one with tensor(...)",
      ]
    `);
  });
});

describe("a ByteRows", () => {
  test("is used without a copy", () => {
    const table = new ByteRows(2, 6, 2);
    const dataset = new ImageDataset(table, [2, 3], [0, 1], 2);
    table.bytes.set([1, 2, 3, 4, 5, 6], 6);
    expect(dataset.pixels).toBe(table);
    expect(gather(dataset, [1])).toEqual([0.5, 1, 1.5, 2, 2.5, 3]);
  });

  test("must have one row per sample", () => {
    const table = new ByteRows(2, 6);
    expect(refusal(() => new ImageDataset(table, [6], [0], 1))).toMatchInlineSnapshot(
      `"DatasetError: ImageDataset: 1 samples of shape [6] need 1 rows of 6 pixels, got 2 rows of 6; check that images and labels belong together"`,
    );
    // The right number of bytes, but in rows of another length.
    expect(refusal(() => new ImageDataset(table, [2, 2], [0, 0, 0], 1))).toMatchInlineSnapshot(
      `"DatasetError: ImageDataset: 3 samples of shape [2, 2] need 3 rows of 4 pixels, got 2 rows of 6; check that images and labels belong together"`,
    );
  });
});

describe("subset", () => {
  test("a subset has the chosen samples and labels, and so has a subset of a subset", () => {
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

  test("a subset holds its dataset and its indices", () => {
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
    expect(refusal(() => part.gatherInto(Int32Array.of(2), pinned([1, 3])))).toMatchInlineSnapshot(
      `"DatasetError: Subset.gatherInto: indices[0] is 2; with 2 samples, indices are integers from 0 to 1"`,
    );
    expect(refusal(() => part.gatherInto(Int32Array.of(1), pinned([1, 4])))).toMatchInlineSnapshot(
      `"DatasetError: Subset.gatherInto: out has shape [1, 4], expected [1, 3]: one row per index"`,
    );
  });

  test("a subset keeps its indices when the caller's array changes", () => {
    const chosen = Int32Array.of(1, 2);
    const part = subset(rows(3), chosen);
    chosen.fill(0);
    expect(gather(part, [0])).toEqual([1.5, 2.5, 3.5]);
  });

  test("refuses invalid indices", () => {
    const dataset = images(10);
    expect([
      refusal(() => subset(dataset, [])),
      refusal(() => subset(dataset, [10])),
      refusal(() => subset(dataset, [0.5])),
    ]).toMatchInlineSnapshot(`
      [
        "DatasetError: subset: indices is empty; choose at least one sample",
        "DatasetError: subset: indices[0] is 10; with 10 samples, indices are integers from 0 to 9",
        "DatasetError: subset: indices[0] is 0.5; with 10 samples, indices are integers from 0 to 9",
      ]
    `);
    expect(() => subset(dataset, [])).toThrow(DatasetError);
  });
});
