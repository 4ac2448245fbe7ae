/** Operations of your own: a kernel and its rules become a function on variables. */
import { apply } from "./engine.ts";
import type { Op } from "./op.ts";
import { asVariable, type Lift, Variable } from "./variable.ts";

/**
 * The function (…inputs, …options) => Variable of an operation, to be used like the built-in ones:
 *
 *     const cube = custom<[Variable]>({
 *       kernel: (x) => x.mul(x).mul(x),
 *       vjp: [(g, _y, x) => g.mul(x.square()).mul(3)],
 *     });
 *
 * Rules written with variables' methods are differentiable in turn. `checkGradients` tells whether they are right.
 * The function throws TypeError if an input is no variable, tensor or number.
 */
export function custom<In extends readonly Variable[], Options extends readonly unknown[] = []>(
  op: Op<In, Options>,
): (...args: [...Lift<In>, ...Options]) => Variable {
  const count = op.vjp.length;
  return (...args) => {
    const { inputs, options } = parted<In, Options>(args, count);
    return apply(op, inputs, options);
  };
}

/** Arguments as the lifted inputs and the options behind them; the overload states what the types cannot. */
function parted<In extends readonly Variable[], Options extends readonly unknown[]>(
  args: readonly unknown[],
  count: number,
): { inputs: In; options: Options };
function parted(args: readonly unknown[], count: number): { inputs: readonly Variable[]; options: readonly unknown[] } {
  const like = args.find((arg) => arg instanceof Variable)?.value;
  return { inputs: args.slice(0, count).map((arg) => asVariable("custom", arg, like)), options: args.slice(count) };
}
