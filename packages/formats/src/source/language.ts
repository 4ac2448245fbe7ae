/** What the steps of a network are written with, in any language. Read code.ts first. */
import type { Arithmetic, BasicArithmetic, Floats } from "@polygrad/tensor";
import type { Code } from "./code.ts";

/** The kinds of variables. */
export type Kind = "single" | "double" | "integer";

/** A function of one number, as a formula. */
export type FormulaOf = (m: Doubles, x: Code) => Code;

/** Arithmetic in double precision. */
export interface Doubles extends Arithmetic<Code, Code> {
  /** The nearest float32, in double precision. */
  rounded(x: Code): Code;
  /** The call of a function, which is written once. A language without doubles has its own formula under that name. */
  call(name: string, formula: FormulaOf, x: Code): Code;
}

/** Writes statements. Values are pieces of code; arrays are known by name. */
export interface Language {
  /** Arithmetic in which every result is rounded to float32. */
  readonly singles: BasicArithmetic<Code, Code>;
  readonly doubles: Doubles;
  /** A value in single precision as one in double precision. */
  widen(value: Code): Code;
  /** A value in double precision, rounded to float32. */
  narrow(value: Code): Code;
  comment(text: string): void;
  /** A constant array of float32; returns its name. */
  constants(name: string, values: Floats): string;
  /** A new array of so many float32; returns its name. */
  array(name: string, size: number): string;
  /** A new variable. */
  variable(kind: Kind, name: string, value: Code): Code;
  assign(target: Code, value: Code): void;
  /** The element at an index, which is written with + and *. */
  element(array: string, index: string): Code;
  /** A loop over `name` from `from` up to, but without, `to`. */
  loop(name: string, from: string, to: string, step: number, body: () => void): void;
  /** Goes on with the next turn of the loop if a condition is true. */
  continueIf(condition: Code): void;
  /** The smaller of two indices. */
  least(a: string, b: string): string;
}

/** Where a step is written: its number, the array that it reads, the one that it writes, and how many elements that has. */
export interface Place {
  readonly number: number;
  readonly x: string;
  readonly y: string;
  readonly size: number;
}
