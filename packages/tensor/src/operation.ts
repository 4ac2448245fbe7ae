/**
 * Operations: functions of tensors, of plain numbers, and of objects that stand for a tensor, such as a variable.
 *
 * A primitive operation computes on tensors. If an operand stands for a tensor, that operand carries out the operation
 * instead (the idea of NumPy's `__array_function__`, NEP 18). A composed operation is written once, with the methods of
 * its operands, so it works for all of them. methods.ts turns both kinds into methods.
 */
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

/** The method by which an operand that stands for a tensor takes over an operation. */
export const OPERATE: unique symbol = Symbol("polygrad.operate");

/** An object that stands for a tensor: a variable of @polygrad/autograd. */
export interface Traced extends Numeric {
  readonly value: Tensor;
  [OPERATE](operation: Operation, args: readonly unknown[]): Traced;
}

/** What an operation returns: a tensor for numbers and tensors, a variable if any operand is one. */
export type Result<A extends Operand, B extends Operand = number, C extends Operand = number> = A extends
  | Tensor
  | number
  ? B extends Tensor | number
    ? C extends Tensor | number
      ? Tensor
      : C
    : B
  : A;

/** A function of one operand, and options. */
export interface Unary<Options extends readonly unknown[] = []> {
  <A extends Operand>(x: A, ...options: Options): Result<A>;
  /** The number of arguments that are operands. */
  readonly inputs: 1;
}

/** A function of two operands, and options. Elementwise operations broadcast their operands against each other. */
export interface Binary<Options extends readonly unknown[] = []> {
  <A extends Operand, B extends Operand>(a: A, b: B, ...options: Options): Result<A, B>;
  readonly inputs: 2;
}

/** A function of three operands, and options. */
export interface Ternary<Options extends readonly unknown[] = []> {
  <A extends Operand, B extends Operand, C extends Operand>(a: A, b: B, c: C, ...options: Options): Result<A, B, C>;
  readonly inputs: 3;
}

/** A function of one operand that returns several results. */
export interface Pieces<Options extends readonly unknown[] = []> {
  <A extends Operand>(x: A, ...options: Options): Result<A>[];
  readonly several: true;
}

/** What a function of a list returns: a tensor for tensors, a variable if any of them is one. */
export type Joined<Part extends Numeric> = [Exclude<Part, Tensor>] extends [never] ? Tensor : Exclude<Part, Tensor>;

/** What autograd needs to know about a primitive operation. */
export interface Operation {
  readonly name: string;
  readonly inputs: number;
  /** Computes the result from tensors in place of the operands. */
  readonly forward: (...args: never) => Tensor;
}

/** An operation that computes on tensors itself, not by means of other operations. */
export type Primitive<Call> = Call & Operation;

type Options = readonly unknown[];
type Of<X, N extends 1 | 2 | 3, O extends Options> = (
  ...args: [...(N extends 1 ? [x: X] : N extends 2 ? [a: X, b: X] : [a: X, b: X, c: X]), ...O]
) => X;

/** The operation of that name. Its first `inputs` arguments are operands; `forward` computes it on tensors. */
export function primitive<O extends Options>(name: string, inputs: 1, forward: Of<Tensor, 1, O>): Primitive<Unary<O>>;
export function primitive<O extends Options>(name: string, inputs: 2, forward: Of<Tensor, 2, O>): Primitive<Binary<O>>;
export function primitive<O extends Options>(name: string, inputs: 3, forward: Of<Tensor, 3, O>): Primitive<Ternary<O>>;
export function primitive(name: string, inputs: number, forward: (...args: never[]) => Tensor): unknown {
  const operation = { name, inputs, forward };
  const call = (...args: unknown[]) => {
    const traced = tracedAmong(args, inputs);
    if (traced !== undefined) return traced[OPERATE](operation, args);
    return Reflect.apply(forward, undefined, lifted(name, args, inputs));
  };
  return named(call, name, { inputs, forward });
}

/** The operation of that name whose `body` uses only methods that all operands have. */
export function composed<O extends Options>(name: string, inputs: 1, body: Of<Numeric, 1, O>): Unary<O>;
export function composed<O extends Options>(name: string, inputs: 2, body: Of<Numeric, 2, O>): Binary<O>;
export function composed(name: string, inputs: number, body: (...args: never[]) => Numeric): unknown {
  return named((...args: unknown[]) => Reflect.apply(body, undefined, lifted(name, args, inputs)), name, { inputs });
}

/** `composed` for an operation that returns several results. */
export function pieces<O extends Options>(name: string, body: (x: Numeric, ...options: O) => Numeric[]): Pieces<O>;
export function pieces(name: string, body: (...args: never[]) => Numeric[]): unknown {
  return named((...args: unknown[]) => Reflect.apply(body, undefined, lifted(name, args, 1)), name, { several: true });
}

function named(call: object, name: string, properties: object): object {
  return Object.defineProperty(Object.assign(call, properties), "name", { value: name });
}

/** The first of the operands that is not a tensor but stands for one. */
export function tracedAmong(args: readonly unknown[], inputs: number): Traced | undefined {
  for (let k = 0; k < inputs; k++) {
    const operand = args[k];
    if (isTraced(operand)) return operand;
  }
  return undefined;
}

/** Whether a value stands for a tensor. */
export function isTraced(value: unknown): value is Traced {
  return typeof value === "object" && value !== null && OPERATE in value;
}

/** The tensor that an operand is or stands for; a number becomes a scalar in float32. @throws TypeError otherwise. */
export function tensorOf(operation: string, x: Operand): Tensor {
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
 * @throws TypeError if an operand is neither a number nor a tensor nor a variable.
 */
export function lifted(operation: string, args: readonly unknown[], inputs: number): readonly unknown[] {
  let tensors = true;
  for (let k = 0; k < inputs; k++) tensors &&= args[k] instanceof Tensor;
  if (tensors) return args;
  const operands = Array.from({ length: inputs }, (_, k) => args[k]);
  const isDouble = operands.some(isOfDoubles);
  const tensorsAndTraced = operands.map((operand) => {
    if (operand instanceof Tensor || isTraced(operand)) return operand;
    if (typeof operand === "number") return scalar(operand, isDouble);
    throw notAnOperand(operation, operand);
  });
  return [...tensorsAndTraced, ...args.slice(inputs)];
}

function isOfDoubles(operand: unknown): boolean {
  const x = isTraced(operand) ? operand.value : operand;
  return x instanceof Tensor && x.storage.isDouble;
}

function notAnOperand(operation: string, value: unknown): TypeError {
  const got = Array.isArray(value) ? "an array" : String(value);
  return new TypeError(
    `${operation}: expected a tensor, a variable or a number, got ${got}; make one with tensor(...)`,
  );
}

/** A request for the gradient with respect to an operand, into a given tensor if there is one. */
export interface Destination {
  readonly into?: Tensor | undefined;
}

/** For each operand a destination, or undefined if its gradient is not wanted. */
export type Destinations = readonly (Destination | undefined)[];

/**
 * For each operand its gradient, or undefined if it was not wanted. If an operation writes a gradient into its
 * destination, it returns that very tensor; otherwise it returns a new one.
 */
export type Gradients = readonly (Tensor | undefined)[];
