/** Checks of arguments that several layers, losses and optimisers share. */
import { Random, ShapeError, ValueError } from "@polygrad/tensor";
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

/** A number in [low, high), which NaN is not. */
export function numberIn(low: number, high: number): Check {
  return (operation, what, value) => {
    number(operation, what, value);
    if (!(Number(value) >= low && Number(value) < high))
      throw new ValueError(`${operation}: ${what} must lie in [${low}, ${high}), got ${value}`);
  };
}

/** A shape: an array of integers from 0 up. */
export const shape: Check = (operation, what, value) => {
  instance(Array, "an array of sizes, such as [2, 3]")(operation, what, value);
  // Array.from fills the gaps of a sparse array, which every() would skip.
  const sizes: readonly unknown[] = Array.isArray(value) ? Array.from(value) : [];
  if (!sizes.every((size) => Number.isSafeInteger(size) && Number(size) >= 0))
    throw new ShapeError(
      `${operation}: ${what} must consist of integers from 0 up, got [${sizes.map(described).join(", ")}]`,
    );
};
