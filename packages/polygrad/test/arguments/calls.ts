/** Makes calls with wrong arguments, and lists what went wrong. */

import * as formats from "@polygrad/formats";
import * as parallel from "@polygrad/parallel";
import * as sweep from "@polygrad/sweep";
import * as polygrad from "polygrad";
import * as node from "polygrad/node";
import { boundOf, heapBytes, Meter } from "./bounded.ts";
import type { Case, Kind } from "./kinds.ts";

/** A function, constructor, method or property, and its arguments. */
export interface Entry {
  readonly call: (...args: unknown[]) => unknown;
  readonly kinds: readonly Kind[];
  /** Whether an argument too many is an error. */
  readonly strict?: boolean;
  /** Whether it takes any number of arguments, so that none is missing. */
  readonly fewer?: boolean;
  /** Whether the function refuses even the right arguments, for a reason that is not tested here. */
  readonly refused?: boolean;
}

/** What came of a call. */
type Outcome = { readonly returned: unknown } | { readonly thrown: unknown };

/** The classes of our errors: all that the packages export. */
const errors = [polygrad, formats, parallel, sweep, node].flatMap((module) =>
  Object.values<unknown>(module).filter(isErrorClass),
);

function isErrorClass(value: unknown): value is new () => Error {
  return typeof value === "function" && value.prototype instanceof Error;
}

/** Whether an error is one of ours. */
export function isOurs(error: unknown): boolean {
  return errors.some((Class) => error instanceof Class);
}

/** How many calls were made. */
export const made = { calls: 0 };

async function outcomeOf(entry: Entry, args: readonly unknown[], failures: string[], title: string): Promise<Outcome> {
  const meter = new Meter();
  const before = heapBytes();
  made.calls++;
  meter.install();
  try {
    const result = Reflect.apply(entry.call, undefined, args);
    const returned: unknown = result instanceof Promise ? await result : result;
    meter.restore();
    report(meter.bytes + Math.max(0, heapBytes() - before), [...args, returned]);
    return { returned };
  } catch (thrown) {
    meter.restore();
    report(meter.bytes + Math.max(0, heapBytes() - before), args);
    return { thrown };
  }

  function report(bytes: number, values: readonly unknown[]): void {
    const bound = boundOf(...values);
    if (bytes > bound) failures.push(`${title}: allocates ${bytes} bytes, more than the bound of ${bound}`);
  }
}

function shown(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown;
  return `${thrown.name}: ${thrown.message}`.slice(0, 300);
}

/** Calls with every hostile value in the place of every argument; returns what went wrong. */
export async function attack(entry: Entry): Promise<string[]> {
  const failures: string[] = [];
  const good = () => entry.kinds.map((kind) => kind.good());
  await outcomeOf(entry, good(), [], "the first call, which compiles kernels");
  await tried(entry, good(), "accepted", "the right arguments", failures);
  for (const [k, kind] of entry.kinds.entries())
    for (const each of kind.cases) {
      const args = good();
      args[k] = each.make();
      await tried(entry, args, each.fate, `argument ${k} ${each.name}`, failures);
    }
  for (let length = 0; length < entry.kinds.length; length++) {
    const missing = entry.kinds.slice(length).map(fateOfNothing);
    const fate = entry.fewer
      ? "open"
      : missing.includes("refused")
        ? "refused"
        : missing.includes("open")
          ? "open"
          : "accepted";
    await tried(entry, good().slice(0, length), fate, `${length} arguments`, failures);
  }
  if (entry.strict)
    for (const surplus of [1, true, {}]) await tried(entry, [...good(), surplus], "refused", "one too many", failures);
  return failures;
}

function fateOfNothing({ cases }: Kind): Case["fate"] {
  return cases.find(({ name }) => name === "undefined")?.fate ?? "open";
}

async function tried(
  entry: Entry,
  args: readonly unknown[],
  fate: Case["fate"],
  title: string,
  failures: string[],
): Promise<void> {
  const outcome = await outcomeOf(entry, args, failures, title);
  if ("returned" in outcome) {
    if (fate === "refused") failures.push(`${title}: accepted`);
  } else if (fate === "accepted" && !entry.refused) failures.push(`${title}: refused with ${shown(outcome.thrown)}`);
  else if (!isOurs(outcome.thrown)) failures.push(`${title}: throws ${shown(outcome.thrown)}`);
}
