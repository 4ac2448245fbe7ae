/** What elementwise operations accept beside tensors: plain numbers. */
import { Storage } from "./storage.ts";
import { Tensor } from "./tensor.ts";

/** A tensor, or a number that stands for a scalar tensor. */
export type Operand = Tensor | number;

/** The shape of an operand. @throws TypeError if it is neither a tensor nor a number. */
export function shapeOf(operation: string, operand: Operand): readonly number[] {
  if (typeof operand === "number") return [];
  if (operand instanceof Tensor) return operand.shape;
  throw new TypeError(
    `${operation}: expected a tensor or a number, got ${String(operand)}; make a tensor with tensor(...)`,
  );
}

/** Tensors for all operands; numbers take the precision of the tensors beside them. */
export function lift(...operands: readonly Operand[]): Tensor[] {
  const double = operands.some((operand) => typeof operand !== "number" && operand.storage.isDouble);
  const scalar = double ? Float64Array : Float32Array;
  return operands.map((operand) =>
    typeof operand === "number" ? new Tensor(new Storage(scalar.of(operand)), []) : operand,
  );
}
