/** The entries of @polygrad/data. */
import * as polygrad from "polygrad";
import { Batch, ByteRows, DataLoader, ImageDataset, Subset, TensorDataset, tensor, zeros } from "polygrad";
import type { Entry } from "./calls.ts";
import { constructing, entry, method, property } from "./entries.ts";
import { TENSORS } from "./hostile.ts";
import * as kinds from "./kinds.ts";
import { changed, kind, like, optional, options } from "./kinds.ts";

const LABELS = Uint8Array.of(0, 1, 0);
const rows = () =>
  new TensorDataset(
    tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
    LABELS,
    2,
  );
const images = () => new ImageDataset(Uint8Array.of(0, 1, 2, 3, 4, 5), [2], LABELS, 2);
const answers = () => new TensorDataset(zeros([3, 2]), zeros([3, 4]));
const part = () => new Subset(rows(), [2, 0]);
const loader = () => new DataLoader(rows(), { batchSize: 2, shuffle: true });
const batch = () => new Batch(zeros([1, 2]), Uint8Array.of(0), Int32Array.of(0));
const pictures = () => polygrad.encodeIdx({ shape: [3, 1, 2], data: Uint8Array.of(0, 1, 2, 3, 4, 5) });
const classes = () => polygrad.encodeIdx({ shape: [3], data: LABELS });

const dataset = kind(rows, []);
/** Labels or indices of which any number will do: every array of integers from 0 to 1. */
const SOME = ["[1]", "Int32Array [0]", "Uint8Array [0]", "Float32Array [1]", "Float64Array [1]"];
const labels = kind(() => LABELS, SOME);
/** Labels that must be three. */
const threeLabels = kind(() => LABELS, []);
/** The number of classes: of the labels 0 and 1, so at least two. */
const numberOfClasses = like(changed(kinds.size, ["1"], "refused"), () => 2);
const manyClasses = changed(numberOfClasses, ["2^31"], "accepted");
const indices = kind(() => Int32Array.of(1, 0), [], ["Int32Array [0]"]);
const out = like(kinds.fittingTensor, () => zeros([2, 2]));
const seed = changed(kinds.integer, [], "accepted");
const fits = kind(() => [2], []);
const epoch = changed(kinds.integer, ["2^31", "2^40", "1e15", "2^53 - 1"], "refused");
const bytes = kind(pictures, []);
const state = kind(() => loader().stateDict(), []);

export const dataEntries: Readonly<Record<string, Entry>> = {
  checkLabels: entry(polygrad.checkLabels, labels, manyClasses, optional(kinds.text)),
  ImageDataset: constructing(
    ImageDataset,
    kind(() => new ByteRows(3, 2), []),
    fits,
    threeLabels,
    manyClasses,
  ),
  "ImageDataset of bytes": constructing(
    ImageDataset,
    kind(() => Uint8Array.of(1, 2, 3), []),
    kind(() => [1, 1], ["[]", "[1]"]),
    threeLabels,
    manyClasses,
  ),
  "ImageDataset.gatherInto": method(images, "gatherInto", indices, out),
  TensorDataset: constructing(
    TensorDataset,
    kind(() => zeros([3, 2]), [], ["tensor [3]", "tensor with NaN", "float64 tensor"]),
    threeLabels,
    manyClasses,
  ),
  "TensorDataset of continuous targets": constructing(
    TensorDataset,
    kind(() => zeros([3, 2]), [], ["tensor [3]", "tensor with NaN", "float64 tensor"]),
    kind(() => zeros([3, 1]), ["tensor [3]", "tensor with NaN"]),
    kind(() => undefined, ["undefined"]),
  ),
  "TensorDataset.gatherInto": method(rows, "gatherInto", indices, out),
  Subset: constructing(Subset, dataset, labels),
  "Subset.targets": property(() => new Subset(answers(), [2, 0]), "targets"),
  "Subset.gatherInto": method(part, "gatherInto", indices, out),
  subset: entry(polygrad.subset, dataset, labels),
  randomSplit: entry(
    polygrad.randomSplit,
    dataset,
    kind(() => [2, 1], ["[1]"]),
    optional(seed),
  ),
  kFold: entry(
    polygrad.kFold,
    dataset,
    kind(() => 3, []),
    options({ seed }),
  ),
  DataLoader: constructing(
    DataLoader,
    dataset,
    changed(
      options({ batchSize: kinds.positive, shuffle: kinds.flag, seed, dropLast: like(kinds.flag, () => false) }),
      ["undefined", "{}", "an object without a prototype"],
      "refused",
    ),
  ),
  "DataLoader.length": property(loader, "length"),
  "DataLoader.epoch": property(loader, "epoch", epoch),
  "DataLoader.order": method(loader, "order", epoch),
  "DataLoader.stateDict": method(loader, "stateDict"),
  "DataLoader.loadStateDict": method(loader, "loadStateDict", state),
  "DataLoader.loadStateDict (an entry of the state)": entry(
    (batch: never) => loader().loadStateDict({ ...loader().stateDict(), batch }),
    like(changed(kinds.fittingTensor, ["tensor []"], "accepted"), () => tensor(1)),
  ),
  "DataLoader.[Symbol.iterator]": entry(() => [...loader()].map(({ labels }) => labels)),
  Batch: constructing(
    Batch,
    kinds.anyTensor,
    kind(() => LABELS, [...TENSORS, "Uint8Array [0]", "Int32Array [0]", "Int32Array [7]"]),
    kind(() => Int32Array.of(0, 1), ["Int32Array [0]", "Int32Array [7]"]),
    optional(kind(() => ({}), ["{}", "an object without a prototype"])),
  ),
  "Batch.inputs": property(batch, "inputs"),
  "Batch.targets": property(batch, "targets"),
  "Batch.labels": property(batch, "labels"),
  "Batch.expire": method(batch, "expire"),
  gunzip: entry(
    polygrad.gunzip,
    kind(pictures, ["Uint8Array [0]"]),
    optional(like(kinds.integer, () => 2 ** 20)),
    optional(kinds.text),
  ),
  parseIdx: entry(polygrad.parseIdx, bytes, optional(kinds.text)),
  encodeIdx: entry(
    polygrad.encodeIdx,
    kind(() => ({ shape: [2], data: Int16Array.of(1, 2) }), []),
  ),
  "encodeIdx of a shape": entry((shape: never) => polygrad.encodeIdx({ shape, data: Int16Array.of(1, 2) }), fits),
  "encodeIdx of elements": entry(
    (data: never) => polygrad.encodeIdx({ shape: [1], data }),
    kind(
      () => Int8Array.of(1),
      ["Float32Array [1]", "Float64Array [1]", "Int32Array [0]", "Int32Array [7]", "Uint8Array [0]"],
    ),
  ),
  imageDataset: entry(
    polygrad.imageDataset,
    bytes,
    kind(classes, []),
    options({ classes: manyClasses, names: kind(() => ["a", "b"], []) }),
  ),
};
