/** Which module of a PyTorch file is which layer of a model: by name, or else by the order in which they come. */
import { ValueError } from "@polygrad/tensor";
import { show } from "@polygrad/tensor/internal";
import { emptyRecord } from "../names.ts";
import type { Fields } from "./layouts.ts";

/** The tensors of each module, by the name of the module, in the order of the state. */
export type Groups = ReadonlyMap<string, Fields>;

/** Groups a state: "0.weight" and "0.bias" are { weight, bias } of "0". */
export function grouped(state: Fields): Groups {
  const groups = new Map<string, Record<string, Fields[string]>>();
  for (const [name, x] of Object.entries(state)) {
    const dot = name.lastIndexOf(".");
    const path = name.slice(0, Math.max(dot, 0));
    const fields = groups.get(path) ?? emptyRecord<Fields[string]>();
    fields[name.slice(dot + 1)] = x;
    groups.set(path, fields);
  }
  return groups;
}

/** A module of the file, and the layer of the model for it. */
export type Pair = readonly [theirs: string, ours: string];

/**
 * Pairs modules. If all names agree, apart from the `layers` that our Sequential puts in front, they decide. If not, the
 * order does: positions differ where one side has modules without parameters that the other has not.
 * @param isOrdered whether theirs are in the order of the model: files of PyTorch are, safetensors are sorted by name
 * @throws ValueError, with both lists, if there are more modules on one side, or if the order is not known or contradicts
 * the names
 */
export function pairs(theirs: Groups, ours: Groups, isOrdered: boolean): Pair[] {
  const byName = new Map([...theirs.keys()].map((path) => [plain(path), path]));
  const named = [...ours.keys()].map((path) => [byName.get(plain(path)), path] as const);
  const isNamed = (pair: (typeof named)[number]): pair is Pair => pair[0] !== undefined;
  const refuse = (what: string) => new ValueError(`loadTorch: ${what}: ${lists(theirs, ours)}`);
  if (named.every(isNamed) && byName.size === ours.size && theirs.size === ours.size) return named;
  if (theirs.size !== ours.size)
    throw refuse(
      `the file has ${theirs.size} modules with parameters, but the model has ${ours.size}; make the model with the same ` +
        "layers, or choose a part of the file with the option prefix",
    );
  const isNumbered = new Set([...theirs.keys()].map((path) => path.replaceAll(/\b\d+\b\.?/g, ""))).size === 1;
  if (!isNumbered && !isOrdered && hasTwins(theirs))
    throw refuse(
      "the names differ, and so they must be matched by the order of the model, which tensors by name need not have; pass " +
        "the bytes of PyTorch's file, or rename the tensors",
    );
  const sorted = isNumbered ? [...theirs.keys()].sort(byNumbers) : [...theirs.keys()];
  const paths = [...ours.keys()];
  const ordered = sorted.map((path, k): Pair => [path, paths[k]]);
  for (const [path, own] of named) {
    const partner = ordered.find(([, other]) => other === own)?.[0];
    if (path !== undefined && path !== partner && !/^[\d.]*$/.test(plain(path)))
      throw refuse(
        `by their names, ${path} of the file is ${own} of the model, but by their order, ${partner} is; give the modules ` +
          "that have other names the same names, or the same order",
      );
  }
  return ordered;
}

/** Whether two modules have the same fields and shapes, so that they could be taken for each other. */
function hasTwins(groups: Groups): boolean {
  const kinds = Array.from(groups.values(), (fields) =>
    JSON.stringify(Object.entries(fields).map(([field, { shape }]) => [field, shape])),
  );
  return new Set(kinds).size < kinds.length;
}

/** The order of names that differ in numbers only: 2 before 10, 0.1 before 1. */
function byNumbers(a: string, b: string): number {
  const [left, right] = [a, b].map((path) => path.match(/\b\d+\b/g)?.map(Number) ?? []);
  const k = left.findIndex((number, k) => number !== right[k]);
  return k < 0 ? left.length - right.length : left[k] - (right[k] ?? -1);
}

/** A name without the parts that our Sequential adds. */
function plain(path: string): string {
  return path
    .split(".")
    .filter((part) => part !== "layers")
    .join(".");
}

/** The most modules that a message lists. */
const MOST_IN_MESSAGE = 20;

/** Both sides, for messages. */
export function lists(theirs: Groups, ours: Groups): string {
  return `the file has ${list(theirs)}; the model has ${list(ours)}`;
}

function list(groups: Groups): string {
  const shown = Array.from(groups, ([path, fields]) => {
    const each = Object.entries(fields).map(([field, { shape }]) => `${field} ${show(shape)}`);
    return `${path === "" ? "" : `${path}: `}${each.join(", ")}`;
  });
  const more = shown.length > MOST_IN_MESSAGE ? ` and ${shown.length - MOST_IN_MESSAGE} more` : "";
  return shown.length === 0 ? "none" : `(${shown.slice(0, MOST_IN_MESSAGE).join("), (")})${more}`;
}
