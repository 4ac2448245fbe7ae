/** Random search: configurations drawn from distributions. */
import { isPlainObject } from "@polygrad/parallel/internal";
import { ArgumentError, Random } from "@polygrad/tensor";
import { type Checks, checkOptions, described, integerFrom } from "@polygrad/tensor/internal";
import { Distribution } from "./distributions.ts";

/** What configurations are drawn from: for each option a distribution, or one value that all configurations have. */
export type Space = { readonly [name: string]: unknown };

/** The options of a configuration that is drawn from a space. */
export type Drawn<Options> = {
  readonly [Name in keyof Options]: Options[Name] extends Distribution<infer Value> ? Value : Options[Name];
};

/** The options of `random`. */
export interface RandomOptions {
  /** The seed, an integer from 0 to 2^53 - 1. Defaults to 0. */
  readonly seed?: number;
}

const known: Checks<RandomOptions> = { seed: integerFrom(0) };

/**
 * Draws `count` configurations: `random({ rate: logUniform(1e-4, 1e-1), hidden: integer(8, 64), degree: 2 }, 20)`.
 *
 * They depend on the seed and the space alone, on every engine and machine. The first ten of twenty are the ten that
 * `count` 10 gives, so a search can be extended.
 *
 * @throws ArgumentError if the space is not an object, or there is an unknown option; ValueError unless `count` is an
 * integer from 1 to a million
 */
export function random<const Options extends Space>(
  space: Options,
  count: number,
  options?: RandomOptions,
): Drawn<Options>[];
export function random(space: Space, count: number, options: RandomOptions = {}): Space[] {
  if (!isPlainObject(space))
    throw new ArgumentError(
      `random: expected an object of distributions and values, such as { hidden: integer(8, 64) }, ` +
        `got ${described(space)}`,
    );
  integerFrom(1, 1_000_000)("random", "count", count);
  checkOptions("random", options, known);
  const generator = new Random(options.seed ?? 0);
  const entries = Object.entries(space);
  return Array.from({ length: count }, () =>
    Object.fromEntries(
      entries.map(([name, value]) => [name, value instanceof Distribution ? value.draw(generator) : value]),
    ),
  );
}
