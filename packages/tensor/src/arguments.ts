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
  if (given === undefined) return;
  const known = new Map<string, Check>(Object.entries(checks));
  if (typeof given !== "object" || given === null || Array.isArray(given))
    refuse(operation, "options", `an object with any of ${[...known.keys()].join(", ")}`, given);
  for (const [name, value] of Object.entries(given)) {
    const check = known.get(name);
    if (check === undefined)
      throw new ArgumentError(
        `${operation}: there is no option "${name}"; the options are ${[...known.keys()].join(", ")}`,
      );
    if (value !== undefined) check(operation, name, value);
  }
}
