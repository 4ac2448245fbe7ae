/** The values between the nodes of a model that runs. Read parse.ts first. */
import { constant, type Variable } from "@polygrad/autograd";
import { type Dtype, tensor, ValueError } from "@polygrad/tensor";
import type { Kind } from "./tensor-proto.ts";

/** A tensor with what its elements are. Integers and booleans are numbers in float64 and float32; gradients flow through floats. */
export interface Value {
  readonly x: Variable;
  readonly kind: Kind;
}

export const floats = (x: Variable): Value => ({ x, kind: "float" });
export const booleans = (x: Variable): Value => ({ x, kind: "boolean" });

/** Integers in float64. */
export function integers(values: ArrayLike<number>, shape: readonly number[] = [values.length]): Value {
  return { x: constant(tensor(Float64Array.from(values), shape)), kind: "integer" };
}

/** The elements of integers, such as the sizes of a shape, row by row. */
export function numbersOf({ x }: Value): number[] {
  const { value } = x;
  const numbers = Array.from(value.clone().data.subarray(0, value.size));
  const wrong = numbers.find((number) => !Number.isInteger(number));
  if (wrong !== undefined) throw new ValueError(`OnnxModel: a size, an axis or an index is ${wrong}`);
  return numbers;
}

/**
 * The elements as another kind; floats become integers by rounding towards 0. Gradients flow from floats to floats, and
 * then float64 stays, because there is no operation that rounds it and has a gradient.
 */
export function cast(value: Value, kind: Kind, dtype: Dtype = "float32"): Value {
  const { x } = value;
  const { value: elements } = x;
  if (kind === "boolean") return value.kind === kind ? value : booleans(constant(elements.ne(0)));
  if (kind === "integer") {
    return value.kind === kind ? value : integers(Array.from(elements.clone().data, Math.trunc), elements.shape);
  }
  if (elements.dtype === dtype) return floats(x);
  if (x.requiresGrad) return floats(dtype === "float64" ? x.mul(tensor(1, { dtype })) : x);
  return floats(constant(tensor(elements.clone().data, { dtype }).reshape(elements.shape)));
}
