/** A step of a program: one call of the library, and what it means for plain arrays. Read plain.ts first. */
import { Variable } from "@polygrad/autograd";
import type { Draw } from "./draw.ts";
import type { Plain } from "./plain.ts";

export interface Step {
  /** The variables that it takes, by their numbers. */
  readonly inputs: readonly number[];
  /** The call as text, given the names of the variables. */
  readonly text: (names: readonly string[]) => string;
  readonly library: (inputs: readonly Variable[]) => Variable;
  readonly plain: (inputs: readonly Plain[]) => Plain;
}

/** The variables that a new step may take. */
export interface Pool {
  readonly shapes: readonly (readonly number[])[];
  /** One of the variables, the later ones more often; undefined if none has a shape that is `fit`. */
  pick(draw: Draw, fit?: (shape: readonly number[]) => boolean): number | undefined;
  /** A variable of that shape: one of those there are, or a new leaf. */
  ofShape(draw: Draw, shape: readonly number[]): number;
}

/** Proposes a step, or undefined if the variables do not suit the operation. */
export type Propose = (draw: Draw, pool: Pool) => Step | undefined;

/** Some proposals, by name. */
export type Proposals = Readonly<Record<string, Propose>>;

/** The step x.name(...other operands, ...options). */
export function method(
  name: string,
  inputs: readonly number[],
  options: readonly unknown[],
  plain: (...inputs: readonly Plain[]) => Plain,
): Step {
  return {
    inputs,
    text: ([x, ...others]) => `${x}.${name}(${[...others, ...options.map(written)].join(", ")})`,
    library: ([x, ...others]) => call(x, name, [...others, ...options]),
    plain: (arrays) => plain(...arrays),
  };
}

/** Several steps, each of the result of the one before, as one. */
export function chained(first: Step, ...later: readonly Step[]): Step {
  return {
    inputs: first.inputs,
    text: (names) => later.reduce((text, step) => step.text([text]), first.text(names)),
    library: (inputs) => later.reduce((x, step) => step.library([x]), first.library(inputs)),
    plain: (inputs) => later.reduce((x, step) => step.plain([x]), first.plain(inputs)),
  };
}

/** An option as text. */
export function written(option: unknown): string {
  return option === undefined ? "undefined" : JSON.stringify(option);
}

/** Calls a method of a variable. */
function call(x: Variable, name: string, args: readonly unknown[]): Variable {
  const result: unknown = Reflect.apply(Reflect.get(x, name), x, args);
  if (result instanceof Variable) return result;
  throw new Error(`${name} did not return a variable`);
}
