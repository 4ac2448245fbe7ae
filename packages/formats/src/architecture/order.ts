/**
 * The order of layers, as far as their names show it: "layers.2" comes before "layers.10", and whether "encoder" comes before
 * "decoder" is not known.
 */
import type { FormatError } from "../errors.ts";

const isNumber = (part: string): boolean => /^\d+$/.test(part);

/**
 * Paths in the order of the numbers in them.
 * @param inOrder whether names that are no numbers are in order; if not, two of them side by side are refused
 */
export function ordered(paths: readonly string[], inOrder: boolean, refuse: (what: string) => FormatError): string[] {
  const below = (parts: readonly (readonly string[])[], depth: number): (readonly string[])[] => {
    const children = new Map<string, (readonly string[])[]>();
    for (const path of parts) {
      const name = path[depth] ?? "";
      children.set(name, [...(children.get(name) ?? []), path]);
    }
    if (children.size === 1 && parts.every((path) => path.length <= depth + 1)) return [...parts];
    const names = [...children.keys()];
    if (names.every(isNumber)) names.sort((a, b) => Number(a) - Number(b));
    else if (names.length > 1 && !inOrder)
      throw refuse(
        `the order of ${names.join(", ")} is not known, because names do not show it; if they are used in this order, say so ` +
          "with the option inOrder (--in-order)",
      );
    return names.flatMap((name) => {
      const own = children.get(name) ?? [];
      return own.length === 1 ? own : below(own, depth + 1);
    });
  };
  return below(
    paths.map((path) => path.split(".")),
    0,
  ).map((parts) => parts.join("."));
}

/** What lies between two layers. */
interface Boundary {
  /** How many layers have no weights there; undefined if names do not show it. */
  readonly gap: number | undefined;
  /** Whether both are in the same place: nothing else can lie between them but functions. */
  readonly isFlat: boolean;
}

/** What names show about the place between two layers: between 0 and 2 is one layer, between 0.1 and 1 may be some. */
export function boundaryOf(before: string, after: string): Boundary {
  const [a, b] = [before.split("."), after.split(".")];
  const k = a.findIndex((part, k) => part !== b[k]);
  const isFlat = a.length === k + 1 && b.length === k + 1;
  if (!isNumber(a[k] ?? "") || !isNumber(b[k] ?? "") || a.length > k + 1) return { gap: undefined, isFlat };
  return { gap: Number(b[k]) - Number(a[k]) - 1 + numbersIn(b.slice(k + 1).join(".")), isFlat };
}

/** The sum of the numbers in a path: how many layers are left out before the first of all. */
export function numbersIn(path: string): number {
  return path
    .split(".")
    .filter(isNumber)
    .reduce((sum, part) => sum + Number(part), 0);
}
