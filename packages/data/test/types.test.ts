/** What the compiler says of classes and continuous targets; checked by the type-checker, run for company. */
import { Tensor, tensor, zeros } from "@polygrad/tensor";
import { describe, expect, expectTypeOf, test } from "vitest";
import {
  Batch,
  DataLoader,
  type Dataset,
  type Fold,
  ImageDataset,
  kFold,
  type Labels,
  randomSplit,
  Subset,
  subset,
  type Targets,
  TensorDataset,
} from "../src/index.ts";

const x = zeros([4, 2]);
const classes = new TensorDataset(x, [0, 1, 2, 1], 3);
const continuous = new TensorDataset(x, zeros([4, 3]));

/** A class as users write one for labels, without a word about targets. */
class Marked implements Dataset {
  readonly length = 4;
  readonly sampleShape = [2];
  readonly labels = Int32Array.of(0, 1, 2, 1);
  readonly classes = 3;
  gatherInto(_: Int32Array, out: Tensor): void {
    out.assign(tensor(0));
  }
}

/** A class as users write one for a regression. */
class Measured implements Dataset<Tensor> {
  readonly length = 4;
  readonly sampleShape = [2];
  readonly targets = zeros([4, 3]);
  gatherInto(_: Int32Array, out: Tensor): void {
    out.assign(tensor(0));
  }
}

describe("without a parameter, everything has labels", () => {
  test("as arguments and results", () => {
    expectTypeOf<Batch["labels"]>().toEqualTypeOf<Labels>();
    expectTypeOf<Batch["targets"]>().toEqualTypeOf<Labels>();
    expectTypeOf<Dataset["labels"]>().toEqualTypeOf<Labels>();
    expectTypeOf<TensorDataset["classes"]>().toEqualTypeOf<number>();
    expectTypeOf<Subset["labels"]>().toEqualTypeOf<Labels>();
    expectTypeOf(classes).toEqualTypeOf<TensorDataset>();
    for (const dataset of [classes, new Marked(), new ImageDataset(new Uint8Array(4), [1], [0, 1, 2, 1], 3)]) {
      expectTypeOf(new DataLoader(dataset, { batchSize: 2 })).toEqualTypeOf<DataLoader>();
      expectTypeOf(subset(dataset, [0])).toEqualTypeOf<Subset>();
      expectTypeOf(new Subset(dataset, [0])).toEqualTypeOf<Subset>();
      expectTypeOf(randomSplit(dataset, [0.5, 0.5])).toEqualTypeOf<Subset[]>();
      expectTypeOf(kFold(dataset, 2)).toEqualTypeOf<Fold[]>();
      expectTypeOf(subset(dataset, [0])).toExtend<Dataset>();
    }
    for (const { labels } of new DataLoader(new Marked(), { batchSize: 2 }))
      expectTypeOf(labels).toEqualTypeOf<Labels>();
    expectTypeOf(new Batch(x, Uint8Array.of(0), Int32Array.of(0))).toExtend<Batch>();
  });
});

describe("continuous targets", () => {
  test("go from the dataset to the batch", () => {
    expectTypeOf<Batch<Tensor>["targets"]>().toEqualTypeOf<Tensor>();
    expectTypeOf(continuous).toEqualTypeOf<TensorDataset<Tensor>>();
    expectTypeOf(continuous.targets).toEqualTypeOf<Tensor>();
    for (const dataset of [continuous, new Measured()]) {
      expectTypeOf(new DataLoader(dataset, { batchSize: 2 })).toEqualTypeOf<DataLoader<Tensor>>();
      expectTypeOf(subset(dataset, [0])).toEqualTypeOf<Subset<Tensor>>();
      expectTypeOf(subset(subset(dataset, [0]), [0])).toEqualTypeOf<Subset<Tensor>>();
      expectTypeOf(randomSplit(dataset, [0.5, 0.5])).toEqualTypeOf<Subset<Tensor>[]>();
      expectTypeOf(kFold(dataset, 2)).toEqualTypeOf<Fold<Tensor>[]>();
    }
    for (const batch of new DataLoader(new Measured(), { batchSize: 2 }))
      expectTypeOf(batch).toEqualTypeOf<Batch<Tensor>>();
  });

  test("have no labels", () => {
    const right = (_: Labels) => undefined;
    const batch: Batch<Tensor> = new Batch(x, zeros([4, 3]), Int32Array.of(0, 1, 2, 3));
    // @ts-expect-error a batch with continuous targets has no labels
    expect(() => right(batch.labels)).toThrow("use batch.targets");
    // @ts-expect-error nor has its dataset
    right(continuous.labels);
    // @ts-expect-error so it is no batch of classes
    const other: Batch = batch;
    // @ts-expect-error nor a dataset of classes
    const dataset: Dataset = continuous;
    // @ts-expect-error nor are classes continuous
    const measured: Dataset<Tensor> = classes;
    // @ts-expect-error labels need the number of classes
    expect(() => new TensorDataset(x, [0, 1, 2, 1])).toThrow("classes is missing");
    // @ts-expect-error and continuous targets have none
    expect(() => new TensorDataset(x, zeros([4, 1]), 3)).toThrow("leave it out");
    expect([other, dataset, measured]).toHaveLength(3);
  });

  test("and labels can be handled by one piece of code", () => {
    const rowsOf = <T extends Targets>(loader: DataLoader<T>): number[] =>
      Array.from(loader, ({ targets }) => (targets instanceof Tensor ? targets.shape[0] : targets.length));
    const loaders = [new DataLoader(classes, { batchSize: 3 }), new DataLoader(continuous, { batchSize: 3 })] as const;
    expect([rowsOf(loaders[0]), rowsOf(loaders[1])]).toEqual([
      [3, 1],
      [3, 1],
    ]);
    const both: readonly DataLoader<Targets>[] = loaders;
    const datasets: readonly Dataset<Targets>[] = [
      classes,
      continuous,
      new Marked(),
      new Measured(),
      subset(continuous, [1]),
    ];
    expect([both, datasets].map(({ length }) => length)).toEqual([2, 5]);
  });
});
