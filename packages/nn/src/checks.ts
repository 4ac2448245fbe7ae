/** Checks of arguments that several layers, losses and optimisers share. */
import { ArgumentError, Random, ValueError } from "@polygrad/tensor";
import { type Check, described, instance, integerFrom, number, numberFrom } from "@polygrad/tensor/internal";

/** A size of a layer or a number of steps. */
export const positiveInteger: Check = integerFrom(1);

/** A share of something, or a probability. */
export const share: Check = numberFrom(0, 1);

/** The generator that initial parameters are drawn from. */
export const generator: Check = instance(Random, "a generator, such as new Random(seed)");

/** A number that is neither NaN nor infinite. */
export const finite: Check = (operation, what, value) => {
  number(operation, what, value);
  if (!Number.isFinite(value)) throw new ValueError(`${operation}: ${what} must be finite, got ${value}`);
};

/** A finite number above 0. */
export const aboveZero: Check = (operation, what, value) => {
  finite(operation, what, value);
  if (!(Number(value) > 0)) throw new ValueError(`${operation}: ${what} must be above 0, got ${value}`);
};

/** A finite number of 0 or more. */
export const finiteFrom0: Check = numberIn(0, Number.POSITIVE_INFINITY);

/** A number in [low, high), which NaN is not. */
export function numberIn(low: number, high: number): Check {
  return (operation, what, value) => {
    number(operation, what, value);
    if (!(Number(value) >= low && Number(value) < high))
      throw new ValueError(`${operation}: ${what} must lie in [${low}, ${high}), got ${value}`);
  };
}

/** Two finite numbers, the second of which is the larger one. */
export const ascending: Check = (operation, what, value) => {
  if (!Array.isArray(value) || value.length !== 2)
    throw new ArgumentError(`${operation}: ${what} must be an array [low, high], got ${described(value)}`);
  const [low, high] = value;
  finite(operation, `${what}'s low end`, low);
  finite(operation, `${what}'s high end`, high);
  if (!(low < high)) throw new ValueError(`${operation}: ${what} must ascend, got [${low}, ${high}]`);
};
