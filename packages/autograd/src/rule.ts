/**
 * What makes an operation differentiable: one gradient rule for each input.
 *
 * The operation computes y = f(a, b, ...). A rule is a vector-Jacobian product: given g, the gradient of some scalar
 * with respect to y, it returns the gradient of that scalar with respect to one input. Rules compute with variables, so
 * what they compute is recorded like anything else, and second derivatives need no code of their own. No rule mentions
 * broadcasting: the backward pass sums each gradient to the shape of its input.
 */
import type { Tensor } from "@polygrad/tensor";
import type { Destinations, Gradients } from "@polygrad/tensor/internal";
import type { Variable } from "./variable.ts";

/**
 * The gradient with respect to one input, from `g`, that of the result, the result `y`, and the operation's arguments.
 */
export type Rule<In extends readonly Variable[], Options extends readonly unknown[] = []> = (
  g: Variable,
  y: Variable,
  ...args: [...In, ...Options]
) => Variable;

/** One rule for each input; `null` where no gradient flows, as in a comparison. */
export type Rules<In extends readonly Variable[], Options extends readonly unknown[] = []> = {
  readonly [K in keyof In]: Rule<In, Options> | null;
};

/** The tensors of variables. */
export type Raw<In extends readonly Variable[]> = { [K in keyof In]: Tensor };

/** An operation of your own: a function on tensors, and its gradient rules. */
export interface Op<In extends readonly Variable[], Options extends readonly unknown[] = []> {
  /** The name in errors and records; "custom" by default. */
  readonly name?: string;
  readonly forward: (...args: [...Raw<In>, ...Options]) => Tensor;
  readonly vjp: Rules<In, Options>;
}

/**
 * A faster backward pass for an operation: all gradients in one pass over the tensors.
 *
 * `composite` defines the same function by means of other operations. Tests compare values and gradients with it, and
 * second derivatives go through it.
 */
export interface Fused<In extends readonly Variable[], Options extends readonly unknown[] = []> {
  readonly backward: (wanted: Destinations, g: Tensor, y: Tensor, ...args: [...Raw<In>, ...Options]) => Gradients;
  readonly composite: (...args: [...In, ...Options]) => Variable;
  /**
   * Whether the gradients that are wanted are computed from the value of each input and, last, of the result. Shapes do
   * not count. See unchanged.ts.
   */
  readonly reads: (wanted: Destinations, ...options: Options) => readonly unknown[];
}

/**
 * One rule for all inputs of an operation that takes any number of them; its first argument is the number of the input.
 */
export interface RuleForEach<Options extends readonly unknown[]> {
  readonly each: (k: number, inputs: readonly Variable[], g: Variable, ...options: Options) => Variable;
}

/** How the gradients of an operation are computed, in one of three forms. */
export type Derivative =
  | readonly (((...args: never) => Variable) | null)[]
  | {
      readonly backward: (...args: never) => Gradients;
      readonly composite: (...args: never) => Variable;
      readonly reads: (...args: never) => readonly unknown[];
    }
  | { readonly each: (...args: never) => Variable };
