/** Checks of arguments: each error names the operation and the argument, says what arrived, and what to pass. */
import { ArgumentError, ValueError } from "./errors.ts";

/**
 * Checks one argument or option.
 * @throws ArgumentError if it is of the wrong kind; ValueError if it is a value that is not allowed
 */
export type Check = (operation: string, what: string, value: unknown) => void;

/** A value as text, for messages. Whatever the value is, describing it does not throw. */
export function described(value: unknown): string {
  try {
    return textOf(value);
  } catch {
    return "a value that cannot be read"; // such as a proxy, or an object whose constructor is not a function
  }
}

function textOf(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value);
  if (typeof value === "bigint") return `the BigInt ${value}n`;
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

/** Any text. */
export const text: Check = (operation, what, value) => {
  if (typeof value !== "string") refuse(operation, what, "text", value);
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

/** An integer from `least` to `most`, both allowed. */
export function integerFrom(least: number, most: number = Number.MAX_SAFE_INTEGER): Check {
  const upwards = least === 1 ? "a positive integer" : `an integer from ${least} up`;
  const wanted = most === Number.MAX_SAFE_INTEGER ? upwards : `an integer from ${least} to ${most}`;
  return (operation, what, value) => {
    number(operation, what, value);
    if (!Number.isSafeInteger(value) || Number(value) < least || Number(value) > most)
      throw new ValueError(`${operation}: ${what} must be ${wanted}, got ${value}`);
  };
}

/** A list of integers. */
export const integers: Check = (operation, what, value) => {
  if (!isListOfNumbers(value)) refuse(operation, what, "an array of integers, such as [2, 3]", value);
};

/** A list of numbers. */
export const numbers: Check = (operation, what, value) => {
  if (!isListOfNumbers(value)) refuse(operation, what, "an array of numbers", value);
};

/** Whether a value is an array of numbers without holes. */
export function isListOfNumbers(value: unknown): value is number[] {
  if (!Array.isArray(value)) return false;
  for (let i = 0; i < value.length; i++) if (typeof value[i] !== "number") return false;
  return true;
}

/** One integer or a list of them. */
export const someIntegers: Check = (operation, what, value) => {
  if (typeof value !== "number" && !isListOfNumbers(value))
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

/** `checkOptions` for options of any type. */
export function checkNamed(operation: string, given: unknown, checks: object): void {
  if (!isPlain(given))
    refuse(operation, "options", `a plain object with any of ${Object.keys(checks).join(", ")}`, given);
  for (const name in given) {
    const check: unknown = Object.hasOwn(checks, name) ? Reflect.get(checks, name) : undefined;
    if (typeof check !== "function")
      throw new ArgumentError(
        `${operation}: there is no option "${name}"; the options are ${Object.keys(checks).join(", ")}`,
      );
    const value: unknown = Reflect.get(given, name);
    if (value !== undefined) check(operation, name, value);
  }
}

/**
 * Whether a value is an object as `{ }` makes it, in any realm. The options of an instance of a class may be getters of
 * its prototype, which nothing here would see.
 */
function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || (typeof prototype === "object" && Object.getPrototypeOf(prototype) === null);
}
