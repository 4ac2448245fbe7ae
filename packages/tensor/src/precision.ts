/** One precision for several tensors. */
import { toFloat64 } from "./copy.ts";
import type { Tensor } from "./tensor.ts";

/** The same tensors in one precision: if one is in float64, those in float32 are copied to it. */
export function widened<Tensors extends readonly Tensor[]>(...tensors: Tensors): { [K in keyof Tensors]: Tensor };
export function widened(...tensors: readonly Tensor[]): readonly Tensor[] {
  const isDouble = (x: Tensor) => x.storage.isDouble;
  return tensors.some(isDouble) ? tensors.map((x) => (isDouble(x) ? x : toFloat64(x))) : tensors;
}
