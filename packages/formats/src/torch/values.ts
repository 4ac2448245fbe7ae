/** What a pickle of tensors consists of: Python's plain values, and references to storages and tensors. */
import type { SafetensorsDtype } from "../safetensors/elements.ts";

/** The element types of PyTorch that tensors are read from. */
export type TorchDtype =
  | "float32"
  | "float64"
  | "float16"
  | "bfloat16"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "bool";

/** The same types in safetensors, where it stands how their elements are read. */
export const elementNames: Readonly<Record<TorchDtype, SafetensorsDtype>> = {
  float32: "F32",
  float64: "F64",
  float16: "F16",
  bfloat16: "BF16",
  int8: "I8",
  int16: "I16",
  int32: "I32",
  int64: "I64",
  uint8: "U8",
  bool: "BOOL",
};

/** What has no parts; None is null. An integer beyond 2^53 - 1 is a bigint. */
export type Plain = null | boolean | number | bigint | string;

/** A list or a tuple. */
export interface Sequence {
  readonly kind: "list" | "tuple";
  readonly items: PickleValue[];
}

/** A dict or an OrderedDict. */
export interface Dictionary {
  readonly kind: "dictionary";
  readonly entries: Map<Plain, PickleValue>;
}

/** A function or class on the allow-list of globals.ts: "torch.FloatStorage". It is a name, and nothing is behind it. */
export interface Global {
  readonly kind: "global";
  readonly name: string;
}

/** Elements that lie elsewhere in the file. */
export interface StorageReference {
  readonly kind: "storage";
  readonly key: string;
  readonly dtype: TorchDtype;
  /** The number of elements. */
  readonly count: number;
}

/** A view of a storage, checked against its size: element [i, j, ...] is at offset + i strides[0] + j strides[1] + ... */
export interface TensorReference {
  readonly kind: "tensor";
  readonly storage: StorageReference;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

export type PickleValue = Plain | Sequence | Dictionary | Global | StorageReference | TensorReference;

/** A value of a file for messages. */
export function shown(value: PickleValue): string {
  if (typeof value === "string") return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}...` : value);
  if (typeof value !== "object") return String(value);
  if (value === null) return "None";
  if (value.kind === "global") return value.name;
  return value.kind === "list" || value.kind === "tuple"
    ? `a ${value.kind} of ${value.items.length}`
    : `a ${value.kind}`;
}

/** Whether a value is an integer from 0 up. */
export function isCount(value: PickleValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** The items of a tuple or a list; undefined for other values. */
export function itemsOf(value: PickleValue | undefined): readonly PickleValue[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return value.kind === "tuple" || value.kind === "list" ? value.items : undefined;
}

/** Whether a value is a dict. */
export function isDictionary(value: PickleValue | undefined): value is Dictionary {
  return typeof value === "object" && value !== null && value.kind === "dictionary";
}
