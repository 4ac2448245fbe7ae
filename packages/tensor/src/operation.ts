/**
 * Operations: functions of operands, which are tensors, plain numbers and variables in any mix, and of options.
 *
 * A primitive operation computes on tensors. If an operand stands for a tensor, that operand carries out the operation
 * instead (the idea of NumPy's `__array_function__`, NEP 18). A composed operation is written once, with the methods of
 * its operands, so it works for all of them. methods.ts turns both kinds into methods.
 */
import { lifted, type Numeric, OPERATE, type Operand, type Operation, tracedAmong } from "./operand.ts";
import { checkArguments, type Parameter } from "./parameters.ts";
import { taping } from "./tape/current.ts";
import type { Tensor } from "./tensor.ts";

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
  /** The arguments after the operands. */
  readonly parameters: readonly Parameter[];
}

/** A function of two operands, and options. Elementwise operations broadcast their operands against each other. */
export interface Binary<Options extends readonly unknown[] = []> {
  <A extends Operand, B extends Operand>(a: A, b: B, ...options: Options): Result<A, B>;
  readonly inputs: 2;
  readonly parameters: readonly Parameter[];
}

/** A function of three operands, and options. */
export interface Ternary<Options extends readonly unknown[] = []> {
  <A extends Operand, B extends Operand, C extends Operand>(a: A, b: B, c: C, ...options: Options): Result<A, B, C>;
  readonly inputs: 3;
  readonly parameters: readonly Parameter[];
}

/** A function of one operand that returns several results. */
export interface Pieces<Options extends readonly unknown[] = []> {
  <A extends Operand>(x: A, ...options: Options): Result<A>[];
  readonly inputs: 1;
  readonly parameters: readonly Parameter[];
  readonly several: true;
}

/** What a function of a list returns: a tensor for tensors, a variable if any of them is one. */
export type Joined<Part extends Numeric> = [Exclude<Part, Tensor>] extends [never] ? Tensor : Exclude<Part, Tensor>;

/** An operation that computes on tensors itself, not by means of other operations. */
export type Primitive<Call> = Call & Operation;

/**
 * A function of one operand and a list of integers, in an array or one by one: `x.reshape([2, 3])`, `x.reshape(2, 3)`.
 */
export interface Listed {
  <A extends Operand>(x: A, ...list: List): Result<A>;
  readonly inputs: 1;
  readonly parameters: readonly Parameter[];
  readonly listed: true;
}

/** A list of integers, in an array or one by one. */
export type List = number[] | [list: readonly number[]];

/** The arguments after the operands. */
export type Options = readonly unknown[];
type Of<X, N extends 1 | 2 | 3, O extends Options> = (
  ...args: [...(N extends 1 ? [x: X] : N extends 2 ? [a: X, b: X] : [a: X, b: X, c: X]), ...O]
) => X;
/** The checks of the arguments after the operands: one for each. */
export type ChecksOf<O extends Options> = { readonly [K in keyof O]-?: Parameter };

/** The operation of that name. Its first `inputs` arguments are operands; `forward` computes it on tensors. */
export function primitive<O extends Options>(
  name: string,
  inputs: 1,
  parameters: ChecksOf<NoInfer<O>>,
  forward: Of<Tensor, 1, O>,
): Primitive<Unary<O>>;
export function primitive<O extends Options>(
  name: string,
  inputs: 2,
  parameters: ChecksOf<NoInfer<O>>,
  forward: Of<Tensor, 2, O>,
): Primitive<Binary<O>>;
export function primitive<O extends Options>(
  name: string,
  inputs: 3,
  parameters: ChecksOf<NoInfer<O>>,
  forward: Of<Tensor, 3, O>,
): Primitive<Ternary<O>>;
export function primitive(
  name: string,
  inputs: number,
  parameters: readonly Parameter[],
  forward: (...args: never[]) => Tensor,
): unknown {
  const operation = { name, inputs, forward };
  const call = (...args: unknown[]) => {
    checkArguments(name, inputs, parameters, args);
    const traced = tracedAmong(args, inputs);
    if (traced !== undefined) return traced[OPERATE](operation, args);
    return computed(name, forward, lifted(name, args, inputs));
  };
  return named(call, name, { inputs, parameters, forward });
}

/** The result of an operation on tensors. */
export function computed(name: string, forward: (...args: never) => Tensor, args: readonly unknown[]): Tensor {
  const watching = taping();
  if (watching === undefined) return Reflect.apply(forward, undefined, args);
  return watching.during(name, () => Reflect.apply(forward, undefined, args));
}

/** The operation of that name whose `body` uses only methods that all operands have. */
export function composed<O extends Options>(
  name: string,
  inputs: 1,
  parameters: ChecksOf<NoInfer<O>>,
  body: Of<Numeric, 1, O>,
): Unary<O>;
export function composed<O extends Options>(
  name: string,
  inputs: 2,
  parameters: ChecksOf<NoInfer<O>>,
  body: Of<Numeric, 2, O>,
): Binary<O>;
export function composed(
  name: string,
  inputs: number,
  parameters: readonly Parameter[],
  body: (...args: never[]) => Numeric,
): unknown {
  return named(composition(name, inputs, parameters, body), name, { inputs, parameters });
}

/** `composed` for an operation that returns several results. */
export function pieces<O extends Options>(
  name: string,
  parameters: ChecksOf<NoInfer<O>>,
  body: (x: Numeric, ...options: O) => Numeric[],
): Pieces<O>;
export function pieces(name: string, parameters: readonly Parameter[], body: (...args: never[]) => Numeric[]): unknown {
  return named(composition(name, 1, parameters, body), name, { inputs: 1, parameters, several: true });
}

function composition(
  name: string,
  inputs: number,
  parameters: readonly Parameter[],
  body: (...args: never[]) => unknown,
): (...args: unknown[]) => unknown {
  return (...args) => {
    checkArguments(name, inputs, parameters, args);
    return Reflect.apply(body, undefined, lifted(name, args, inputs));
  };
}

/** An operation whose list may also be given one by one. */
export function listed(call: Primitive<Unary<[list: readonly number[]]>>): Primitive<Listed>;
export function listed(call: Unary<[list: readonly number[]]>): Listed;
export function listed(call: Unary<[list: readonly number[]]>): unknown {
  const oneByOne = (x: Operand, ...list: readonly unknown[]) =>
    Reflect.apply(call, undefined, typeof list[0] === "number" ? [x, list] : [x, ...list]);
  return named(oneByOne, call.name, { ...call, listed: true });
}

/** Gives a function properties, and its name. */
export function named(call: object, name: string, properties: object): object {
  return Object.defineProperty(Object.assign(call, properties), "name", { value: name });
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
