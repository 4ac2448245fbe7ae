/** Operations of your own: a function on tensors and its rules become a function on variables. */
import type { Operand } from "@polygrad/tensor";
import { apply } from "./record.ts";
import type { Op } from "./rule.ts";
import type { Variable } from "./variable.ts";

/** An operand in place of each variable. */
type Lift<In extends readonly Variable[]> = { [K in keyof In]: Operand };

/**
 * Makes an operation of your own. The function it returns, (...inputs, ...options) => Variable, works like the built-in
 * ones:
 *
 *     const cube = custom<[Variable]>({
 *       forward: (x) => x.mul(x).mul(x),
 *       vjp: [(g, _y, x) => g.mul(x.square()).mul(3)],
 *     });
 *
 * Rules written with the methods of variables can be differentiated again. `checkGradients` checks them. The function
 * throws a TypeError if an input is not a variable, a tensor or a number.
 */
export function custom<In extends readonly Variable[], Options extends readonly unknown[] = []>(
  op: Op<In, Options>,
): (...args: [...Lift<In>, ...Options]) => Variable {
  const operation = { name: op.name ?? "custom", inputs: op.vjp.length, forward: op.forward };
  return (...args) => apply(operation, op.vjp, args);
}
