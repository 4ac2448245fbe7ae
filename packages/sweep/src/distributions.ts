/** Distributions: what random search draws the options of a configuration from. */
import { ArgumentError, Random, tensor, ValueError } from "@polygrad/tensor";
import { described, integerFrom, numberFrom } from "@polygrad/tensor/internal";

/** A distribution of values of one option. `uniform`, `logUniform`, `integer` and `choice` make them. */
export class Distribution<Value> {
  readonly #draw: (random: Random) => Value;

  /** @param draw draws a value; all that is random must come from `random` */
  constructor(draw: (random: Random) => Value) {
    if (typeof draw !== "function")
      throw new ArgumentError(`Distribution: expected a function of a Random, got ${described(draw)}`);
    this.#draw = draw;
  }

  /** Draws a value. @throws ArgumentError unless it is given a Random */
  draw(random: Random): Value {
    if (!(random instanceof Random))
      throw new ArgumentError(`Distribution.draw: expected a Random, such as new Random(1), got ${described(random)}`);
    return this.#draw(random);
  }
}

const finite = numberFrom(-Number.MAX_VALUE, Number.MAX_VALUE);

/** Numbers from `low` to `high`, each equally likely. @throws ArgumentError or ValueError unless low < high are finite */
export function uniform(low: number, high: number): Distribution<number> {
  checkBounds("uniform", low, high);
  if (!Number.isFinite(high - low)) throw new ValueError(`uniform: the range from ${low} to ${high} is too wide`);
  return new Distribution((random) => between(low, high, low + fraction(random) * (high - low)));
}

/**
 * Numbers from `low` to `high` whose logarithm is equally likely everywhere: as many from 0.001 to 0.01 as from 0.01 to
 * 0.1. For learning rates.
 *
 * @throws ArgumentError or ValueError unless 0 < low < high are finite
 */
export function logUniform(low: number, high: number): Distribution<number> {
  checkBounds("logUniform", low, high);
  if (!(low > 0)) throw new ValueError(`logUniform: low must be greater than 0, got ${low}`);
  // The logarithm and the exponential are Polygrad's own: those of engines differ in the last bits.
  const [first, last] = tensor([low, high], { dtype: "float64" }).log().data;
  return new Distribution((random) => {
    const exponent = first + fraction(random) * (last - first);
    return between(low, high, tensor([exponent], { dtype: "float64" }).exp().item());
  });
}

/** Integers from `low` to `high`, both included. @throws ArgumentError or ValueError unless they are integers, low <= high */
export function integer(low: number, high: number): Distribution<number> {
  for (const [what, value] of Object.entries({ low, high }))
    integerFrom(Number.MIN_SAFE_INTEGER)("integer", what, value);
  const count = high - low + 1;
  if (!(count >= 1 && count <= 2 ** 32))
    throw new ValueError(`integer: there must be from 1 to 2^32 integers from low to high, got ${low} and ${high}`);
  return new Distribution((random) => low + random.below(count));
}

/** One of some values, each equally likely. @throws ArgumentError unless `values` is an array; ValueError if it is empty */
export function choice<const Value>(values: readonly Value[]): Distribution<Value> {
  if (!Array.isArray(values)) throw new ArgumentError(`choice: expected an array of values, got ${described(values)}`);
  const own: readonly Value[] = [...values];
  if (own.length === 0) throw new ValueError("choice: there are no values; give at least one");
  return new Distribution((random) => own[random.below(own.length)]);
}

function checkBounds(operation: string, low: number, high: number): void {
  finite(operation, "low", low);
  finite(operation, "high", high);
  if (!(low < high)) throw new ValueError(`${operation}: low must be less than high, got ${low} and ${high}`);
}

/** A multiple of 2^-53 in [0, 1). */
function fraction(random: Random): number {
  const [high, low] = [random.uint32() >>> 5, random.uint32() >>> 6];
  return (high * 2 ** 26 + low) / 2 ** 53;
}

/** Rounding may lead out of the range. A configuration has no -0. */
function between(low: number, high: number, value: number): number {
  return Math.min(high, Math.max(low, value)) + 0;
}
