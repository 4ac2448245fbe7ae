/** Kinds of arguments: a value that is right, and for every hostile value whether the function accepts it. */
import { hostile, NUMBERS, TENSORS, VARIABLES } from "./hostile.ts";

/** What a function must do with a value; "open" if that depends on its other arguments. */
type Fate = "accepted" | "refused" | "open";

/** A value to pass, and what must become of it. */
export interface Case {
  readonly name: string;
  readonly make: () => unknown;
  readonly fate: Fate;
}

/** A kind of argument. */
export interface Kind {
  /** A value that is right. */
  readonly good: () => unknown;
  readonly cases: readonly Case[];
}

/**
 * A kind that accepts the hostile values of those names, may accept those in `open`, and must refuse all others.
 * `extra` adds cases.
 */
export function kind(
  good: () => unknown,
  accepted: readonly string[],
  open: readonly string[] = [],
  extra: readonly Case[] = [],
): Kind {
  const unknown = [...accepted, ...open].filter((name) => !Object.hasOwn(hostile, name));
  if (unknown.length > 0) throw new Error(`there are no hostile values ${unknown.join(", ")}`);
  const fate = (name: string): Fate =>
    accepted.includes(name) ? "accepted" : open.includes(name) ? "open" : "refused";
  const own = Object.entries(hostile).map(([name, make]): Case => ({ name, make, fate: fate(name) }));
  return { good, cases: [...own, ...extra] };
}

/** The same kind with another value that is right. */
export function like(one: Kind, good: () => unknown): Kind {
  return { ...one, good };
}

/** The same kind, where undefined stands for a default. */
export function optional(one: Kind): Kind {
  return changed(one, ["undefined"], "accepted");
}

/** The same kind, with another fate for some values. */
export function changed(one: Kind, names: readonly string[], fate: Fate): Kind {
  const cases = one.cases.map((each) => (names.includes(each.name) ? { ...each, fate } : each));
  return { ...one, cases };
}

/** An object of options: unknown names are refused, and each option has its own kind. */
export function options(kinds: Readonly<Record<string, Kind>>, others: Readonly<Record<string, unknown>> = {}): Kind {
  const good = () => ({
    ...others,
    ...Object.fromEntries(Object.entries(kinds).map(([name, { good }]) => [name, good()])),
  });
  const extra = Object.entries(kinds).flatMap(([option, { cases }]) =>
    cases.map(({ name, make, fate }): Case => {
      const value = () => ({ ...good(), [option]: make() });
      // An option that is undefined has its default.
      return {
        name: `${option}: ${name}`,
        make: value,
        fate: name === "undefined" && fate === "refused" ? "open" : fate,
      };
    }),
  );
  const unknown: Case = {
    name: "an unknown option beside the known",
    make: () => ({ ...good(), unknownOption: 1 }),
    fate: "refused",
  };
  const empty = ["{}", "an object without a prototype"];
  return kind(good, ["undefined", ...empty], [], [...extra, unknown]);
}

const number = (good: number, accepted: readonly string[], open: readonly string[] = []): Kind =>
  kind(() => good, accepted, open);

/** Numbers from 0 up. */
const FROM_0 = NUMBERS.filter((name) => !name.startsWith("-") && name !== "NaN").concat("-0");
/** Integers from 0 up, those that fit no tensor included. */
const INTEGERS = ["0", "-0", "1", "2^31", "2^40", "1e15", "2^53 - 1"];

/** An axis of a tensor of rank 2. */
export const axis: Kind = number(0, ["0", "-0", "1", "-1"]);
/** Some axes of a tensor of rank 2, with indices in its range. */
export const axes: Kind = number(0, ["0", "-0", "1", "-1", "[]", "[1]", "[-1]"]);
/** Any number. */
export const anyNumber: Kind = number(2, NUMBERS);
/** A number from 0 up. */
export const from0: Kind = number(1, FROM_0);
/** A number above 0. */
export const above0: Kind = number(
  1,
  FROM_0.filter((name) => name !== "0" && name !== "-0"),
);
/** A number from 0 to 1. */
export const share: Kind = number(0.25, ["0", "-0", "0.5", "1"]);
/** A number from 0 to, but without, 1. */
export const belowOne: Kind = number(0.25, ["0", "-0", "0.5"]);
/** A finite number. */
export const finite: Kind = changed(anyNumber, ["NaN", "Infinity", "-Infinity"], "refused");
/** A finite number from 0 up. */
export const finiteFrom0: Kind = changed(from0, ["Infinity"], "refused");
/** A finite number above 0. */
export const finiteAbove0: Kind = changed(above0, ["Infinity"], "refused");
/** An integer from 0 up, of which no memory depends. */
export const integer: Kind = number(1, INTEGERS);
/** An integer from 1 up, of which no memory depends. */
export const positive: Kind = number(
  2,
  INTEGERS.filter((name) => name !== "0" && name !== "-0"),
);
/** A number of elements: an integer from 0 up, at most 2^30. */
export const count: Kind = number(2, ["0", "-0", "1"]);
/** An integer from 1 up, at most 2^30. */
export const size: Kind = number(2, ["1"]);
/** true or false. */
export const flag: Kind = kind(() => true, ["true", "false"]);
/** One of some words. */
export const word = (good: string): Kind => kind(() => good, []);
/** Any text. */
export const text: Kind = kind(() => "text", ['""', '"text"', '"1"']);
/** A shape, or the size of a vector. */
export const shape: Kind = number(2, ["0", "-0", "1", "[]", "[1]", "[2, 3]"]);
/** A list of sizes. */
export const list: Kind = kind(() => [2, 3], ["[]", "[1]", "[2, 3]"]);
/** A precision. */
export const dtype: Kind = kind(() => "float64", []);
/** The options of functions that make tensors. */
export const creation: Kind = options({ dtype: optional(dtype) });
/** A generator of random numbers. */
export const random: Kind = kind(hostile["a Random"], ["a Random"]);
/** An operand of any shape. */
export const anyOperand: Kind = kind(hostile["tensor [2, 3]"], [...NUMBERS, ...TENSORS, ...VARIABLES]);
/** An operand whose shape must fit. */
export const operand: Kind = kind(hostile["tensor [2, 3]"], [], [...NUMBERS, ...TENSORS, ...VARIABLES]);
/** An operand that broadcasts against a tensor of shape [2, 3]. */
export const broadcast: Kind = changed(anyOperand, ["tensor [0, 3]"], "open");
/** A tensor of any shape. */
export const anyTensor: Kind = kind(hostile["tensor [2, 3]"], TENSORS);
/** A tensor whose shape must fit. */
export const fittingTensor: Kind = kind(hostile["tensor [2, 3]"], [], TENSORS);
/** A list of indices from 0 to 1, of any length. */
export const indices: Kind = kind(() => [1, 0], ["[]", "[1]", "Int32Array [0]", "Uint8Array [0]"]);
/** A list of indices whose length must fit. */
export const fittingIndices: Kind = kind(
  () => Int32Array.of(0, 1),
  [],
  ["[]", "[1]", "Int32Array [0]", "Uint8Array [0]"],
);
/** A function that is not called. */
export const callable: Kind = kind(hostile["a function"], ["a function", "an untouchable"]);
