/** Functions that read tensors: as nested arrays, and compared with each other exactly or within a tolerance. */
import { numberFrom } from "../arguments.ts";
import type { NestedArray, TensorJSON } from "../create.ts";
import { copyInto } from "../elements.ts";
import { floats } from "../floats.ts";
import { type Numeric, tensorOf } from "../operand.ts";
import { options } from "../parameters.ts";
import { type PairReading, reading } from "../reading.ts";
import { broadcastStrides, commonShape, sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { collapse, eachLine } from "../walk.ts";
import { select } from "./axes.ts";

/** The elements as nested arrays of numbers, or as a number if x is a scalar. */
export function toArray(x: Numeric): NestedArray {
  const own = tensorOf("toArray", x);
  if (own.rank === 0) return own.data[own.offset];
  return Array.from({ length: own.shape[0] }, (_, i) => toArray(select(own, 0, i)));
}

/** What `JSON.stringify` writes for a tensor; `tensor` reads it. Infinities and NaN are text, which JSON has no numbers for. */
export function toJSON(x: Numeric): TensorJSON {
  const own = tensorOf("toJSON", x);
  const data = floats(own.storage.isDouble, own.size);
  copyInto(own, data);
  const elements = Array.from(data, (value) => (Number.isFinite(value) ? value : String(value)));
  return { shape: own.shape, dtype: own.dtype, elements };
}

/** Whether two tensors have the same shape and equal elements: -0 equals 0, and NaN does not equal anything. */
export const equals: PairReading<[], boolean> = reading(
  "equals",
  2,
  [],
  (a, b) => sameShape(a.shape, b.shape) && everyPair(a, b, (x, y) => x === y),
);

/** How far apart two elements may be: |a - b| <= absolute + relative |b|. */
export interface Tolerance {
  /** Relative to the size of b; 1e-5 by default, as in NumPy. */
  readonly relative?: number;
  /** 1e-8 by default, as in NumPy. */
  readonly absolute?: number;
}

/**
 * Whether |a - b| <= absolute + relative |b| for all elements, by default with NumPy's tolerances, 1e-5 and 1e-8.
 * Shapes broadcast. Equal infinities are close to each other, and NaN is not close to anything.
 * @throws ShapeError if the shapes do not broadcast.
 */
export const allClose: PairReading<[options?: Tolerance], boolean> = reading(
  "allClose",
  2,
  [options<Tolerance>({ relative: numberFrom(0), absolute: numberFrom(0) })],
  (a, b, { relative = 1e-5, absolute = 1e-8 } = {}) =>
    everyPair(a, b, (x, y) => x === y || (Number.isFinite(y) && Math.abs(x - y) <= absolute + relative * Math.abs(y))),
);

function everyPair(a: Tensor, b: Tensor, agree: (x: number, y: number) => boolean): boolean {
  const shape = commonShape("allClose", [a.shape, b.shape]);
  const strides = [a, b].map((x) => broadcastStrides("allClose", x.shape, x.strides, shape));
  let all = true;
  eachLine(collapse(shape, strides), [a.offset, b.offset], ([i, j], length, [di, dj]) => {
    for (let k = 0; all && k < length; k++) all = agree(a.data[i + k * di], b.data[j + k * dj]);
  });
  return all;
}
