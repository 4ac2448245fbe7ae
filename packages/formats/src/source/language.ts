/** What a language must be able to write, so that a network can be written in it. Read code.ts first. */
import type { Arithmetic, BasicArithmetic, Floats } from "@polygrad/tensor";
import type { Code } from "./code.ts";

/** The kinds of variables: numbers in single and in double precision. */
export type Precision = "single" | "double";

/** Writes source, statement by statement. Values are pieces of code; arrays are known by name. */
export interface Language {
  /** Arithmetic in which every result is rounded to float32. */
  readonly singles: BasicArithmetic<Code, Code>;
  readonly doubles: Arithmetic<Code, Code>;
  comment(text: string): void;
  /** A constant array of float32; returns its name. */
  constants(name: string, values: Floats): string;
  /** A new array of so many float32. */
  array(name: string, size: number): void;
  /** A new variable. */
  variable(precision: Precision, name: string, value: Code): Code;
  assign(target: Code, value: Code): void;
  /** A value in double precision, rounded to float32. */
  narrow(value: Code): Code;
  /** The element at an index, which is written with + and *. */
  element(array: string, index: string): Code;
  /** A loop over `name` from `from` up to, but without, `to`. */
  loop(name: string, from: string, to: string, step: number, body: () => void): void;
  /** A loop from `from` down to `to`, both included. */
  loopDown(name: string, from: number, to: number, body: () => void): void;
  /** The smaller of two indices. */
  least(a: string, b: string): string;
  /** A function that is computed in double precision by a formula, and not rounded. */
  apply(name: string, formula: (m: Arithmetic<Code, Code>, x: Code) => Code, x: Code): Code;
  /** The whole source: a function from so many inputs to an array. */
  finish(name: string, inputs: number, result: string): string;
}

/** Where a step is written: its number, the array that it reads, the one that it writes, and how many elements that has. */
export interface Place {
  readonly number: number;
  readonly x: string;
  readonly y: string;
  readonly size: number;
}
