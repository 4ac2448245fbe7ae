/** Checks of arguments: each error names the operation and the argument, says what arrived, and what to pass. */
import { ArgumentError, ValueError } from "./errors.ts";

/**
 * Checks one argument or option.
 * @throws ArgumentError if it is of the wrong kind; ValueError if it is a value that is not allowed
 */
export type Check = (operation: string, what: string, value: unknown) => void;

/** A value as text, for messages. */
export function described(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value);
  if (typeof value === "function") return value.name === "" ? "a function" : `the function ${value.name}`;
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return value.length === 0 ? "an empty array" : `an array of ${value.length}`;
  const { name } = value.constructor ?? Object;
  const kind = name === "Object" || name === "" ? "object" : name;
  return `${/^[AEIOU]/i.test(kind) ? "an" : "a"} ${kind}`;
}

function refuse(operation: string, what: string, wanted: string, value: unknown): never {
  throw new ArgumentError(`${operation}: ${what} must be ${wanted}, got ${described(value)}`);
}

/** true or false. */
export const flag: Check = (operation, what, value) => {
  if (typeof value !== "boolean") refuse(operation, what, "true or false", value);
};

/** Any number. */
export const number: Check = (operation, what, value) => {
  if (typeof value !== "number") refuse(operation, what, "a number", value);
};

/** A number from `low` to `high`, both allowed. NaN is not in any range. */
export function numberFrom(low: number, high: number = Number.POSITIVE_INFINITY): Check {
  return (operation, what, value) => {
    number(operation, what, value);
    if (typeof value === "number" && !(value >= low && value <= high))
      throw new ValueError(
        `${operation}: ${what} must be a number ${high === Number.POSITIVE_INFINITY ? `from ${low} up` : `from ${low} to ${high}`}, got ${value}`,
      );
  };
}

/** An integer from `least` up. */
export function integerFrom(least: number): Check {
  return (operation, what, value) => {
    number(operation, what, value);
    if (!Number.isSafeInteger(value) || Number(value) < least)
      throw new ValueError(
        `${operation}: ${what} must be ${least === 1 ? "a positive integer" : `an integer from ${least} up`}, got ${value}`,
      );
  };
}

/** A list of integers. */
export const integers: Check = (operation, what, value) => {
  if (!Array.isArray(value) || !value.every((item) => typeof item === "number"))
    refuse(operation, what, "an array of integers, such as [2, 3]", value);
};

/** One integer or a list of them. */
export const someIntegers: Check = (operation, what, value) => {
  if (typeof value !== "number" && !(Array.isArray(value) && value.every((item) => typeof item === "number")))
    refuse(operation, what, "an integer or an array of integers", value);
};

/** One of some values. */
export function oneOf(...allowed: readonly (string | boolean)[]): Check {
  return (operation, what, value) => {
    if (!allowed.some((one) => one === value))
      refuse(operation, what, allowed.map((one) => JSON.stringify(one)).join(" or "), value);
  };
}

/** An instance of a class. `wanted` says how to make one, such as "a Random: new Random(seed)". */
export function instance(Class: abstract new (...args: never) => unknown, wanted: string): Check {
  return (operation, what, value) => {
    if (!(value instanceof Class)) refuse(operation, what, wanted, value);
  };
}

/** A function. */
export const callable: Check = (operation, what, value) => {
  if (typeof value !== "function") refuse(operation, what, "a function", value);
};

/** What any of the checks accepts. `wanted` describes it. */
export function either(wanted: string, ...checks: readonly Check[]): Check {
  return (operation, what, value) => {
    if (!checks.some((check) => accepts(check, value))) refuse(operation, what, wanted, value);
  };
}

function accepts(check: Check, value: unknown): boolean {
  try {
    check("", "", value);
    return true;
  } catch {
    return false;
  }
}

/** A check for every option of `Options`: an option without one does not compile. */
export type Checks<Options> = { readonly [Name in keyof Required<Options>]: Check };

/**
 * Checks an object of options: no unknown names, and each value by its check. An option that is undefined has its
 * default.
 * @throws ArgumentError for an unknown option: it lists the known ones
 */
export function checkOptions<Options extends object>(
  operation: string,
  given: Options | undefined,
  checks: Checks<Options>,
): void {
  if (given !== undefined) checkNamed(operation, given, checks);
}

function checkNamed(operation: string, given: unknown, checks: object): void {
  const known = () => Object.keys(checks).join(", ");
  if (typeof given !== "object" || given === null || Array.isArray(given))
    refuse(operation, "options", `an object with any of ${known()}`, given);
  for (const [name, value] of Object.entries(given)) {
    const check: unknown = Object.hasOwn(checks, name) ? Reflect.get(checks, name) : undefined;
    if (typeof check !== "function")
      throw new ArgumentError(`${operation}: there is no option "${name}"; the options are ${known()}`);
    if (value !== undefined) check(operation, name, value);
  }
}

/** An argument after the operands of an operation: its name in errors, and its check. */
export interface Parameter {
  readonly name: string;
  readonly check: Check;
  /** Whether it may be undefined. */
  readonly optional: boolean;
}

/** An argument that must be passed. */
export function required(name: string, check: Check): Parameter {
  return { name, check, optional: false };
}

/** An argument that has a default. */
export function optional(name: string, check: Check): Parameter {
  return { name, check, optional: true };
}

/** The options of an operation. */
export function options<Options extends object>(checks: Checks<Options>): Parameter {
  return optional("options", (operation, _, value) => checkNamed(operation, value, checks));
}

/** The arguments of a slice: an axis, and a range of positions. */
export const RANGE: readonly [Parameter, Parameter, Parameter, Parameter] = [
  required("axis", number),
  optional("start", number),
  optional("stop", number),
  optional("step", number),
];

/** The arguments of a reduction. */
export const REDUCTION: readonly [Parameter, Parameter] = [
  optional("axes", someIntegers),
  options<{ keepDims: boolean }>({ keepDims: flag }),
];

/**
 * Checks the arguments after the operands.
 * @throws ArgumentError if one is of the wrong kind, or there is one too many
 */
export function checkArguments(
  operation: string,
  inputs: number,
  parameters: readonly Parameter[],
  args: readonly unknown[],
): void {
  for (const [k, { name, check, optional }] of parameters.entries()) {
    const value = args[inputs + k];
    if (value !== undefined || !optional) check(operation, name, value);
  }
  const surplus = args.slice(inputs + parameters.length).find((value) => value !== undefined);
  if (surplus === undefined) return;
  const names = parameters.map(({ name }) => name).join(", ");
  throw new ArgumentError(
    `${operation}: got one argument too many, ${described(surplus)}; ` +
      `${names === "" ? "it takes no options" : `after the operands it takes ${names}`}`,
  );
}
