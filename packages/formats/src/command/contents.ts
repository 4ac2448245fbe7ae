/** What a file holds, whatever its format: the content decides, not the ending of its name. */
import type { Layer } from "@polygrad/nn";
import type { Tensor } from "@polygrad/tensor";
import { ARCHITECTURE, parseModel } from "../architecture/model-file.ts";
import { FormatError } from "../errors.ts";
import { parseNpy } from "../numpy/npy.ts";
import { parseNpz } from "../numpy/npz.ts";
import { fromOnnx } from "../onnx/from-onnx.ts";
import type { OnnxValue } from "../onnx/parse.ts";
import { parseSafetensors } from "../safetensors/parse.ts";
import { readTorch } from "../torch/read.ts";
import { isZip } from "../zip/directory.ts";

/** What a file holds. */
export interface Contents {
  /** "safetensors", for example. */
  readonly format: string;
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** The element type of each tensor in the file. */
  readonly dtypes: Readonly<Record<string, string>>;
  /** Texts and numbers beside the tensors. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Whether the tensors are in the order in which the model has them, as PyTorch's are; others may be sorted by name. */
  readonly isInOrder: boolean;
  /** Makes the network, if the file says its layers. @throws FormatError if it cannot be made */
  readonly model?: (() => Layer) | undefined;
}

/** What all readers take. */
interface ReadOptions {
  readonly file: string;
  /** Whether large integers are rounded. */
  readonly roundIntegers: boolean;
}

/** A format: how its files begin, and how they are read. */
interface Format {
  readonly name: string;
  readonly begins: (bytes: Uint8Array) => boolean;
  readonly read: (bytes: Uint8Array, options: ReadOptions) => Omit<Contents, "format" | "isInOrder">;
}

const startsWith =
  (...start: readonly number[]) =>
  (bytes: Uint8Array) =>
    start.every((byte, k) => bytes[k] === byte);

/** Whether the names in a zip file end so: they stand in its first and last bytes as they are. */
const mentions = (bytes: Uint8Array, name: string) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(name);

/** Inputs or outputs of an ONNX model: "input FLOAT [batch, 784]". */
const inOut = (values: readonly OnnxValue[]) =>
  values
    .map(({ name, type, shape }) => `${name} ${type} ${shape === undefined ? "" : `[${shape.join(", ")}]`}`)
    .join(", ");

const formats: readonly Format[] = [
  {
    name: "safetensors",
    // A length, whose low byte can be any, and "{".
    begins: (bytes) => bytes[8] === 0x7b && bytes.subarray(4, 8).every((byte) => byte === 0),
    read(bytes, options) {
      const { tensors, dtypes, metadata } = parseSafetensors(bytes, options);
      const model = ARCHITECTURE in metadata ? () => parseModel(bytes, { file: options.file }) : undefined;
      return { tensors, dtypes, metadata, model };
    },
  },
  {
    name: "ONNX",
    begins: startsWith(0x08),
    read(bytes, options) {
      const model = fromOnnx(bytes, { file: options.file });
      const tensors = Object.fromEntries(Object.entries(model.state).map(([name, { value }]) => [name, value]));
      const dtypes = Object.fromEntries(Object.keys(tensors).map((name) => [name, "float32"]));
      const { opset, producer, inputs, outputs, metadata } = model;
      const described = { opset, producer, inputs: inOut(inputs), outputs: inOut(outputs), ...metadata };
      return { tensors, dtypes, metadata: described, model: () => model.asSequential() };
    },
  },
  {
    name: "PyTorch",
    begins: (bytes) => (isZip(bytes) && mentions(bytes, "/data.pkl")) || startsWith(0x80, 0x02)(bytes),
    read(bytes, options) {
      const { tensors, dtypes, values } = readTorch(bytes, options);
      return { tensors, dtypes, metadata: values };
    },
  },
  {
    name: "NumPy (.npz)",
    begins: isZip,
    read: (bytes, options) => ({ ...parseNpz(bytes, options), metadata: {} }),
  },
  {
    name: "NumPy (.npy)",
    begins: startsWith(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59),
    read(bytes, options) {
      const { tensor, dtype } = parseNpy(bytes, options);
      return { tensors: { array: tensor }, dtypes: { array: dtype }, metadata: {} };
    },
  },
];

/**
 * Reads a file.
 * @param roundIntegers whether integers beyond 2^53 - 1 are rounded, or refused
 * @throws FormatError if it is of no known format, or not a valid file of its format
 */
export function contentsOf(bytes: Uint8Array, file: string, roundIntegers: boolean): Contents {
  if (bytes.length === 0) throw new FormatError(`${file}: the file is empty`);
  for (const { name, begins, read } of formats)
    if (begins(bytes)) return { format: name, isInOrder: name === "PyTorch", ...read(bytes, { file, roundIntegers }) };
  throw new FormatError(
    `${file}: this is no file of a known format: it does not begin as ${formats.map(({ name }) => name).join(", ")} do`,
  );
}
