/** Buffers: tensors that belong to a model's state but are not trained, such as running statistics. */
import { ArgumentError, pin, type Shape, ShapeError, Tensor, toFloat64 } from "@polygrad/tensor";
import { checkedTensor, described, sameShape, show, taping } from "@polygrad/tensor/internal";
import { find } from "./search.ts";

/**
 * A tensor that is saved with the parameters of a model, but not trained. See `buffer`, which makes them.
 *
 * Change its elements in place, with `assign(mean.value, ...)`: a captured step then does so in every replay.
 */
export class Buffer {
  #value: Tensor;

  /** @throws ArgumentError if the value is not a tensor */
  constructor(value: Tensor) {
    this.#value = checkedTensor("Buffer", value);
  }

  get value(): Tensor {
    taping()?.reads(this, "value", () => this.#value);
    return this.#value;
  }

  /** Puts another tensor in its place, such as one in shared memory. */
  set value(value: Tensor) {
    taping()?.obstacle("the step replaces the value of a buffer; assign() to it instead");
    const { shape } = checkedTensor("Buffer.value", value);
    if (!sameShape(shape, this.shape))
      throw new ShapeError(`Buffer.value: the buffer has shape ${show(this.shape)}, got ${show(shape)}`);
    this.#value = value;
  }

  get shape(): Shape {
    return this.#value.shape;
  }
}

/**
 * Marks a tensor in a field of a model as part of the model's state: `mean = buffer(zeros([3]))`. Tensors that are not
 * marked, such as constants and masks, are not saved.
 *
 * The tensor is copied: in float32 to pinned memory, so that captured steps can change it.
 * @throws ArgumentError if the value is not a tensor; MemoryError if there is no memory for the copy
 */
export function buffer(value: Tensor): Buffer {
  if (!(value instanceof Tensor))
    throw new ArgumentError(`buffer: needs a tensor, such as zeros([3]), got ${described(value)}`);
  return new Buffer(value.storage.isDouble ? toFloat64(value) : pin(value));
}

/** Whether an object is a buffer. */
export function isBuffer(value: object): value is Buffer {
  return value instanceof Buffer;
}

/** The buffers of a model by name, in the order of the fields. @throws ArgumentError if the model is not an object */
export function namedBuffers(model: object): Map<string, Buffer> {
  return find("namedBuffers", model, isBuffer);
}
