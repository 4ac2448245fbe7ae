/** The entries of the functions of @polygrad/formats for files of NumPy and PyTorch. */
import * as formats from "@polygrad/formats";
import * as node from "@polygrad/formats/node";
import { Linear, tensor } from "polygrad";
import { pickled } from "../../../formats/test/torch/handmade.ts";
import { stored, zipOf } from "../../../formats/test/zip/handmade.ts";
import type { Entry } from "./calls.ts";
import { entry } from "./entries.ts";
import { refused } from "./formats.ts";
import * as kinds from "./kinds.ts";
import { kind, like, optional, options } from "./kinds.ts";

const x = () => tensor([[1, 0]]);
const tensors = kind(() => ({ x: x() }), ["{}", "an object without a prototype"]);
const only = optional(kind(() => ["x"], ["[]"]));
const common = { file: optional(kinds.text), roundIntegers: optional(kinds.flag) };
const npyOptions = options(common);
const npzOptions = options({ ...common, only, maxInflated: optional(kinds.integer) });
const npyWriting = options({ dtype: optional(kind(() => "float16", [])) });
const npzWriting = options({
  dtype: optional(kind(() => "int8", ["{}", "an object without a prototype"])),
  compress: optional(kinds.flag),
});
/** What torch.save would write of { x: tensor([1, 0]) }. */
const torchFile = () =>
  zipOf([
    stored(
      "a/data.pkl",
      pickled({
        kind: "dictionary",
        entries: [["x", { kind: "tensor", Class: "FloatStorage", count: 2, shape: [2], strides: [1] }]],
      }),
    ),
    stored("a/data/0", Uint8Array.of(0, 0, 128, 63, 0, 0, 0, 0)),
  ]);

export const fileEntries: Readonly<Record<string, Entry>> = {
  parseNpy: entry(
    formats.parseNpy,
    kind(() => formats.encodeNpy(x()), []),
    npyOptions,
  ),
  encodeNpy: entry(formats.encodeNpy, like(kinds.anyTensor, x), npyWriting),
  parseNpz: entry(
    formats.parseNpz,
    kind(() => formats.encodeNpz({ x: x() }), []),
    npzOptions,
  ),
  encodeNpz: entry(formats.encodeNpz, tensors, npzWriting),
  readTorch: entry(formats.readTorch, kind(torchFile, []), npzOptions),
  loadTorch: entry(
    formats.loadTorch,
    kind(() => new Linear(2, 1, { bias: false }), []),
    kind(() => ({ weight: x() }), []),
    options({ file: optional(kinds.text), prefix: optional(kind(() => "", ['""'])), round: optional(kinds.flag) }),
  ),
  readNpy: refused(node.readNpy, npyOptions),
  writeNpy: refused(node.writeNpy, like(kinds.anyTensor, x), npyWriting),
  readNpz: refused(node.readNpz, npzOptions),
  writeNpz: refused(node.writeNpz, tensors, npzWriting),
};
