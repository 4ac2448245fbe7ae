/** The entries of @polygrad/formats. */
import * as formats from "@polygrad/formats";
import * as node from "@polygrad/formats/node";
import { Linear, Random, tensor, variable } from "polygrad";
import type { Entry } from "./calls.ts";
import { entry } from "./entries.ts";
import * as kinds from "./kinds.ts";
import { type Kind, kind, like, optional, options } from "./kinds.ts";
import { model } from "./layers.ts";

const EMPTY = ["{}", "an object without a prototype"];
/** Objects that hold nothing but numbers. */
const OF_NUMBERS = [...EMPTY, "an object that looks like an array", "an object with an unknown option"];

const tensors = kind(() => ({ x: tensor([1, 0]) }), EMPTY);
const encoding = options({
  metadata: optional(kind(() => ({ a: "b" }), EMPTY)),
  dtype: optional(kind(() => "F16", EMPTY)),
});
const file = () => formats.encodeSafetensors({ x: tensor([1, 0]) });
const parsing = options({
  file: optional(kinds.text),
  only: optional(kind(() => ["x"], ["[]"])),
  roundIntegers: optional(kinds.flag),
  allowUnaligned: optional(kinds.flag),
});
const saved = () => formats.encodeState({ random: new Random(1), epoch: 3 });
const parts = kind(() => ({ random: new Random(2), epoch: 0 }), OF_NUMBERS);
const partsOfFile = kind(parts.good, EMPTY);
/** No file can be written or read there, so every call is refused. */
const nowhere = (path: unknown) => (typeof path === "string" ? `/nowhere/at/all/${path}` : path);
const path = kind(() => "file", []);
export const refused = (call: (...args: never[]) => unknown, ...list: readonly Kind[]): Entry => ({
  call: (at, ...rest) => Reflect.apply(call, undefined, [nowhere(at), ...rest]),
  kinds: [path, ...list],
  refused: true,
});

/** A layer that can be written down: of other objects, nothing is known. */
const layer = kind(() => new Linear(2, 1), []);
const names = (good: readonly string[]) => optional(kind(() => good, []));
const writing = options({
  inputs: names(["a", "b"]),
  outputs: names(["c"]),
  bases: optional(kind(() => "powers", [])),
  precision: optional(kind(() => 3, ["1"])),
  threshold: optional(kinds.from0),
});
const source = options({
  name: optional(kind(() => "predict", ['"text"'])),
  inputs: optional(kind(() => 2, [], ["1", "2^31", "2^40", "1e15", "2^53 - 1"])),
});

const named = (name: string) => optional(kind(() => name, ['"1"', '"text"']));
const onnx = options({
  inputs: optional(kind(() => [1, 2], [])),
  opset: optional(kind(() => 15, [])),
  batch: optional(kind(() => 2, ["1", "2^31", "2^40", "1e15", "2^53 - 1"])),
  name: named("model"),
  inputName: named("x"),
  outputName: named("y"),
  metadata: optional(kind(() => ({ a: "b" }), EMPTY)),
});
const output = kind(() => variable(1).mul(2), ["variable []"]);
const drawing = options({
  model: optional(model),
  names: optional(kind(() => ({ x: tensor([1]) }), EMPTY)),
  values: optional(kinds.flag),
  gradients: optional(kinds.flag),
  unfold: optional(kind(() => ["linear"], ["true", "false", "[]", '["a"]'])),
});
const event = { step: 0, wallTime: 0, values: { loss: 1 } };
const buckets = optional(kind(() => 30, ["1"]));

export const formatsEntries: Readonly<Record<string, Entry>> = {
  encodeSafetensors: entry(formats.encodeSafetensors, tensors, encoding),
  parseSafetensors: entry(formats.parseSafetensors, kind(file, []), parsing),
  weightsSha256: entry(formats.weightsSha256, model),
  formula: entry(formats.formula, layer, writing),
  toSource: entry(
    formats.toSource,
    layer,
    kind(() => "typescript", []),
    source,
  ),
  toOnnx: entry(formats.toOnnx, layer, onnx),
  fromOnnx: entry(
    formats.fromOnnx,
    kind(() => formats.toOnnx(new Linear(2, 1)), []),
    options({ file: optional(like(kinds.text, () => "model.onnx")) }),
  ),
  graph: entry(formats.graph, output, drawing),
  encodeEvents: entry(
    formats.encodeEvents,
    kind(() => [event], ["[]"]),
    options({ buckets, continued: optional(kinds.flag) }),
  ),
  tensorBoard: {
    // It makes the directory, but below no file.
    call: (at, ...rest) =>
      Reflect.apply(node.tensorBoard, undefined, [typeof at === "string" ? `/dev/null/${at}` : at, ...rest]),
    kinds: [path, options({ buckets })],
    refused: true,
  },
  architectureOf: entry(formats.architectureOf, layer),
  modelOf: entry(
    formats.modelOf,
    kind(() => ["Linear", 2, 1], []),
    optional(kind(() => 100, ["2^31", "2^40", "1e15", "2^53 - 1"])),
  ),
  encodeModel: entry(formats.encodeModel, layer, encoding),
  parseModel: entry(
    formats.parseModel,
    kind(() => formats.encodeModel(new Linear(2, 1)), []),
    options({ file: optional(like(kinds.text, () => "model")) }),
  ),
  guessModel: entry(
    formats.guessModel,
    kind(() => new Linear(2, 1).stateDict(), []),
    options({
      activation: optional(kind(() => "relu", [])),
      basis: optional(kind(() => "monomial", [])),
      squash: optional(kind(() => "tanh", [])),
      file: optional(like(kinds.text, () => "state")),
    }),
  ),
  encodeState: entry(formats.encodeState, parts),
  loadState: entry(
    formats.loadState,
    kind(saved, []),
    partsOfFile,
    options({ file: optional(like(kinds.text, () => "run")) }),
  ),
  readSafetensors: refused(node.readSafetensors, parsing),
  writeSafetensors: refused(node.writeSafetensors, tensors, encoding),
  saveState: refused(node.saveState, parts),
  restoreState: refused(node.restoreState, partsOfFile),
  writeAtomically: refused(
    node.writeAtomically,
    kind(() => Uint8Array.of(1), []),
  ),
};
