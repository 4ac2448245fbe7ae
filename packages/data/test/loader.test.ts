import { MemoryError, type Tensor, tensor } from "@polygrad/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Batch,
  DataLoader,
  type DataLoaderOptions,
  DatasetError,
  ImageDataset,
  TensorDataset,
} from "../src/index.ts";
import { BatchMemory } from "../src/internal.ts";
import { refusal } from "./refusal.ts";

/** Sample i is [i, i + 0.5], and its label is i mod 7. */
function numbered(length: number): TensorDataset {
  const values = Array.from({ length }, (_, index) => [index, index + 0.5]).flat();
  return new TensorDataset(
    tensor(values, [length, 2]),
    Array.from({ length }, (_, index) => index % 7),
    7,
  );
}

const order = (loader: DataLoader): number[] => Array.from(loader, (batch) => Array.from(batch.indices)).flat();

const options: fc.Arbitrary<DataLoaderOptions> = fc.record({
  batchSize: fc.integer({ min: 1, max: 50 }),
  shuffle: fc.boolean(),
  seed: fc.nat(),
});

describe("an epoch", () => {
  test("has every sample once, with its own inputs and label", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), options, (length, chosen) => {
        const loader = new DataLoader(numbered(length), chosen);
        const seen: number[] = [];
        let batches = 0;
        for (const { inputs, labels, indices } of loader) {
          batches++;
          const rows = batches < loader.length ? chosen.batchSize : length - (batches - 1) * chosen.batchSize;
          expect(inputs.shape).toEqual([rows, 2]);
          expect(Array.from(inputs.data)).toEqual(Array.from(indices, (index) => [index, index + 0.5]).flat());
          expect(Array.from(labels)).toEqual(Array.from(indices, (index) => index % 7));
          seen.push(...indices);
        }
        expect(batches).toBe(loader.length);
        expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, index) => index));
      }),
    );
  });

  test("without shuffle, has the samples in order every time", () => {
    const loader = new DataLoader(numbered(5), { batchSize: 2 });
    expect([order(loader), order(loader)]).toEqual([
      [0, 1, 2, 3, 4],
      [0, 1, 2, 3, 4],
    ]);
  });

  test("with dropLast, has full batches only", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        (length, batchSize, seed) => {
          fc.pre(batchSize <= length);
          const loader = new DataLoader(numbered(length), { batchSize, shuffle: true, seed, dropLast: true });
          const sizes = Array.from(loader, ({ labels }) => labels.length);
          expect(sizes).toEqual(Array.from({ length: Math.floor(length / batchSize) }, () => batchSize));
          expect(loader.length).toBe(sizes.length);
        },
      ),
    );
  });

  test("of a dataset smaller than a batch is one batch", () => {
    const loader = new DataLoader(numbered(3), { batchSize: 100 });
    expect(Array.from(loader, ({ inputs }) => inputs.shape)).toEqual([[3, 2]]);
  });

  test("keeps labels of bytes as bytes", () => {
    const bytes = new ImageDataset(new Uint8Array(3), [1], Uint8Array.of(2, 1, 0), 3);
    expect(Array.from(new DataLoader(bytes, { batchSize: 2 }), ({ labels }) => labels)).toEqual([
      Uint8Array.of(2, 1),
      Uint8Array.of(0),
    ]);
  });
});

describe("shuffling", () => {
  test("depends on the seed only: a new loader repeats the epochs of the old one", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const [a, b] = [0, 1].map(() => new DataLoader(numbered(30), { batchSize: 7, shuffle: true, seed }));
        expect([order(a), order(a), order(a)]).toEqual([order(b), order(b), order(b)]);
      }),
    );
  });

  test("differs from epoch to epoch and from seed to seed", () => {
    const orders = [1, 2].flatMap((seed) => {
      const loader = new DataLoader(numbered(100), { batchSize: 10, shuffle: true, seed });
      return [order(loader), order(loader), order(loader)].map(String);
    });
    expect(new Set(orders).size).toBe(6);
  });

  test("does not depend on the batch size", () => {
    const [a, b] = [3, 50].map((batchSize) => new DataLoader(numbered(50), { batchSize, shuffle: true, seed: 9 }));
    expect(order(a)).toEqual(order(b));
  });

  test("can resume at any epoch", () => {
    const whole = new DataLoader(numbered(20), { batchSize: 6, shuffle: true, seed: 5 });
    const epochs = [order(whole), order(whole), order(whole)];
    expect(whole.epoch).toBe(3);
    const resumed = new DataLoader(numbered(20), { batchSize: 6, shuffle: true, seed: 5 });
    resumed.epoch = 2;
    expect(order(resumed)).toEqual(epochs[2]);
    expect(Array.from(resumed.order(1))).toEqual(epochs[1]);
    expect(resumed.epoch).toBe(3);
  });

  test("counts an epoch that is broken off", () => {
    const loader = new DataLoader(numbered(20), { batchSize: 6, shuffle: true, seed: 5 });
    for (const _ of loader) break;
    expect(loader.epoch).toBe(1);
    expect(order(loader)).toEqual(Array.from(loader.order(1)));
  });
});

describe("inputs are valid until the next batch", () => {
  const inputsOf = (batch: Batch) => (): unknown => batch.inputs;

  test("all batches use one block of memory", () => {
    const loader = new DataLoader(numbered(20), { batchSize: 5 });
    const epoch = (): unknown[] => Array.from(loader, ({ inputs }) => inputs.storage.address);
    expect(new Set([...epoch(), ...epoch()]).size).toBe(1);
  });

  test("an old batch does not show the samples of a new one", () => {
    const loader = new DataLoader(numbered(6), { batchSize: 2 });
    const [first, second, third] = [...loader];
    expect(refusal(inputsOf(first))).toMatchInlineSnapshot(
      `"DatasetError: Batch.inputs: the next batch has overwritten this one; use inputs before you draw the next batch, or keep batch.inputs.clone()"`,
    );
    expect(inputsOf(second)).toThrow(DatasetError);
    expect(Array.from(third.inputs.data)).toEqual([4, 4.5, 5, 5.5]);
    // Labels and indices belong to the batch.
    expect([first.labels, first.indices]).toEqual([Int32Array.of(0, 1), Int32Array.of(0, 1)]);
    // The next epoch overwrites the last batch of this one.
    for (const _ of loader) break;
    expect(inputsOf(third)).toThrow(DatasetError);
  });

  test("neither does a tensor that was taken from an old batch, nor a view of it", () => {
    const loader = new DataLoader(numbered(6), { batchSize: 2 });
    const taken: Tensor[] = [];
    for (const { inputs } of loader) taken.push(inputs, inputs.slice(0, 1));
    const old = taken.slice(0, -2);
    expect(old).toHaveLength(4);
    for (const use of [(x: Tensor) => x.data, (x: Tensor) => x.add(1), (x: Tensor) => x.toArray()])
      for (const x of old) expect(() => use(x)).toThrow(MemoryError);
    expect(() => old[0].sum()).toThrowErrorMatchingInlineSnapshot(
      `[MemoryError: tensor: the next batch has overwritten these elements; use them before that, or keep a clone()]`,
    );
    expect(taken[4].toArray()).toEqual([
      [4, 4.5],
      [5, 5.5],
    ]);
  });

  test("a clone keeps its samples", () => {
    const kept = Array.from(new DataLoader(numbered(4), { batchSize: 2 }), ({ inputs }) => inputs.clone());
    expect(kept.map(({ data }) => Array.from(data))).toEqual([
      [0, 0.5, 1, 1.5],
      [2, 2.5, 3, 3.5],
    ]);
  });

  test("two iterations at once do not share memory", () => {
    const loader = new DataLoader(numbered(4), { batchSize: 2 });
    for (const outer of loader) {
      const before = Array.from(outer.inputs.data);
      for (const inner of loader) expect(inner.inputs.data).not.toBe(outer.inputs.data);
      expect(Array.from(outer.inputs.data)).toEqual(before);
    }
  });
});

describe("BatchMemory", () => {
  test("gathers any samples over the previous batch, in one tensor for each batch size", () => {
    const memory = new BatchMemory();
    const first = memory.gather(numbered(4), Int32Array.of(3, 1));
    const block = first.inputs.storage.address;
    expect([first.inputs.toArray(), first.labels]).toEqual([
      [
        [3, 3.5],
        [1, 1.5],
      ],
      Int32Array.of(3, 1),
    ]);
    expect(first.inputs.storage.address).toBeDefined();
    const second = memory.gather(numbered(9), Int32Array.of(8));
    expect(refusal(() => first.inputs)).toMatch(/^DatasetError: Batch.inputs/);
    expect([second.inputs.toArray(), second.labels]).toEqual([[[8, 8.5]], Int32Array.of(1)]);
    expect(second.inputs.storage.address).not.toBe(block);
    const third = memory.gather(numbered(9), Int32Array.of(0, 2));
    expect([third.inputs.storage.address, [...third.inputs.data]]).toEqual([block, [0, 0.5, 2, 2.5]]);
    expect([...first.labels]).toEqual([3, 1]);
  });

  test("has a label for every row, even if there are more rows than samples", () => {
    const bytes = new ImageDataset(new Uint8Array(2), [1], Uint8Array.of(1, 2), 3);
    const memory = new BatchMemory();
    expect(memory.gather(bytes, Int32Array.of(1, 0, 1, 1)).labels).toEqual(Uint8Array.of(2, 1, 2, 2));
    expect(memory.gather(numbered(2), Int32Array.of(1, 0, 1)).labels).toEqual(Int32Array.of(1, 0, 1));
  });

  test("refuses samples of a different shape", () => {
    const memory = new BatchMemory();
    memory.gather(numbered(2), Int32Array.of(0));
    const other = new TensorDataset(tensor([1, 2, 3], [1, 3]), [0], 1);
    expect(refusal(() => memory.gather(other, Int32Array.of(0)))).toMatch(
      /out has shape \[1, 2\], expected \[1, 3\]: one row per index$/,
    );
  });
});

test("invalid options are refused", () => {
  const dataset = numbered(5);
  const make = (chosen: DataLoaderOptions) => refusal(() => new DataLoader(dataset, chosen));
  const loader = new DataLoader(dataset, { batchSize: 1 });
  expect([
    make({ batchSize: 0 }),
    make({ batchSize: 2.5 }),
    make({ batchSize: Number.NaN }),
    make({ batchSize: 2, seed: 0.5 }),
    make({ batchSize: 6, dropLast: true }),
    refusal(
      () =>
        new DataLoader({ ...dataset, length: 0, labels: new Uint8Array(0), gatherInto: () => {} }, { batchSize: 1 }),
    ),
    refusal(() => new DataLoader({ ...dataset, labels: new Uint8Array(4), gatherInto: () => {} }, { batchSize: 1 })),
    refusal(() => {
      loader.epoch = -1;
    }),
    refusal(() => loader.order(0.5)),
  ]).toMatchInlineSnapshot(`
    [
      "DatasetError: DataLoader: batchSize is 0; give an integer of at least 1",
      "DatasetError: DataLoader: batchSize is 2.5; give an integer of at least 1",
      "DatasetError: DataLoader: batchSize is NaN; give an integer of at least 1",
      "DatasetError: DataLoader: seed is 0.5; give an integer from 0 to 2^53 - 1",
      "DatasetError: DataLoader: batchSize 6 is larger than the 5 samples of the dataset, so dropLast leaves no batch; lower batchSize, or set dropLast to false",
      "DatasetError: DataLoader: the dataset has 0 samples and 0 labels; it needs at least one sample, and one label per sample",
      "DatasetError: DataLoader: the dataset has 5 samples and 4 labels; it needs at least one sample, and one label per sample",
      "DatasetError: DataLoader.epoch: -1 is not an epoch; epochs are numbered from 0 to 1048576",
      "DatasetError: DataLoader.order: 0.5 is not an epoch; epochs are numbered from 0 to 1048576",
    ]
  `);
});
