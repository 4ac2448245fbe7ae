/** Every form of an operation does the same: the function, the method of a tensor, the method of a variable. */
import { isTraced } from "@polygrad/tensor/internal";
import { Tensor, variable } from "polygrad";
import { describe, expect, test } from "vitest";
import { operationEntry, operations } from "./operations.ts";

/** What came of a call, as text. */
function outcome(call: () => unknown): string {
  try {
    return textOf(call());
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : "not an error";
  }
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join("; ")}]`;
  if (value instanceof Tensor) return JSON.stringify(value);
  return isTraced(value) ? textOf(value.value) : String(value);
}

describe("the forms agree", () => {
  test.each([...operations.keys()])("%s", (name) => {
    const { call, kinds } = operationEntry(name);
    for (const [k, { cases }] of kinds.entries()) {
      if (k === 0) continue;
      for (const each of cases) {
        const args = () =>
          kinds.map(({ good, cases }, j) => (j === k ? each.make() : cases.length > 0 ? good() : undefined));
        const method = (self: (x: unknown) => unknown) => () => {
          const [first, ...rest] = args();
          const x = self(first);
          if (!(x instanceof Tensor) && !isTraced(x)) throw new Error(`${name}: the first operand has no methods`);
          return Reflect.apply(Reflect.get(x, name), x, rest);
        };
        const wanted = outcome(() => call(...args()));
        const title = `argument ${k} ${each.name}`;
        expect(outcome(method((x) => x)), title).toBe(wanted);
        expect(outcome(method((x) => (x instanceof Tensor ? variable(x) : x))), title).toBe(wanted);
      }
    }
  });
});
