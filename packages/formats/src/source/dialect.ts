/** What a programming language must be able to say. Read language.ts first. */
import type { Arithmetic, Floats } from "@polygrad/tensor";
import type { Code } from "./code.ts";
import type { Kind } from "./language.ts";

/** An operation of an arithmetic. */
export type Operation = keyof Arithmetic<Code, Code>;

/** The function for a network, and all that comes before it. */
export interface Module {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** The name of the array that has the result. */
  readonly result: string;
  /** The elements of all arrays that the function makes. */
  readonly scratch: number;
  /** The sources of functions and constants. */
  readonly parts: readonly string[];
  /** The statements. */
  readonly body: readonly string[];
}

/** How a programming language writes things. */
export interface Dialect {
  readonly indent: string;
  /** What ends a block; undefined where the indentation does. */
  readonly end: string | undefined;
  /** The operator that compares. */
  readonly equals: "===" | "==";
  /** The array of the inputs. */
  readonly input: string;
  /** What comes before the names of constants and functions, for a network of this name. */
  prefix(name: string): string;
  /** Whether a word cannot be the name of the function. */
  isReserved(word: string): boolean;
  comment(text: string): string;
  number(value: number, kind: "single" | "double"): string;
  /** The result of an operation in single precision, from operands in single precision. */
  round(value: Code): Code;
  /** The result of a function, which is a number in single precision, as one. */
  single(value: Code): Code;
  narrow(value: Code): Code;
  widen(value: Code): Code;
  choice(condition: Code, yes: Code, no: Code): Code;
  /** An operation that the language has; undefined if it is among `operations`. */
  builtIn(operation: Operation, operands: readonly Code[]): Code | undefined;
  /** The operations that the language lacks, as functions whose names have a prefix. */
  readonly operations: Readonly<Partial<Record<Operation, (prefix: string) => string>>>;
  /** Functions of one number that replace formulas, and the names of those that each of them calls. */
  readonly functions: Readonly<Record<string, Native>>;
  /** How many numbers an array may have. */
  readonly longest: number;
  constants(name: string, values: Floats): string;
  array(name: string, size: number): string;
  variable(kind: Kind, name: string, value: string): string;
  assign(target: string, value: string): string;
  /** The head of a loop. */
  loop(name: string, from: string, to: string, step: number): string;
  continueIf(condition: string): string;
  least(a: string, b: string): string;
  /** A function of x, in double precision, from its lines. */
  function(name: string, lines: readonly string[], result: string): string;
  module(module: Module): string;
}

/** A function that is written for one language. */
export interface Native {
  readonly needs?: readonly string[];
  source(prefix: string): string;
}
