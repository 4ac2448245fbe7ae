/**
 * Operations: functions of tensors, of plain numbers, and of whatever stands for a tensor, such as a variable of autograd.
 *
 * A primitive operation computes on tensors. If an operand stands for a tensor, that operand is asked to carry out the
 * operation instead (as by NumPy's `__array_function__`, NEP 18). A composed operation is written once with the methods of
 * its operands, so it needs no case of its own. methods.ts turns both into methods.
 */
import { Storage } from "./memory/storage.ts";
import type { Shape } from "./shape.ts";
import { Tensor } from "./tensor.ts";

/** What tensors and those that stand for one have in common: a shape, and the operations as methods (see methods.ts). */
export interface Numeric {
  readonly shape: Shape;
  readonly rank: number;
  readonly size: number;
}

/** What operations accept. A number is a scalar in the precision of the tensors next to it. */
export type Operand = Numeric | number;

/** The method by which an operand that stands for a tensor takes over an operation. */
export const OPERATE: unique symbol = Symbol("polygrad.operate");

/** What stands for a tensor: a variable of autograd. */
export interface Traced extends Numeric {
  readonly value: Tensor;
  [OPERATE](operation: Operation, args: readonly unknown[]): Traced;
}

/** What an operation gives: a tensor for numbers and tensors; a variable if an operand is one. */
export type Result<A extends Operand, B extends Operand = number, C extends Operand = number> = A extends
  | Tensor
  | number
  ? B extends Tensor | number
    ? C extends Tensor | number
      ? Tensor
      : C
    : B
  : A;

/** Functions of one operand, and options. */
export interface Unary<Options extends readonly unknown[] = []> {
  <A extends Operand>(x: A, ...options: Options): Result<A>;
  /** How many of the arguments are operands. */
  readonly inputs: 1;
}

/** Functions of two operands, which broadcast against each other if the operation is elementwise. */
export interface Binary<Options extends readonly unknown[] = []> {
  <A extends Operand, B extends Operand>(a: A, b: B, ...options: Options): Result<A, B>;
  readonly inputs: 2;
}

/** Functions of three operands. */
export interface Ternary<Options extends readonly unknown[] = []> {
  <A extends Operand, B extends Operand, C extends Operand>(a: A, b: B, c: C, ...options: Options): Result<A, B, C>;
  readonly inputs: 3;
}

/** Functions of one operand that give several results. */
export interface Pieces<Options extends readonly unknown[] = []> {
  <A extends Operand>(x: A, ...options: Options): Result<A>[];
  readonly several: true;
}

/** What a function of a list gives: a tensor for tensors, a variable if one of them is. */
export type Joined<Part extends Numeric> = [Exclude<Part, Tensor>] extends [never] ? Tensor : Exclude<Part, Tensor>;

/** What a rule of autograd needs to know of a primitive operation. */
export interface Operation {
  readonly name: string;
  readonly inputs: number;
  /** Computes it: takes tensors in place of the operands. */
  readonly forward: (...args: never) => Tensor;
}

/** An operation that computes on tensors itself, rather than by means of other operations. */
export type Primitive<Call> = Call & Operation;

type Options = readonly unknown[];
type Of<X, N extends 1 | 2 | 3, O extends Options> = (
  ...args: [...(N extends 1 ? [x: X] : N extends 2 ? [a: X, b: X] : [a: X, b: X, c: X]), ...O]
) => X;

/** The operation of that name whose first so many arguments are operands; `forward` computes it on tensors. */
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

/** The operation of that name, composed of methods that all operands have. */
export function composed<O extends Options>(name: string, inputs: 1, body: Of<Numeric, 1, O>): Unary<O>;
export function composed<O extends Options>(name: string, inputs: 2, body: Of<Numeric, 2, O>): Binary<O>;
export function composed(name: string, inputs: number, body: (...args: never[]) => Numeric): unknown {
  return named((...args: unknown[]) => Reflect.apply(body, undefined, lifted(name, args, inputs)), name, { inputs });
}

/** The same for an operation that gives several results. */
export function pieces<O extends Options>(name: string, body: (x: Numeric, ...options: O) => Numeric[]): Pieces<O>;
export function pieces(name: string, body: (...args: never[]) => Numeric[]): unknown {
  return named((...args: unknown[]) => Reflect.apply(body, undefined, lifted(name, args, 1)), name, { several: true });
}

function named(call: object, name: string, properties: object): object {
  return Object.defineProperty(Object.assign(call, properties), "name", { value: name });
}

/** The first operand that is not a tensor but stands for one. */
export function tracedAmong(args: readonly unknown[], inputs: number): Traced | undefined {
  for (let k = 0; k < inputs; k++) {
    const operand = args[k];
    if (isTraced(operand)) return operand;
  }
  return undefined;
}

/** Whether something stands for a tensor. */
export function isTraced(value: unknown): value is Traced {
  return typeof value === "object" && value !== null && OPERATE in value;
}

/** The tensor that an operand is or stands for. @throws TypeError if it is neither. */
export function tensorOf(operation: string, x: Operand): Tensor {
  if (x instanceof Tensor) return x;
  if (isTraced(x)) return x.value;
  if (typeof x === "number") return scalar(x, false);
  throw notAnOperand(operation, x);
}

/** A tensor without axes. */
function scalar(value: number, isDouble: boolean): Tensor {
  return new Tensor(new Storage(isDouble ? Float64Array.of(value) : Float32Array.of(value)), []);
}

/** The arguments with numbers among the operands made tensors, in the precision of the tensors next to them. */
export function lifted(operation: string, args: readonly unknown[], inputs: number): readonly unknown[] {
  let tensors = true;
  for (let k = 0; k < inputs; k++) tensors &&= args[k] instanceof Tensor;
  if (tensors) return args;
  const operands = args.slice(0, inputs);
  if (operands.length < inputs) operands.length = inputs;
  const isDouble = operands.some((operand) => typeof operand === "object" && isOfDoubles(operand));
  for (const [k, operand] of operands.entries()) {
    if (typeof operand === "number") operands[k] = scalar(operand, isDouble);
    else if (!(operand instanceof Tensor) && !isTraced(operand)) throw notAnOperand(operation, operand);
  }
  return [...operands, ...args.slice(inputs)];
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

/** That the gradient with respect to an operand is wanted; into which tensor, if there is one that waits for it. */
export interface Destination {
  readonly into?: Tensor | undefined;
}

/** For each operand its destination, or undefined if its gradient is not wanted. */
export type Destinations = readonly (Destination | undefined)[];

/**
 * For each operand its gradient, or undefined if it was not wanted. An operation that can write a gradient into its
 * destination does so, and gives that very tensor; otherwise it gives one of its own.
 */
export type Gradients = readonly (Tensor | undefined)[];
