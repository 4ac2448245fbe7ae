/** Observed options: which of them a function reads. */
import type { Json, JsonObject } from "@polygrad/parallel/internal";

/**
 * A copy of the options that notes the name of each option that is read, also where they are all copied, as by
 * `{ ...options }` or `structuredClone`.
 */
export function observed(options: JsonObject): { readonly value: JsonObject; readonly reads: ReadonlySet<string> } {
  const reads = new Set<string>();
  const value: JsonObject = {};
  for (const name of Object.keys(options))
    Object.defineProperty(value, name, {
      enumerable: true,
      get: (): Json => {
        reads.add(name);
        return options[name];
      },
    });
  return { value, reads };
}
