/** Leaves of a program: tensors whose elements lie in a larger storage in any order, far apart, or several in one place. */
import { pinned, Tensor, tensor } from "@polygrad/tensor";
import { type Draw, valueAt } from "./draw.ts";
import type { Hyper } from "./hyper.ts";
import { build, count, indicesOf, type Plain } from "./plain.ts";

/** Where the elements are: at offset + i * strides[0] + j * strides[1] + ... of a storage of `length` numbers. */
export interface Leaf {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
  readonly length: number;
  /** Whether the storage is in the kernels' own memory, if the precision is float32. */
  readonly isPinned: boolean;
  /** The seed of the values. */
  readonly seed: number;
}

/** Sizes up to the first that makes SIMD kernels run: they need 64 elements. */
const SIZES = [2, 3, 1, 4, 5, 2, 3, 1, 4, 7, 8, 9, 16, 17, 33];
const FAR = 4099;

export function leafShape(draw: Draw): number[] {
  const shape: number[] = [];
  for (let rank = draw.below(5); rank > 0; rank--) {
    const size = draw.once(24) ? 0 : draw.of(SIZES);
    if (count(shape) * size <= 160) shape.push(size);
  }
  return shape;
}

export function leaf(draw: Draw, shape: readonly number[]): Leaf {
  const seed = draw.below(1 << 20);
  const strides = shape.map(() => 0);
  let [step, offset] = [1, draw.once(3) ? draw.below(7) : 0];
  const kind = draw.below(8);
  if (kind === 1) step = FAR;
  const order = kind < 2 ? shape.map((_, axis) => shape.length - 1 - axis) : draw.order(shape.length);
  for (const axis of order) {
    if (kind >= 5 && draw.once(6)) continue; // stride 0
    const stride = kind >= 4 && draw.once(4) ? step * draw.between(2, 3) : step;
    const backwards = kind >= 3 && draw.once(3);
    strides[axis] = backwards ? -stride : stride;
    if (backwards) offset += stride * Math.max(0, shape[axis] - 1);
    step = stride * Math.max(1, shape[axis]);
  }
  return { shape, strides, offset, length: offset + step + 1, isPinned: draw.once(6), seed };
}

/** The values of a leaf, in row-major order. Those in one place are the same. One leaf in eight has zeros among them. */
export function valuesOf({ shape, strides, seed }: Leaf): number[] {
  return indicesOf(shape).map((index) => {
    const place = index.reduce((sum, i, axis) => sum * shape[axis] + (strides[axis] === 0 ? 0 : i), 0);
    return seed % 8 === 7 && place % 3 === 1 ? 0 : valueAt(seed, place);
  });
}

/** The leaf as a tensor. The rest of its storage is NaN, so that a read of it shows. */
export function tensorOf(own: Leaf, isDouble: boolean): Tensor {
  const { shape, strides, offset, length, isPinned } = own;
  const whole =
    isPinned && !isDouble ? pinned([length]) : tensor(isDouble ? new Float64Array(length) : new Float32Array(length));
  whole.data.fill(NaN);
  const values = valuesOf(own);
  for (const [i, index] of indicesOf(shape).entries())
    whole.data[index.reduce((place, step, axis) => place + step * strides[axis], offset)] = values[i];
  return new Tensor(whole.storage, shape, strides, offset);
}

/** The leaf as a plain array, with the derivatives that `part` gives to each element. */
export function plainOf(own: Leaf, part: (value: number, i: number) => Hyper): Plain {
  const values = valuesOf(own);
  let i = 0;
  return build(own.shape, () => part(values[i], i++));
}

/** The leaf as text. */
export function describe({ shape, strides, offset, length, isPinned, seed }: Leaf): string {
  const storage = `${isPinned ? "pinned" : "ordinary"} storage of ${length}`;
  return `leaf of shape [${shape}], strides [${strides}], offset ${offset} in ${storage}, values of seed ${seed}`;
}
