/** The map: which degrees, hidden sizes and depths, and which recipes at each. */
import type { Configuration } from "./recipe.ts";
import { article, changes, constant, recommended, remedies, type Variant } from "./variants.ts";

/** The places of a map. */
export interface Grid {
  readonly degrees: readonly number[];
  readonly hidden: readonly number[];
  readonly depths: readonly number[];
}

export const grids = {
  quick: { degrees: [2, 6], hidden: [20], depths: [2, 3] },
  standard: { degrees: [2, 3, 4, 6, 8, 12, 20], hidden: [20, 64, 192, 512], depths: [2, 3, 4, 6] },
  full: {
    degrees: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 20],
    hidden: [20, 32, 64, 128, 256, 512],
    depths: [2, 3, 4, 5, 6],
  },
} as const satisfies Readonly<Record<string, Grid>>;

/** The largest hidden sizes at which everything is tried, and at which the remedies are. */
const [SMALL, MIDDLE] = [20, 64];

/**
 * The recipes at a hidden size: up to 20 units all; up to 64 the article's, the recommended one, that with a constant rate,
 * and the remedies; beyond that these without the remedies, because one large network costs as much as a hundred small
 * ones. The quick map has the article's and the recommended one alone.
 */
export function variantsAt(hidden: number, { degrees }: Grid): readonly Variant[] {
  if (degrees.length === grids.quick.degrees.length) return [article, recommended];
  if (hidden > MIDDLE) return [article, recommended, constant];
  return [article, recommended, constant, ...remedies, ...(hidden > SMALL ? [] : changes)];
}

/** The networks of one hidden size, with the recipe of each. */
export function configurationsAt(
  hidden: number,
  grid: Grid,
  common: Pick<Configuration, "images" | "data">,
  seeds: readonly number[],
): Map<Configuration, Variant> {
  const found = new Map<Configuration, Variant>();
  for (const variant of variantsAt(hidden, grid))
    for (const depth of grid.depths)
      for (const degree of grid.degrees)
        for (const seed of seeds) found.set({ ...variant.recipe, degree, hidden, depth, seed, ...common }, variant);
  return found;
}
