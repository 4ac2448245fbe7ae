/** The table is complete: an export or a member of an exported class without an entry fails. */
import * as formats from "@polygrad/formats";
import * as formatsNode from "@polygrad/formats/node";
import * as parallel from "@polygrad/parallel";
import * as sweep from "@polygrad/sweep";
import * as polygrad from "polygrad";
import { expect, test } from "vitest";
import { exportedNames } from "../exported-names.ts";
import { table } from "./table.ts";

const modules = [
  { module: polygrad, names: exportedNames("polygrad", "index.ts") },
  { module: formats, names: exportedNames("formats", "index.ts") },
  { module: formatsNode, names: exportedNames("formats", "node.ts") },
  { module: parallel, names: exportedNames("parallel", "index.ts") },
  { module: sweep, names: exportedNames("sweep", "index.ts") },
];

/** Members without arguments of a class whose objects run threads: packages/parallel/test calls them. */
const ON_THREADS = [
  ...["close", "evaluate", "explain", "history", "metric", "progress", "save", "threads", "trainTo"],
  "[Symbol.asyncIterator]",
];
/** A function that talks to a server: packages/sweep/test calls it. */
const ON_SERVERS = ["deadLetters"];
const known = new Set([...ON_THREADS.map((member) => `DataParallel.${member}`), ...ON_SERVERS]);

type Class = abstract new (...args: never[]) => unknown;

function isClass(value: unknown): value is Class {
  return typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));
}

/** The names of the functions and classes that a module exports. Errors are made by the library, not by its users. */
function callables(module: object, names: ReadonlyMap<string, boolean>): [name: string, value: unknown][] {
  return [...names].flatMap(([name, isType]): [string, unknown][] => {
    const value: unknown = Reflect.get(module, name);
    if (isType || typeof value !== "function" || value.prototype instanceof Error) return [];
    return [[name, value]];
  });
}

/** The members that a class defines itself, the static ones included; of the symbols, those of iteration. */
function membersOf(Class: Class): string[] {
  const statics = Reflect.ownKeys(Class).filter((key) => !["length", "name", "prototype"].includes(String(key)));
  return [...Reflect.ownKeys(Class.prototype), ...statics].flatMap((key) => {
    if (typeof key === "string") return key === "constructor" ? [] : [key];
    if (key === Symbol.iterator) return ["[Symbol.iterator]"];
    return key === Symbol.asyncIterator ? ["[Symbol.asyncIterator]"] : [];
  });
}

/** The names that must have an entry. */
const wanted = new Set(
  modules.flatMap(({ module, names }) =>
    callables(module, names).flatMap(([name, value]) =>
      isClass(value) ? [name, ...membersOf(value).map((member) => `${name}.${member}`)] : [name],
    ),
  ),
);
// What DataParallel is in Node and in browsers.
for (const member of membersOf(Object.getPrototypeOf(parallel.DataParallel))) wanted.add(`DataParallel.${member}`);
// Module, Optimiser and DataParallel have subclasses or private constructors: what stands in their place is an entry too.
wanted.delete("DataParallel");

/** The names that entries stand for: without what tells forms of one function apart. */
const given = new Set(Object.keys(table).map((name) => name.split(/[ (]/)[0]));

test("every exported function, and every member of an exported class, has an entry", () => {
  expect([...wanted].filter((name) => !given.has(name) && !known.has(name))).toEqual([]);
});

test("every entry is of something that is exported", () => {
  expect([...given].filter((name) => !wanted.has(name))).toEqual([]);
});

test("methods that are made by a loop are among them", () => {
  const some = ["Tensor.reshape", "Variable.topK", "Variable.backward", "Random.fromState", "Optimiser.step"];
  expect(some.filter((name) => !wanted.has(name))).toEqual([]);
});
