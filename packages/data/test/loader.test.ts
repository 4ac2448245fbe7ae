import { MemoryError, type Tensor, tensor } from "@polygrad/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Batch,
  DataLoader,
  type DataLoaderOptions,
  type Dataset,
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

describe("the state of a loader", () => {
  /** The indices of the next `count` batches, over as many epochs as they take. */
  const drawn = (loader: DataLoader, count: number): number[][] => {
    const batches: number[][] = [];
    while (batches.length < count)
      for (const { indices } of loader) {
        batches.push([...indices]);
        if (batches.length === count) break;
      }
    return batches;
  };

  test("restores the batches that would have come, after any number of them", () => {
    const cases = fc.record({ length: fc.integer({ min: 1, max: 30 }), stop: fc.nat(40), isJSON: fc.boolean() });
    fc.assert(
      fc.property(cases, options, ({ length, stop, isJSON }, chosen) => {
        const [whole, broken, resumed] = [0, 1, 2].map(() => new DataLoader(numbered(length), chosen));
        const all = drawn(whole, stop + 50);
        let [count, saved] = [0, broken.stateDict()];
        while (count < stop)
          for (const { indices } of broken) {
            expect([...indices]).toEqual(all[count]);
            saved = broken.stateDict();
            if (++count === stop) break;
          }
        resumed.loadStateDict(isJSON ? JSON.parse(JSON.stringify(saved)) : saved);
        expect(drawn(resumed, 50)).toEqual(all.slice(stop));
      }),
    );
  });

  test("has the epoch of the running iteration, and the next one after its end or a break", () => {
    const loader = new DataLoader(numbered(10), { batchSize: 4, shuffle: true, seed: 2 });
    const position = (): number[] => ["epoch", "batch"].map((name) => loader.stateDict()[name].item());
    expect(position()).toEqual([0, 0]);
    expect(Array.from(loader, position)).toEqual([
      [0, 1],
      [0, 2],
      [0, 3],
    ]);
    expect(position()).toEqual([1, 0]);
    for (const _ of loader) break;
    expect(position()).toEqual([2, 0]);
    for (const _ of loader) {
      for (const _ of loader) break;
      expect(position()).toEqual([4, 0]);
      loader.epoch = 7;
      expect(position()).toEqual([7, 0]);
      break;
    }
    expect(position()).toEqual([7, 0]);
  });

  test("saved with the last batch of an epoch leaves nothing of that epoch, but the next epochs", () => {
    const make = () => new DataLoader(numbered(5), { batchSize: 3, shuffle: true, seed: 4 });
    const [before, after] = [make(), make()];
    const states = Array.from(before, () => before.stateDict());
    after.loadStateDict(states[1]);
    expect(after.epoch).toBe(0);
    expect([order(after), order(after)]).toEqual([[], [...before.order(1)]]);
    // Setting the epoch begins it from its first batch.
    after.loadStateDict(states[0]);
    after.epoch = 0;
    expect(order(after)).toEqual([...before.order(0)]);
  });

  test("is one float64 number by name", () => {
    const loader = new DataLoader(numbered(10), { batchSize: 4, shuffle: true, seed: 2 ** 53 - 1, dropLast: true });
    const state = loader.stateDict();
    expect(Object.values(state).every(({ dtype, shape }) => dtype === "float64" && shape.length === 0)).toBe(true);
    expect(Object.entries(state).map(([name, value]) => [name, value.item()])).toEqual([
      ["epoch", 0],
      ["batch", 0],
      ["seed", 2 ** 53 - 1],
      ["batchSize", 4],
      ["shuffle", 1],
      ["dropLast", 1],
      ["samples", 10],
    ]);
  });

  test("is refused by another loader, and if something is missing, unknown or wrong", () => {
    const state = new DataLoader(numbered(10), { batchSize: 4, shuffle: true, seed: 2 }).stateDict();
    const into = (saved: object, chosen: Partial<DataLoaderOptions> = {}, length = 10) => {
      const loader = new DataLoader(numbered(length), { batchSize: 4, shuffle: true, seed: 2, ...chosen });
      return refusal(() => loader.loadStateDict(JSON.parse(JSON.stringify(saved))));
    };
    const { seed: _, ...incomplete } = state;
    expect([
      into(state),
      into(state, { seed: 3 }),
      into(state, { batchSize: 5, shuffle: false, dropLast: true }),
      into(state, {}, 9),
      into(incomplete),
      into({ ...state, momentum: tensor(1) }),
      into({ ...state, batch: tensor(4) }),
      into({ ...state, batch: tensor(0.5) }),
      into({ ...state, epoch: tensor(-1) }),
      into({ ...state, epoch: tensor([1, 2]) }),
      into({ ...state, epoch: "1" }),
      into([state]),
    ]).toMatchInlineSnapshot(`
      [
        "accepted",
        "DatasetError: DataLoader.loadStateDict: seed is 2 in the state and 3 here; load it into a loader of the same options and data",
        "DatasetError: DataLoader.loadStateDict: batchSize is 4 in the state and 5 here; shuffle is 1 in the state and 0 here; dropLast is 0 in the state and 1 here; load it into a loader of the same options and data",
        "DatasetError: DataLoader.loadStateDict: samples is 10 in the state and 9 here; load it into a loader of the same options and data",
        "DatasetError: DataLoader.loadStateDict: missing seed; pass what stateDict() of a loader returned",
        "DatasetError: DataLoader.loadStateDict: unexpected momentum; pass what stateDict() of a loader returned",
        "DatasetError: DataLoader.loadStateDict: batch is 4; an epoch has 3 batches",
        "DatasetError: DataLoader.loadStateDict: batch is 0.5; an epoch has 3 batches",
        "DatasetError: DataLoader.loadStateDict: -1 is not an epoch; epochs are numbered from 0 to 1048576",
        "ArgumentError: DataLoader.loadStateDict: epoch must be a tensor of one element, got 2 elements",
        "ArgumentError: DataLoader.loadStateDict: epoch must be a tensor or its JSON { shape, dtype, elements }, got "1"",
        "ArgumentError: DataLoader.loadStateDict: the state must be a plain object of tensors by name, as stateDict() returns, got an array of 1",
      ]
    `);
  });
});

describe("continuous targets", () => {
  /** Sample i is [i], and its target is [[i, 2 i], [3 i, 4 i]]. */
  const regression = (length: number): TensorDataset<Tensor> => {
    const rows = tensor(Array.from({ length }, (_, i) => i));
    const factors = tensor([1, 2, 3, 4]).reshape(2, 2);
    return new TensorDataset(rows.reshape(-1, 1), rows.reshape(-1, 1, 1).mul(factors));
  };
  const expected = (indices: Int32Array) =>
    Array.from(indices, (i) => [
      [i, 2 * i],
      [3 * i, 4 * i],
    ]);

  test("go with their samples, in pinned memory that the next batch overwrites", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), options, (length, chosen) => {
        const addresses = new Set<unknown>();
        for (const { inputs, targets, indices } of new DataLoader(regression(length), chosen)) {
          expect(inputs.toArray()).toEqual(Array.from(indices, (i) => [i]));
          expect(targets.toArray()).toEqual(expected(indices));
          addresses.add(targets.storage.address);
        }
        expect(addresses.has(undefined)).toBe(false);
        // One place for full batches, and another one for the last if it is smaller.
        expect(addresses.size).toBeLessThanOrEqual(2);
      }),
    );
  });

  test("expire with their batch, and so does what was taken from them", () => {
    const [first, second] = [...new DataLoader(regression(4), { batchSize: 2 })];
    expect(refusal(() => first.targets)).toMatchInlineSnapshot(
      `"DatasetError: Batch.targets: the next batch has overwritten this one; use targets before you draw the next batch, or keep batch.targets.clone()"`,
    );
    expect(second.targets.toArray()).toEqual(expected(second.indices));
    const taken: Tensor[] = [];
    for (const { targets } of new DataLoader(regression(6), { batchSize: 2 }))
      taken.push(targets, targets.select(0, 1));
    for (const old of taken.slice(0, -2)) expect(() => old.sum()).toThrow(MemoryError);
    expect(taken[5].toArray()).toEqual([
      [5, 10],
      [15, 20],
    ]);
  });

  test("have no labels: reading them is an error; the targets of classes are their labels", () => {
    const [batch] = [...new DataLoader(regression(2), { batchSize: 2 })];
    const labels: undefined = batch.indices.length > 2 ? batch.labels : undefined;
    expect(labels).toBeUndefined();
    expect(refusal(() => batch.labels)).toMatchInlineSnapshot(
      `"DatasetError: Batch.labels: this batch has continuous targets and no labels; use batch.targets"`,
    );
    for (const each of new DataLoader(numbered(5), { batchSize: 2 })) expect(each.targets).toBe(each.labels);
  });

  test("of any shape can follow each other in one memory", () => {
    const memory = new BatchMemory();
    const wide = new TensorDataset(tensor([[1], [2]]), tensor([1, 2]));
    expect(memory.gather(regression(3), Int32Array.of(2, 0)).targets.toArray()).toEqual(expected(Int32Array.of(2, 0)));
    expect(memory.gather(wide, Int32Array.of(1, 1)).targets.toArray()).toEqual([2, 2]);
    const classes = new TensorDataset(tensor([[1], [2], [3]]), [0, 1, 2], 3);
    expect(memory.gather(classes, Int32Array.of(2, 1)).targets).toEqual(Int32Array.of(2, 1));
  });

  test("of a dataset of one's own must be float32, with a row for each sample", () => {
    const own = (targets: Tensor): Dataset<Tensor> => ({ length: 2, sampleShape: [], targets, gatherInto: () => {} });
    const make = (targets: Tensor) => refusal(() => new DataLoader(own(targets), { batchSize: 1 }));
    expect([
      make(tensor([1, 2])),
      make(tensor([1, 2], { dtype: "float64" })),
      make(tensor([1, 2, 3])),
      make(tensor(1)),
      make(tensor([])),
      refusal(() => new DataLoader(JSON.parse('{ "length": 2, "sampleShape": [] }'), { batchSize: 1 })),
    ]).toMatchInlineSnapshot(`
      [
        "accepted",
        "DatasetError: DataLoader: targets are float64, but networks compute in float32; round them first: tensor(targets.toArray())",
        "DatasetError: DataLoader: targets of shape [3] have 3 rows, but there are 2 samples; give one row of targets per sample",
        "DatasetError: DataLoader: targets of shape [] have no rows, but there are 2 samples; give one row of targets per sample",
        "DatasetError: DataLoader: targets is empty; a dataset needs at least one sample",
        "DatasetError: DataLoader: expected a dataset, with sampleShape, labels or targets, and gatherInto, got an object",
      ]
    `);
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
