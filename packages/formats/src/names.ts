/** Objects with names that someone else chose: plain objects from callers, and names that a file may have. */
import { ArgumentError, Tensor } from "@polygrad/tensor";
import { type Check, described, instance } from "@polygrad/tensor/internal";
import { FormatError } from "./errors.ts";
import { brief } from "./json.ts";

/** A check of a plain object in which every value passes `check`. `wanted` describes it. */
export function recordOf(wanted: string, check: Check): Check {
  return (operation, what, given) => {
    if (!isPlain(given)) throw new ArgumentError(`${operation}: ${what} must be ${wanted}, got ${described(given)}`);
    for (const [name, value] of Object.entries(given)) check(operation, `${what}: ${brief(name)}`, value);
  };
}

/** A check of an array of texts. */
export const texts: Check = (operation, what, given) => {
  if (!Array.isArray(given) || !Array.from(given).every((each) => typeof each === "string"))
    throw new ArgumentError(`${operation}: ${what} must be an array of texts, got ${described(given)}`);
};

/** A check of tensors by name. */
export const tensorsByName: Check = recordOf(
  "an object of tensors by name",
  instance(Tensor, "a tensor (in place of a variable, its value)"),
);

/** Whether a value is an object as `{ }` makes it, in any realm. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || (typeof prototype === "object" && Object.getPrototypeOf(prototype) === null);
}

/** An object without properties, whose names are all its own: even "constructor" is undefined. */
export function emptyRecord<Value>(): Record<string, Value> {
  return Object.create(null);
}

/** Checks that a file can have a text: half of a surrogate pair is not Unicode. */
export function checkUnicode(text: string, refuse: (what: string) => Error): void {
  if (/\p{Surrogate}/u.test(text)) throw refuse("it has half of a surrogate pair, which is not Unicode");
}

/** Checks that a file can have a name. */
export function checkName(operation: string, name: string): void {
  const refuse = (what: string) => new FormatError(`${operation}: the name ${brief(name)} is not allowed: ${what}`);
  if (name === "__proto__") throw refuse("in many programs it would change all objects");
  checkUnicode(name, refuse);
}
