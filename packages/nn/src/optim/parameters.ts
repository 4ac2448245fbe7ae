/** The parameters that an optimiser steps or a norm is taken of: checked, each once. */
import { Variable } from "@polygrad/autograd";
import { ArgumentError, ValueError } from "@polygrad/tensor";
import { described } from "@polygrad/tensor/internal";

/**
 * The parameters in an array.
 * @throws ArgumentError if they are not variables in an array or another iterable; ValueError if one comes twice
 */
export function parametersOf(operation: string, given: unknown): Variable[] {
  if (!isIterable(given))
    throw new ArgumentError(
      `${operation}: parameters must be an array of variables, got ${described(given)}; pass model.parameters()`,
    );
  const positions = new Map<Variable, number>();
  for (const [k, parameter] of [...given].entries()) {
    if (!(parameter instanceof Variable))
      throw new ArgumentError(
        `${operation}: parameter ${k} must be a variable, got ${described(parameter)}; pass model.parameters(), ` +
          "or those of several models in one array: [...a.parameters(), ...b.parameters()]",
      );
    const first = positions.get(parameter);
    if (first !== undefined)
      throw new ValueError(
        `${operation}: parameters ${first} and ${k} are the same variable; ` +
          "pass each once: [...new Set(parameters)]",
      );
    positions.set(parameter, k);
  }
  return [...positions.keys()];
}

/** Whether it is an array or another object that can be iterated. */
export function isIterable(given: unknown): given is Iterable<unknown> {
  return typeof given === "object" && given !== null && Symbol.iterator in given;
}
