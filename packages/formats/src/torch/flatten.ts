/** Names for what a pickle holds: `{ model: { "0.weight": w }, epoch: 3 }` gives "model.0.weight" and "epoch". */
import type { FormatError } from "../errors.ts";
import { brief } from "../json.ts";
import { emptyRecord } from "../names.ts";
import { type PickleValue, type Plain, shown, type TensorReference } from "./values.ts";

/** Numbers, texts, flags and None, which is null; an integer beyond 2^53 - 1 is a bigint; lists of these are arrays. */
export type TorchValue = Plain | readonly Plain[];

/** What a file holds, by name. The objects have no prototype. */
export interface Flat {
  readonly tensors: Readonly<Record<string, TensorReference>>;
  readonly values: Readonly<Record<string, TorchValue>>;
}

/** How deep dictionaries and lists may be nested, and how much may be in them in all. */
const DEEPEST = 64;
const MOST_VALUES = 2 ** 18;
const MOST_CHARACTERS = 2 ** 25;

/**
 * Names everything: an entry of a dictionary by its key, an item of a list by its place, with dots between. A list of
 * numbers, texts and flags is one value. A dictionary that is meant twice is there twice, so the total is limited: a
 * pickle of a kilobyte could mean billions of values.
 */
export function flattened(root: PickleValue, refuse: (what: string) => FormatError): Flat {
  const [tensors, values] = [emptyRecord<TensorReference>(), emptyRecord<TorchValue>()];
  const ahead: { readonly path: string; readonly value: PickleValue; readonly depth: number }[] = [
    { path: "", value: root, depth: 0 },
  ];
  let [count, characters] = [0, 0];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    const { path, value, depth } = next;
    count += 1 + sizeOf(value);
    if (count > MOST_VALUES) throw refuse(`it holds more than ${MOST_VALUES} values, counting repeated ones`);
    const parts = partsOf(value);
    if (parts !== undefined) {
      if (depth >= DEEPEST) throw refuse(`${brief(path)} is nested more than ${DEEPEST} deep, or contains itself`);
      for (const [key, part] of parts.toReversed()) {
        const name = path === "" ? key : `${path}.${key}`;
        characters += name.length;
        if (characters > MOST_CHARACTERS) throw refuse(`its names have more than ${MOST_CHARACTERS} characters in all`);
        ahead.push({ path: name, value: part, depth: depth + 1 });
      }
      continue;
    }
    if (path === "__proto__")
      throw refuse('the name "__proto__" is not allowed: in many programs it would change all objects');
    if (path in tensors || path in values) throw refuse(`the name ${brief(path)} appears twice`);
    if (typeof value === "object" && value?.kind === "tensor") tensors[path] = value;
    else values[path] = leafOf(value, path, refuse);
  }
  return { tensors, values };
}

/** The number of items of a list, or of entries of a dictionary. */
function sizeOf(value: PickleValue): number {
  if (typeof value !== "object" || value === null) return 0;
  return "items" in value ? value.items.length : "entries" in value ? value.entries.size : 0;
}

/** The parts of a dictionary, or of a list with other things than plain values. */
function partsOf(value: PickleValue): (readonly [key: string, part: PickleValue])[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (value.kind === "dictionary") return Array.from(value.entries, ([key, part]) => [String(key), part]);
  const isList = value.kind === "list" || value.kind === "tuple";
  return isList && !value.items.every(isPlain) ? Array.from(value.items, (part, i) => [String(i), part]) : undefined;
}

function isPlain(value: PickleValue): value is Plain {
  return typeof value !== "object" || value === null;
}

function leafOf(value: PickleValue, path: string, refuse: (what: string) => FormatError): TorchValue {
  if (isPlain(value)) return value;
  if (value.kind === "global") return value.name;
  if (value.kind === "list" || value.kind === "tuple") return value.items.filter(isPlain);
  throw refuse(`${brief(path)} is ${shown(value)}`);
}
