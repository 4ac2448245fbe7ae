/** What an option may be. */
type Value = number | string | boolean | readonly Value[] | { readonly [name: string]: Value };

/** A text that is the same for equal options, and for no others. */
export function key(options: { readonly [name: string]: Value }): string {
  return textOf(options);
}

function textOf(value: Value): string {
  // JSON writes NaN and the infinities as null, and -0 as 0.
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value !== "object") return JSON.stringify(value);
  if (value instanceof Array) return `[${value.map(textOf).join(",")}]`;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${textOf(field)}`).join(",")}}`;
}
