/**
 * Tensors of ONNX, read: initialisers, and those in attributes. Read fields.ts and protobuf/read.ts first.
 *
 * Elements are in `raw_data`, little-endian, or in a list for their type, such as `float_data`; `int32_data` holds all
 * integers of up to 32 bits and the codes of float16 and bfloat16.
 */
import { type Tensor, zeros } from "@polygrad/tensor";
import { brief } from "../json.ts";
import { MessageReader, type Refuse } from "../protobuf/read.ts";
import { elements, isLittleEndian, type SafetensorsDtype } from "../safetensors/elements.ts";
import { TENSOR } from "./fields.ts";

/** What the elements of a value are. */
export type Kind = "float" | "integer" | "boolean";

/** An element type of ONNX: its name, its elements in raw data, the list for it, and what its values are. */
interface ElementType {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly list: number;
  readonly kind: Kind;
}

const float = (name: string, dtype: SafetensorsDtype, list: number): ElementType => {
  return { name, dtype, list, kind: "float" };
};
const integer = (name: string, dtype: SafetensorsDtype, list: number): ElementType => {
  return { name, dtype, list, kind: "integer" };
};

/** The element types that can be read, by number. */
export const elementTypes: ReadonlyMap<number, ElementType> = new Map([
  [1, float("FLOAT", "F32", TENSOR.floats)],
  [2, integer("UINT8", "U8", TENSOR.int32s)],
  [3, integer("INT8", "I8", TENSOR.int32s)],
  [4, integer("UINT16", "U16", TENSOR.int32s)],
  [5, integer("INT16", "I16", TENSOR.int32s)],
  [6, integer("INT32", "I32", TENSOR.int32s)],
  [7, integer("INT64", "I64", TENSOR.int64s)],
  [9, { name: "BOOL", dtype: "BOOL", list: TENSOR.int32s, kind: "boolean" }],
  [10, float("FLOAT16", "F16", TENSOR.int32s)],
  [11, float("DOUBLE", "F64", TENSOR.doubles)],
  [12, integer("UINT32", "U32", TENSOR.uint64s)],
  [13, integer("UINT64", "U64", TENSOR.uint64s)],
  [16, float("BFLOAT16", "BF16", TENSOR.int32s)],
]);

/** An element type by its number. */
export function elementType(number: number, refuse: Refuse): ElementType {
  const found = elementTypes.get(number);
  if (found !== undefined) return found;
  const names = [...elementTypes.values()].map(({ name }) => name).join(", ");
  throw refuse(`its element type is number ${number}, which is not read; those that are read are ${names}`);
}

/** A tensor of a file. */
export interface OnnxTensor {
  readonly name: string;
  readonly kind: Kind;
  /** In float64 for DOUBLE and integers of 32 bits or more, else in float32: exact in either. */
  readonly value: Tensor;
}

/** The most elements and axes of a tensor. */
const [MOST, MOST_AXES] = [2 ** 30, 64];

export function readTensor(bytes: Uint8Array, refuse: Refuse): OnnxTensor {
  const message = new MessageReader(bytes, refuse);
  const name = message.text(TENSOR.name);
  const refuseTensor: Refuse = (what) => refuse(`tensor ${brief(name)}: ${what}`);
  if (message.has(TENSOR.external) || message.integer(TENSOR.location) !== 0)
    throw refuseTensor("its data is in another file, which is not read; save the model as one file");
  if (message.has(TENSOR.segment)) throw refuseTensor("it is a part of a tensor, which is not read");
  const type = elementType(message.integer(TENSOR.element), refuseTensor);
  const shape = message.integers(TENSOR.sizes);
  // Sizes of 0 do not excuse sizes that overflow.
  const product = shape.reduce((product, size) => product * Math.max(size, 1), 1);
  if (shape.some((size) => size < 0) || product > MOST || shape.length > MOST_AXES)
    throw refuseTensor(
      `the shape ${brief(shape)} is not allowed: sizes are from 0 up, and ${MOST} elements are the most`,
    );
  return { name, kind: type.kind, value: tensorOf(message, type, shape, refuseTensor) };
}

function tensorOf(message: MessageReader, type: ElementType, shape: number[], refuse: Refuse): Tensor {
  const { bytes, precision, read } = elements[type.dtype];
  const raw = message.bytes(TENSOR.raw);
  const list = raw === undefined ? listOf(message, type) : [];
  const given = raw === undefined ? list.length : raw.length / bytes;
  const count = shape.reduce((product, size) => product * size, 1);
  if (given !== count)
    throw refuse(`its shape ${brief(shape)} has ${count} elements, but its data has ${given}; the file is damaged`);
  const x = zeros(shape, { dtype: precision });
  if (raw !== undefined && type.dtype === "F32" && isLittleEndian) {
    new Uint8Array(x.data.buffer, x.data.byteOffset, raw.length).set(raw);
    return x;
  }
  const view = raw && new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  for (let i = 0; i < count; i++) {
    const value = view === undefined ? elementOf(list[i], type, refuse) : read(view, i * bytes);
    // The ends of int64 stand for the end of an axis in Slice; as float64, they are 2^63.
    if (type.kind === "integer" && !Number.isSafeInteger(value) && Math.abs(value) !== 2 ** 63)
      throw refuse(`element ${i} is about ${value}, which float64 cannot hold exactly`);
    if (type.kind === "boolean" && value > 1) throw refuse(`element ${i} is ${value}, but BOOL has only 0 and 1`);
    x.data[i] = value;
  }
  return x;
}

/** The elements that are in the list for their type. */
function listOf(message: MessageReader, { list }: ElementType): number[] {
  if (list === TENSOR.floats) return message.floats(list);
  return list === TENSOR.doubles ? message.floats(list, 8) : message.integers(list);
}

const scratch = new DataView(new ArrayBuffer(4));

/** An element from a list, which must have it exactly; float16 and bfloat16 are there as their codes. */
function elementOf(value: number, { name, dtype, kind }: ElementType, refuse: Refuse): number {
  const { bytes, range, read } = elements[dtype];
  if (kind === "float" && bytes > 2) return value;
  const [least, most] = range ?? [0, 0xffff];
  if (value < least || value > most) throw refuse(`an element is ${value}, which ${name} does not have`);
  if (kind !== "float") return value;
  scratch.setUint16(0, value, true);
  return read(scratch, 0);
}
