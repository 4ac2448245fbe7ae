/** Operations of your own: a function on tensors and its rules become a function on variables. */
import { ArgumentError, type Operand } from "@polygrad/tensor";
import { callable, described, text } from "@polygrad/tensor/internal";
import { apply } from "./record.ts";
import type { Op } from "./rule.ts";
import { Variable } from "./variable.ts";

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
 * throws an ArgumentError if an input is not a variable, a tensor or a number, or a rule does not return a variable.
 * @throws ArgumentError if `op` has no `forward`, or its `vjp` is not an array of functions and nulls
 */
export function custom<In extends readonly Variable[], Options extends readonly unknown[] = []>(
  op: Op<In, Options>,
): (...args: [...Lift<In>, ...Options]) => Variable {
  const { name = "custom", forward, vjp } = checkedOp(op);
  const operation = { name, inputs: vjp.length, forward };
  const rules = Array.from(vjp, (rule) => rule && checkingResult(name, rule));
  return (...args) => apply(operation, rules, args);
}

function checkedOp<In extends readonly Variable[], Options extends readonly unknown[]>(
  op: Op<In, Options>,
): Op<In, Options> {
  if (typeof op !== "object" || op === null)
    throw new ArgumentError(`custom: needs an object { name, forward, vjp }, got ${described(op)}`);
  if (op.name !== undefined) text("custom", "name", op.name);
  callable("custom", "forward", op.forward);
  const isRule = (rule: unknown) => typeof rule === "function" || rule === null;
  if (!Array.isArray(op.vjp) || op.vjp.length === 0 || !Array.from(op.vjp).every(isRule))
    throw new ArgumentError(
      `custom: vjp must be an array with a function for each input, or null where no gradient flows, got ${described(op.vjp)}`,
    );
  return op;
}

function checkingResult(name: string, rule: (...args: never) => Variable): (...args: unknown[]) => Variable {
  return (...args) => {
    const gradient: unknown = Reflect.apply(rule, undefined, args);
    if (gradient instanceof Variable) return gradient;
    throw new ArgumentError(`${name}: a rule in vjp must return a variable, got ${described(gradient)}`);
  };
}
