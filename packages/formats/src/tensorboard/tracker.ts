/** The tracker: one function that a training loop reports to, whatever shows or stores what it reports. */
import { Variable } from "@polygrad/autograd";
import { ArgumentError, Tensor } from "@polygrad/tensor";
import { described, integerFrom } from "@polygrad/tensor/internal";
import { checkUnicode, isPlain } from "../names.ts";

/** A number, or a tensor or variable, of which a tracker may keep the distribution. */
export type TrackedValue = number | Tensor | Variable;

/**
 * Takes the values of one step, by name: `track(step, { loss, accuracy, "layers.0.weight": layer.weight })`. It has read them
 * when it returns.
 */
export type Tracker = (step: number, values: Readonly<Record<string, TrackedValue>>) => void;

/** Checks the arguments of a tracker. @throws ArgumentError or ValueError, before anything is written */
export function checkTracked(operation: string, step: unknown, values: unknown): void {
  integerFrom(0)(operation, "the step", step);
  if (!isPlain(values))
    throw new ArgumentError(
      `${operation}: the values must be a plain object, such as { loss: 0.5 }, got ${described(values)}`,
    );
  for (const [name, value] of Object.entries(values)) {
    const refuse = (what: string) =>
      new ArgumentError(`${operation}: the name ${described(name)} is not allowed: ${what}`);
    if (name === "") throw refuse("it is empty; TensorBoard shows values by name");
    checkUnicode(name, refuse);
    if (typeof value !== "number" && !(value instanceof Tensor) && !(value instanceof Variable))
      throw new ArgumentError(
        `${operation}: ${described(name)} must be a number, a tensor or a variable, got ${described(value)}`,
      );
  }
}
