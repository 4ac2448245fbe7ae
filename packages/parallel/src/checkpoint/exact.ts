/** JSON that keeps all numbers: those that JSON does not have are written as objects. */

const NAMES = ["NaN", "Infinity", "-Infinity", "-0"] as const;

function nameOf(value: number): string | undefined {
  return Object.is(value, -0) ? "-0" : Number.isFinite(value) ? undefined : String(value);
}

/** The text of a value, from which `parseExact` makes an equal one. */
export function exactJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    const name = typeof inner === "number" ? nameOf(inner) : undefined;
    return name === undefined ? inner : { number: name };
  });
}

/** The value that a text of `exactJson` stands for. @throws SyntaxError if it is not JSON */
export function parseExact(text: string): unknown {
  return JSON.parse(text, (_, inner: unknown) => {
    if (typeof inner !== "object" || inner === null || Object.keys(inner).join() !== "number") return inner;
    const name: unknown = Reflect.get(inner, "number");
    return NAMES.some((one) => one === name) ? Number(name) : inner;
  });
}
