/** What an option may be. */
type Value = number | string | boolean | readonly Value[] | { readonly [name: string]: Value };

/** A text that is the same for equal options, and for no others. */
export function key(options: { readonly [name: string]: Value }): string {
  return JSON.stringify(options);
}
