/** Plain values: what a configuration may consist of, and the one text that stands for each. */
import { ArgumentError, ValueError } from "@polygrad/tensor";
import { described } from "@polygrad/tensor/internal";

/** A value that JSON can carry without loss. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** An object of plain values: the options of one run. */
export type JsonObject = { readonly [name: string]: Json };

/**
 * The text of a value, the same for equal values: JSON without spaces, with the names of objects in order of their UTF-16
 * code units. JSON would turn NaN into null, -0 into 0, and would leave out undefined; two configurations would then have
 * one text, so these are refused.
 *
 * @param operation the name that error messages begin with
 * @param what the name of the value; what is inside it is named by its path, as in "options.layers[2]"
 * @throws ValueError for a number without a text: NaN, an infinity, -0; ArgumentError for anything else that is not plain
 */
export function canonical(operation: string, what: string, value: unknown): string {
  return textOf(operation, what, value, []);
}

/** A copy of a plain value, which shares nothing with it. Throws as `canonical` does. */
export function plain(operation: string, what: string, value: unknown): Json {
  return JSON.parse(canonical(operation, what, value));
}

/** A copy of an object of plain values. Throws as `canonical` does, and ArgumentError if it is no such object. */
export function plainObject(operation: string, what: string, value: unknown): JsonObject {
  if (!isPlainObject(value))
    throw new ArgumentError(`${operation}: ${what} must be a plain object, got ${described(value)}`);
  return JSON.parse(canonical(operation, what, value));
}

function textOf(operation: string, what: string, value: unknown, within: readonly object[]): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (Number.isFinite(value) && !Object.is(value, -0)) return JSON.stringify(value);
    const shown = Object.is(value, -0) ? "-0" : String(value);
    throw new ValueError(
      `${operation}: ${what} is ${shown}; a configuration holds finite numbers, and 0 without a sign`,
    );
  }
  if (typeof value !== "object" || !(Array.isArray(value) || isPlainObject(value)))
    throw new ArgumentError(
      `${operation}: ${what} must be a plain value (null, true, false, a number, text, an array or an object of these), ` +
        `got ${described(value)}`,
    );
  if (within.includes(value)) throw new ArgumentError(`${operation}: ${what} contains itself`);
  const inside = [...within, value];
  if (Array.isArray(value)) {
    const items = Array.from(value, (item: unknown, at) => textOf(operation, `${what}[${at}]`, item, inside));
    return `[${items.join(",")}]`;
  }
  const entries = Object.keys(value)
    .sort()
    .map((name) => {
      const item: unknown = Reflect.get(value, name);
      return `${JSON.stringify(name)}:${textOf(operation, `${what}.${name}`, item, inside)}`;
    });
  return `{${entries.join(",")}}`;
}

/** Whether a value is an object as `{ }` makes it, in any realm. */
export function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || (typeof prototype === "object" && Object.getPrototypeOf(prototype) === null);
}
