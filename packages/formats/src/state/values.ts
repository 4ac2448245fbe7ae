/**
 * What a state dict may hold, split into JSON and tensors: a file keeps the JSON as text, and each tensor as an entry.
 * Read elements.ts and names.ts first.
 *
 * JSON has `{ "$": "tensor" }` where a tensor was, `{ "$": "Uint32Array" }` where such an array was, and `{ "$": "NaN" }`
 * for a number that JSON does not know. The tensor's name is its path: "optimiser.0.mean".
 */
import { Tensor, tensor } from "@polygrad/tensor";
import { described } from "@polygrad/tensor/internal";
import { FormatError } from "../errors.ts";
import { brief } from "../json.ts";
import { checkName, emptyRecord, isPlain } from "../names.ts";
import type { SafetensorsDtype } from "../safetensors/elements.ts";

/** The value of an entry of a state dict. An entry that is undefined is left out. */
export type StateValue =
  | null
  | boolean
  | number
  | string
  | Tensor
  | StateArray
  | readonly StateValue[]
  | { readonly [name: string]: StateValue | undefined };

/** The arrays that a state may hold, besides tensors. */
export type StateArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

interface ArrayKind {
  readonly dtype: SafetensorsDtype;
  readonly from: (numbers: ArrayLike<number>) => StateArray;
}

const arrayKinds: Readonly<Record<string, ArrayKind>> = {
  Int8Array: { dtype: "I8", from: (numbers) => Int8Array.from(numbers) },
  Uint8Array: { dtype: "U8", from: (numbers) => Uint8Array.from(numbers) },
  Int16Array: { dtype: "I16", from: (numbers) => Int16Array.from(numbers) },
  Uint16Array: { dtype: "U16", from: (numbers) => Uint16Array.from(numbers) },
  Int32Array: { dtype: "I32", from: (numbers) => Int32Array.from(numbers) },
  Uint32Array: { dtype: "U32", from: (numbers) => Uint32Array.from(numbers) },
  Float32Array: { dtype: "F32", from: (numbers) => Float32Array.from(numbers) },
  Float64Array: { dtype: "F64", from: (numbers) => Float64Array.from(numbers) },
};

/** The key of an object that stands for something that JSON does not have. */
const TAG = "$";
/** Numbers that JSON does not have. */
const NUMBERS: readonly string[] = ["NaN", "Infinity", "-Infinity", "-0"];
/** How deep a state may be nested. */
export const DEEPEST = 32;

/** The tensors of a state, by path, and the element types that are not their own. */
export class StateTensors {
  readonly tensors: Record<string, Tensor> = emptyRecord();
  readonly dtypes: Record<string, SafetensorsDtype> = emptyRecord();

  add(path: string, x: Tensor, dtype?: SafetensorsDtype): void {
    if (path in this.tensors)
      throw new FormatError(`encodeState: two tensors have the path ${brief(path)}; rename one of them`);
    this.tensors[path] = x;
    if (dtype !== undefined) this.dtypes[path] = dtype;
  }
}

/** A state's value as JSON. Its tensors and arrays are added to `into`. */
export function split(path: string, value: unknown, into: StateTensors, depth = 1): unknown {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number")
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { [TAG]: Object.is(value, -0) ? "-0" : `${value}` };
  if (value instanceof Tensor) {
    into.add(path, value);
    return { [TAG]: "tensor" };
  }
  if (depth > DEEPEST)
    throw new FormatError(`encodeState: ${path.slice(0, 80)} is nested more than ${DEEPEST} deep; is it a cycle?`);
  if (Array.isArray(value)) return Array.from(value, (each, i) => split(`${path}.${i}`, each, into, depth + 1));
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (isNumbers(value) && Object.hasOwn(arrayKinds, kind)) {
    into.add(path, tensor(Float64Array.from(value)), arrayKinds[kind].dtype);
    return { [TAG]: kind };
  }
  if (!isPlain(value))
    throw new FormatError(
      `encodeState: ${path} must be a tensor, an array, a plain object, a number, text, true, false or null, ` +
        `got ${described(value)}`,
    );
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(
    entries.map(([name, each]) => {
      checkName("encodeState", name);
      if (name === TAG) throw new FormatError(`encodeState: ${path}: the name "${TAG}" is reserved; choose another`);
      return [name, split(`${path}.${name}`, each, into, depth + 1)];
    }),
  );
}

function isNumbers(value: unknown): value is StateArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** The value that `split` made JSON of. Tensors are copies, so that nothing keeps or changes the bytes of the file. */
export function join(
  path: string,
  json: unknown,
  tensors: Readonly<Record<string, Tensor>>,
  refuse: (what: string) => FormatError,
): unknown {
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return json.map((each, i) => join(`${path}.${i}`, each, tensors, refuse));
  if (!Object.hasOwn(json, TAG))
    return Object.fromEntries(
      Object.entries(json).map(([name, each]) => [name, join(`${path}.${name}`, each, tensors, refuse)]),
    );
  const tag: unknown = Reflect.get(json, TAG);
  if (typeof tag === "string" && NUMBERS.includes(tag)) return Number(tag);
  const x = tensors[path];
  if (x === undefined) throw refuse(`there is no entry ${brief(path)}`);
  if (tag === "tensor") return x.clone();
  if (typeof tag === "string" && Object.hasOwn(arrayKinds, tag)) return arrayKinds[tag].from(x.clone().data);
  throw refuse(`${brief(path)} is of an unknown kind ${described(tag)}`);
}
