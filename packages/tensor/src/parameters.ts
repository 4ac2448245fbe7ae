/** Parameters: what an operation says of the arguments after its operands, so that they are checked in one place. */
import { type Check, type Checks, checkNamed, described, flag, number, someIntegers } from "./arguments.ts";
import { ArgumentError } from "./errors.ts";

/** An argument after the operands of an operation: its name in errors, and its check. */
export interface Parameter {
  readonly name: string;
  readonly check: Check;
  /** Whether it may be undefined. */
  readonly optional: boolean;
}

/** An argument that must be passed. */
export function required(name: string, check: Check): Parameter {
  return { name, check, optional: false };
}

/** An argument that has a default. */
export function optional(name: string, check: Check): Parameter {
  return { name, check, optional: true };
}

/** The options of an operation. */
export function options<Options extends object>(checks: Checks<Options>): Parameter {
  return optional("options", (operation, _, value) => checkNamed(operation, value, checks));
}

/** The arguments of a slice: an axis, and a range of positions. */
export const RANGE: readonly [Parameter, Parameter, Parameter, Parameter] = [
  required("axis", number),
  optional("start", number),
  optional("stop", number),
  optional("step", number),
];

/** The arguments of a reduction. */
export const REDUCTION: readonly [Parameter, Parameter] = [
  optional("axes", someIntegers),
  options<{ keepDims: boolean }>({ keepDims: flag }),
];

/**
 * Checks the arguments after the operands.
 * @throws ArgumentError if one is of the wrong kind, or there is one too many
 */
export function checkArguments(
  operation: string,
  inputs: number,
  parameters: readonly Parameter[],
  args: readonly unknown[],
): void {
  const count = parameters.length;
  for (let k = 0; k < count; k++) {
    const { name, check, optional } = parameters[k];
    const value = args[inputs + k];
    if (value !== undefined || !optional) check(operation, name, value);
  }
  for (let k = inputs + count; k < args.length; k++) {
    if (args[k] === undefined) continue;
    const names = parameters.map(({ name }) => name).join(", ");
    throw new ArgumentError(
      `${operation}: got one argument too many, ${described(args[k])}; ` +
        `${names === "" ? "it takes no options" : `after the operands it takes ${names}`}`,
    );
  }
}
