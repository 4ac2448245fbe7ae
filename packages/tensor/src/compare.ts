/** Whether two tensors agree: exactly, or closely. */
import { collapse, eachRun } from "./iterate.ts";
import { broadcastShapes, broadcastStrides, sameShape } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/** Same shape and same elements; -0 equals 0, NaN equals nothing. */
export function equals(a: Tensor, b: Tensor): boolean {
  return sameShape(a.shape, b.shape) && everyPair(a, b, (x, y) => x === y);
}

/** How far two elements may be apart: |a - b| <= absolute + relative |b|. */
export interface Tolerance {
  readonly relative?: number;
  readonly absolute?: number;
}

/** |a - b| <= absolute + relative |b| for all elements, broadcast; the defaults are NumPy's, 1e-5 and 1e-8. */
export function allClose(a: Tensor, b: Tensor, { relative = 1e-5, absolute = 1e-8 }: Tolerance = {}): boolean {
  const close = (x: number, y: number) => Number.isFinite(y) && Math.abs(x - y) <= absolute + relative * Math.abs(y);
  return everyPair(a, b, (x, y) => x === y || close(x, y));
}

function everyPair(a: Tensor, b: Tensor, agree: (x: number, y: number) => boolean): boolean {
  const shape = broadcastShapes("allClose", a.shape, b.shape);
  const strides = [a, b].map((x) => broadcastStrides("allClose", x.shape, x.strides, shape));
  let all = true;
  eachRun(collapse(shape, strides), [a.offset, b.offset], ([i, j], length, [di, dj]) => {
    for (let k = 0; all && k < length; k++) all = agree(a.data[i + k * di], b.data[j + k * dj]);
  });
  return all;
}
