/** Operands: what operations accept. Tensors, plain numbers, and objects that stand for a tensor, such as a variable. */
import { described } from "./arguments.ts";
import { ArgumentError } from "./errors.ts";
import { Storage } from "./memory/storage.ts";
import type { Shape } from "./shape.ts";
import { Tensor } from "./tensor.ts";

/**
 * What tensors and objects that stand for one have in common: a shape, and the operations as methods (see methods.ts).
 */
export interface Numeric {
  readonly shape: Shape;
  readonly rank: number;
  readonly size: number;
}

/** What operations accept. A number is a scalar in the precision of the tensors that it meets. */
export type Operand = Numeric | number;

/** What autograd needs to know about a primitive operation. */
export interface Operation {
  readonly name: string;
  readonly inputs: number;
  /** Computes the result from tensors in place of the operands. */
  readonly forward: (...args: never) => Tensor;
}

/** The method by which an operand that stands for a tensor takes over an operation. */
export const OPERATE: unique symbol = Symbol("polygrad.operate");

/** An object that stands for a tensor: a variable of @polygrad/autograd. */
export interface Traced extends Numeric {
  readonly value: Tensor;
  /** The plain number that it stands for, if it does: like a number, it then has the precision of what it meets. */
  readonly number?: number | undefined;
  [OPERATE](operation: Operation, args: readonly unknown[]): Traced;
}

/** Whether a value stands for a tensor. */
export function isTraced(value: unknown): value is Traced {
  return typeof value === "object" && value !== null && OPERATE in value;
}

/** The first of the operands that is not a tensor but stands for one. */
export function tracedAmong(args: readonly unknown[], inputs: number): Traced | undefined {
  for (let k = 0; k < inputs; k++) {
    const operand = args[k];
    if (isTraced(operand)) return operand;
  }
  return undefined;
}

/**
 * The tensor that an operand is or stands for; a number becomes a scalar in float32.
 * @throws ArgumentError if it is neither.
 */
export function tensorOf(operation: string, x: unknown): Tensor {
  if (x instanceof Tensor) return x;
  if (isTraced(x)) return x.value;
  if (typeof x === "number") return scalar(x, false);
  throw notAnOperand(operation, x);
}

/** A tensor of rank 0. */
function scalar(value: number, isDouble: boolean): Tensor {
  return new Tensor(new Storage(isDouble ? Float64Array.of(value) : Float32Array.of(value)), []);
}

/**
 * The arguments, with each number among the operands made a tensor: in float64 if another operand is, else in float32.
 * @throws ArgumentError if an operand is neither a number nor a tensor nor a variable.
 */
export function lifted(operation: string, args: readonly unknown[], inputs: number): readonly unknown[] {
  let tensors = true;
  for (let k = 0; k < inputs; k++) tensors &&= args[k] instanceof Tensor;
  if (tensors) return args;
  const operands = Array.from({ length: inputs }, (_, k) => args[k]);
  const isDouble = operands.some(isOfDoubles);
  const tensorsAndTraced = operands.map((operand) => {
    if (typeof operand === "number") return scalar(operand, isDouble);
    if (isTraced(operand)) return isDouble && operand.number !== undefined ? scalar(operand.number, true) : operand;
    if (operand instanceof Tensor) return operand;
    throw notAnOperand(operation, operand);
  });
  return [...tensorsAndTraced, ...args.slice(inputs)];
}

function isOfDoubles(operand: unknown): boolean {
  const x = isTraced(operand) ? operand.value : operand;
  return x instanceof Tensor && x.storage.isDouble;
}

function notAnOperand(operation: string, value: unknown): ArgumentError {
  return new ArgumentError(
    `${operation}: expected a tensor, a variable or a number, got ${described(value)}; make one with tensor(...)`,
  );
}
