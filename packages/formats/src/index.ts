/** The exports of `@polygrad/formats`, tensors and networks in files. `@polygrad/formats/node` adds what needs a file system. */
export { FormatError } from "./errors.ts";
export type { SafetensorsDtype } from "./safetensors/elements.ts";
export { type EncodeOptions, encodeSafetensors } from "./safetensors/encode.ts";
export { type ParseOptions, parseSafetensors, type Safetensors } from "./safetensors/parse.ts";
export { weightsSha256 } from "./weights.ts";
export type { StateArray, StateValue } from "./state-values.ts";
export { encodeState, loadState, type Stateful, type StatePart, type StateParts } from "./state.ts";
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
