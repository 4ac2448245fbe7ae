/** Readings: functions of operands that do not return one, such as `argmax`, so that no gradient flows through them. */
import { type Numeric, tensorOf } from "./operand.ts";
import { type ChecksOf, named, type Options } from "./operation.ts";
import { checkArguments, type Parameter } from "./parameters.ts";
import type { Tensor } from "./tensor.ts";

/** A function that reads one operand. */
export interface Reading<Own extends Options, Returned> {
  (x: Numeric, ...options: Own): Returned;
  readonly inputs: 1;
  readonly parameters: readonly Parameter[];
  readonly reading: true;
}

/** A function that reads two operands. */
export interface PairReading<Own extends Options, Returned> {
  (a: Numeric, b: Numeric, ...options: Own): Returned;
  readonly inputs: 2;
  readonly parameters: readonly Parameter[];
  readonly reading: true;
}

/** The function of that name whose `body` gets tensors in place of its operands. */
export function reading<O extends Options, Returned>(
  name: string,
  inputs: 1,
  parameters: ChecksOf<NoInfer<O>>,
  body: (x: Tensor, ...options: O) => Returned,
): Reading<O, Returned>;
export function reading<O extends Options, Returned>(
  name: string,
  inputs: 2,
  parameters: ChecksOf<NoInfer<O>>,
  body: (a: Tensor, b: Tensor, ...options: O) => Returned,
): PairReading<O, Returned>;
export function reading(
  name: string,
  inputs: number,
  parameters: readonly Parameter[],
  body: (...args: never[]) => unknown,
): unknown {
  const call = (...args: unknown[]) => {
    checkArguments(name, inputs, parameters, args);
    const tensors = args.map((arg, k) => (k < inputs ? tensorOf(name, arg) : arg));
    for (let k = args.length; k < inputs; k++) tensors.push(tensorOf(name, undefined));
    return Reflect.apply(body, undefined, tensors);
  };
  return named(call, name, { inputs, parameters, reading: true });
}
