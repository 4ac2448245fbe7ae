/** Datasets shared between threads: pinned once, described by a handle, with the same batches on every thread. */
import { ByteRows, pin, pinned, Tensor, tensor } from "@polygrad/tensor";
import { handleOf, lendMemory, reclaimMemory } from "@polygrad/tensor/internal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  DataLoader,
  type Dataset,
  DatasetError,
  ImageDataset,
  Subset,
  subset,
  type Targets,
  TensorDataset,
} from "../src/index.ts";
import { BatchMemory, datasetAt, datasetHandle, pinDataset } from "../src/internal.ts";
import { refusal } from "./refusal.ts";
import { onThread } from "./thread.ts";

const labels = [2, 0, 1, 2, 1];

const images = () =>
  new ImageDataset(
    Uint8Array.from({ length: 30 }, (_, at) => 8 * at),
    [2, 3],
    Uint8Array.from(labels),
    3,
  );
const values = () => tensor(Float32Array.from({ length: 10 }, (_, at) => at / 4 - 1)).reshape([5, 2]);
const ordinary = () => new TensorDataset(values(), labels, 3);
/** A dataset over five rows in the middle of a larger tensor. */
const inside = () => {
  const whole = pinned([9, 2]);
  return new TensorDataset(whole.slice(0, 2, 7).assign(values()), labels, 3);
};

/** A dataset of a user's own class: sample i is [i, i + 1] times `factor`. */
class Ramps implements Dataset {
  readonly length = 5;
  readonly sampleShape = [2];
  readonly labels = Int32Array.from(labels);
  readonly classes = 3;
  factor = 1;
  reads = 0;

  gatherInto(indices: Int32Array, out: Tensor): void {
    this.reads++;
    for (const [row, index] of indices.entries())
      out.select(0, row).assign(tensor([index, index + 1]).mul(this.factor));
  }
}

/** Images that are turned upside down when they are copied into a batch. */
class Flipped extends ImageDataset {
  override gatherInto(indices: Int32Array, out: Tensor): void {
    super.gatherInto(indices, out);
    out.assign(out.flip(1).clone());
  }
}

const flipped = () => new Flipped(images().pixels, [2, 3], Uint8Array.from(labels), 3);

const continuous = (targets: Tensor = tensor([1, 2, 3, 4, 5]).reshape(5, 1, 1)) => new TensorDataset(values(), targets);

/** A dataset of a user's own class with continuous targets, which are a view. */
class Slopes implements Dataset<Tensor> {
  readonly length = 5;
  readonly sampleShape = [2];
  readonly targets = tensor([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [2, 5]).transpose();

  gatherInto(indices: Int32Array, out: Tensor): void {
    new Ramps().gatherInto(indices, out);
  }
}

const datasets: Readonly<Record<string, () => Dataset<Targets>>> = {
  images,
  "an ordinary tensor": ordinary,
  "a pinned tensor": () => new TensorDataset(pin(values()), labels, 3),
  "part of a pinned tensor": inside,
  "a subset of images": () => subset(images(), [4, 0, 4]),
  "a subset of a subset of a tensor": () => subset(subset(ordinary(), [3, 1, 2, 0]), [2, 2, 0]),
  "a user's own class": () => new Ramps(),
  "a subset of a user's own class": () => subset(new Ramps(), [1, 4]),
  "a subclass with a gatherInto of its own": flipped,
  "continuous targets": continuous,
  "pinned continuous targets": () => new TensorDataset(pin(values()), pin(tensor([1, 2, 3, 4, 5]))),
  "a subset of continuous targets": () => subset(subset(continuous(), [4, 3, 1, 0]), [1, 1, 3]),
  "continuous targets of a user's own class": () => new Slopes(),
};

const rows = (dataset: Dataset<Targets>) => Int32Array.from({ length: dataset.length }, (_, index) => index);

/** The whole content of a dataset, read once. */
function contents(dataset: Dataset<Targets>, indices: Int32Array = rows(dataset)) {
  const { inputs, targets } = new BatchMemory().gather(dataset, indices);
  const { length, sampleShape, classes } = dataset;
  const answers = targets instanceof Tensor ? targets.toArray() : targets;
  return { length, sampleShape: [...sampleShape], classes, inputs: inputs.toArray(), targets: answers };
}

const isPinned = (dataset: Dataset<Targets>): boolean => {
  if (dataset instanceof Subset) return isPinned(dataset.dataset);
  if (dataset instanceof TensorDataset)
    return [dataset.inputs, dataset.targets].every((x) => !(x instanceof Tensor) || x.storage.address !== undefined);
  return dataset instanceof ImageDataset && dataset.pixels.address !== undefined;
};

describe.each(Object.entries(datasets))("%s", (_, make) => {
  test("has the same samples and labels when pinned, and is returned unchanged when pinned again", () => {
    const dataset = make();
    const there = pinDataset(dataset);
    expect(isPinned(there)).toBe(true);
    expect(contents(there)).toEqual(contents(dataset));
    expect(pinDataset(there)).toBe(there);
  });

  test("has the same samples in any order when made from its handle", () => {
    const dataset = pinDataset(make());
    const seen = datasetAt(structuredClone(datasetHandle(dataset)));
    expect(seen.constructor).toBe(dataset.constructor);
    const some = fc.array(fc.nat({ max: dataset.length - 1 }), { minLength: 1, maxLength: 8 });
    const property = fc.property(some, (picked) => {
      const indices = Int32Array.from(picked);
      expect(contents(seen, indices)).toEqual(contents(dataset, indices));
    });
    fc.assert(property, { numRuns: 10 });
  });
});

test("another thread draws the same batches", async () => {
  const here = Object.values(datasets).map((make) => pinDataset(make()));
  const lent = [lendMemory(100_000)];
  const answers = await onThread({ lent: lent[0], handles: here.map(datasetHandle) });
  reclaimMemory(lent);
  expect(answers).toEqual(
    here.map((dataset) => {
      const loader = new DataLoader(dataset, { batchSize: 2, shuffle: true, seed: 3 });
      const { inputs, targets, classes } = contents(dataset);
      return { inputs, targets, classes, batches: Array.from(loader, (batch) => batch.inputs.toArray()) };
    }),
  );
});

describe("pinning", () => {
  test("does not copy samples that are pinned already", () => {
    const [pictures, part] = [images(), inside()];
    expect([pinDataset(pictures) === pictures, pinDataset(part) === part]).toEqual([true, true]);
    const chosen = subset(pictures, [1, 2]);
    expect(pinDataset(chosen)).toBe(chosen);
  });

  test("leaves the original unchanged, and keeps labels of bytes as bytes", () => {
    const dataset = ordinary();
    const copy = pinDataset(dataset);
    if (!(copy instanceof TensorDataset)) throw new Error("no tensors");
    copy.inputs.assign(tensor(0));
    expect(dataset.inputs.equals(values())).toBe(true);
    expect(datasetAt(datasetHandle(images())).labels).toEqual(Uint8Array.from(labels));
  });

  test("reads a dataset of a user's own class once, so later changes to it have no effect", () => {
    const own = new Ramps();
    own.factor = 10;
    const copy = pinDataset(own);
    own.factor = 100;
    expect(contents(copy).inputs).toEqual([
      [0, 10],
      [10, 20],
      [20, 30],
      [30, 40],
      [40, 50],
    ]);
    expect(own.reads).toBe(1);
  });

  test("applies what a subclass does to its samples", () => {
    const [plain, turned] = [contents(images()), contents(pinDataset(flipped()))];
    expect(turned.inputs).toEqual((plain.inputs as number[][][]).map((image) => image.toReversed()));
  });
});

describe("a handle", () => {
  test("of images keeps their divisor, and refers to the same bytes", () => {
    const pixels = new ByteRows(5, 6, 8);
    const dataset = new ImageDataset(pixels, [6], labels, 3);
    const handle = datasetHandle(dataset);
    expect(handle).toEqual({
      kind: "images",
      address: pixels.address,
      divisor: 8,
      shape: [6],
      labels: Int32Array.from(labels),
      classes: 3,
    });
    const seen = datasetAt(handle);
    pixels.bytes.set([80, 88, 4], 6);
    expect(contents(seen, Int32Array.of(1)).inputs).toEqual([[10, 11, 0.5, 0, 0, 0]]);
  });

  test("of a tensor holds the tensor's handle; that of a subset, the handle of the whole and the indices", () => {
    const dataset = inside();
    const whole = {
      kind: "tensors",
      ...{ inputs: handleOf(dataset.inputs), targets: Int32Array.from(labels), classes: 3 },
    };
    expect(datasetHandle(dataset)).toEqual(whole);
    expect(datasetHandle(subset(dataset, [3, 1]))).toEqual({ kind: "subset", of: whole, indices: Int32Array.of(3, 1) });
    dataset.inputs.select(0, 3).assign(tensor([7, 8]));
    expect(contents(datasetAt(datasetHandle(subset(dataset, [3])))).inputs).toEqual([[7, 8]]);
  });

  test("of continuous targets refers to the same memory", () => {
    const [inputs, targets] = [pin(values()), pin(tensor([1, 2, 3, 4, 5]))];
    const handle = datasetHandle(new TensorDataset(inputs, targets));
    expect(handle).toEqual({
      kind: "tensors",
      inputs: handleOf(inputs),
      targets: handleOf(targets),
      classes: undefined,
    });
    const seen = datasetAt(structuredClone(handle));
    targets.select(0, 2).assign(tensor(7));
    expect(contents(seen, Int32Array.of(2, 0)).targets).toEqual([7, 1]);
  });

  test("is refused for samples or continuous targets that are not pinned", () => {
    const halves = [
      new TensorDataset(pin(values()), tensor([1, 2, 3, 4, 5])),
      continuous(pin(tensor([1, 2, 3, 4, 5]))),
    ];
    for (const dataset of halves) expect(() => datasetHandle(dataset)).toThrow(DatasetError);
    for (const dataset of [ordinary(), new Ramps(), flipped(), subset(ordinary(), [1]), subset(new Ramps(), [1])])
      expect(() => datasetHandle(dataset)).toThrow(DatasetError);
    expect(refusal(() => datasetHandle(ordinary()))).toMatchInlineSnapshot(
      `"DatasetError: datasetHandle: the samples are not in memory that threads share; call pinDataset first"`,
    );
  });
});
