/** The exports of `@polygrad/formats`, tensors and networks in files. `@polygrad/formats/node` adds what needs a file system. */
export { FormatError } from "./errors.ts";
export type { SafetensorsDtype } from "./safetensors/elements.ts";
export { type EncodeOptions, encodeSafetensors } from "./safetensors/encode.ts";
export { type ParseOptions, parseSafetensors, type Safetensors } from "./safetensors/parse.ts";
export { MAX_INFLATED } from "./zip/archive.ts";
export type { NumpyDtype } from "./numpy/dtypes.ts";
export {
  type EncodeNpyOptions,
  encodeNpy,
  type NpyArray,
  type ParseNpyOptions,
  parseNpy,
} from "./numpy/npy.ts";
export { type EncodeNpzOptions, encodeNpz, type Npz, type ParseNpzOptions, parseNpz } from "./numpy/npz.ts";
export type { TorchDtype } from "./torch/values.ts";
export type { TorchValue } from "./torch/flatten.ts";
export { readTorch, type TorchFile, type TorchOptions } from "./torch/read.ts";
export { type LoadTorchOptions, loadTorch } from "./torch/load.ts";
export { weightsSha256 } from "./weights.ts";
export type { StateArray, StateValue } from "./state/values.ts";
export { encodeState, loadState, type Stateful, type StatePart, type StateParts } from "./state/state.ts";
export type { Architecture } from "./architecture/layers.ts";
export { architectureOf, modelOf } from "./architecture/architecture.ts";
export { encodeModel, parseModel } from "./architecture/model-file.ts";
export type { Between } from "./architecture/between.ts";
export { type Guess, type GuessOptions, guessModel } from "./architecture/guess.ts";
export type { Definition, Expression, FunctionName } from "./formula/expression.ts";
export type { Term } from "./formula/polynomials.ts";
export type { Rounding } from "./formula/rounding.ts";
export type { Expansion, ExpandOptions, Formula } from "./formula/written.ts";
export { type FormulaOptions, formula } from "./formula/formula.ts";
export { type OnnxOptions, toOnnx } from "./onnx/to-onnx.ts";
export { fromOnnx, type FromOnnxOptions } from "./onnx/from-onnx.ts";
export type { OnnxModel } from "./onnx/onnx-model.ts";
export type { OnnxValue } from "./onnx/parse.ts";
export { type SourceLanguage, type SourceOptions, toSource } from "./source/to-source.ts";
export type { Figures } from "./graph/figures.ts";
export type { Direction, GraphCluster, GraphEdge, GraphNode, GraphNodeKind } from "./graph/drawing.ts";
export type { DrawOptions, Graph } from "./graph/drawn.ts";
export { type GraphOptions, graph } from "./graph/graph.ts";
export type { TrackedValue, Tracker } from "./tensorboard/tracker.ts";
export { type EventOptions, encodeEvents, type TrackedEvent } from "./tensorboard/events.ts";
