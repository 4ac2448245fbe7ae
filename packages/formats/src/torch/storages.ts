/** Storages: the elements that tensors of a PyTorch file are views of, each read once. Read values.ts first. */
import { Tensor, tensor } from "@polygrad/tensor";
import type { FormatError } from "../errors.ts";
import { elements } from "../safetensors/elements.ts";
import { MOST } from "../safetensors/parse.ts";
import { swapped, valuesOf } from "../safetensors/values.ts";
import { elementNames, type StorageReference, type TensorReference } from "./values.ts";

type Refuse = (what: string) => FormatError;

/** The number of bytes of a storage. */
export function bytesOf({ dtype, count }: StorageReference): number {
  return count * elements[elementNames[dtype]].bytes;
}

/** Makes tensors of references. Tensors that share a storage in the file share one here. */
export class Storages {
  readonly #read: Map<string, { readonly reference: StorageReference; readonly whole: Tensor }> = new Map();
  readonly #bytesAt: (reference: StorageReference, refuse: Refuse) => Uint8Array;
  readonly #isBigEndian: boolean;
  readonly #roundIntegers: boolean;

  /** @param bytesAt the bytes of a storage, exactly as many as it has */
  constructor(
    bytesAt: (reference: StorageReference, refuse: Refuse) => Uint8Array,
    isBigEndian: boolean,
    roundIntegers: boolean,
  ) {
    this.#bytesAt = bytesAt;
    this.#isBigEndian = isBigEndian;
    this.#roundIntegers = roundIntegers;
  }

  /** The tensor: a view of its storage, whatever its strides. */
  tensorOf({ storage, offset, shape, strides }: TensorReference, refuse: Refuse): Tensor {
    // Sizes of 0 do not excuse sizes that overflow.
    const size = shape.reduce((product, each) => product * Math.max(each, 1), 1);
    if (size > MOST) throw refuse(`it has ${size} elements, but a tensor has at most ${MOST}`);
    const { storage: own } = this.#whole(storage, refuse);
    return new Tensor(own, shape, strides, offset);
  }

  #whole(reference: StorageReference, refuse: Refuse): Tensor {
    const { key, dtype, count } = reference;
    const known = this.#read.get(key);
    if (known !== undefined) {
      const { reference: first, whole } = known;
      if (first.dtype === dtype && first.count === count) return whole;
      throw refuse(
        `storage ${JSON.stringify(key)} is ${count} elements of ${dtype} here, and ${first.count} of ${first.dtype} elsewhere`,
      );
    }
    const element = elementNames[dtype];
    const { bytes: width } = elements[element];
    const found = this.#bytesAt(reference, refuse);
    const bytes = this.#isBigEndian && width > 1 ? swapped(found, width) : found;
    const format = { dtype: element, name: dtype, roundIntegers: this.#roundIntegers };
    const whole = tensor(valuesOf(bytes, count, format, refuse));
    this.#read.set(key, { reference, whole });
    return whole;
  }
}
