/**
 * What makes an operation differentiable: for each input one rule for its gradient.
 *
 * The operation computes y = f(a, b, ...). A rule is a vector-Jacobian product: given g, the gradient of some scalar with
 * respect to y, it returns the gradient of that scalar with respect to one input. Rules see only variables, so what they
 * compute is recorded like anything else, and the derivative of a derivative needs no further code. No rule mentions
 * broadcasting: the engine sums a gradient back to its input's shape.
 */
import type { Tensor } from "@polygrad/tensor";
import type { Destinations, Gradients } from "@polygrad/tensor/internal";
import type { Variable } from "./variable.ts";

/** The gradient with respect to one input, from that of the result, `g`, the result y, and what the operation was given. */
export type Rule<In extends readonly Variable[], Options extends readonly unknown[] = []> = (
  g: Variable,
  y: Variable,
  ...args: [...In, ...Options]
) => Variable;

/** A rule for each input; `null` where no gradient flows, as from a comparison. */
export type Rules<In extends readonly Variable[], Options extends readonly unknown[] = []> = {
  readonly [K in keyof In]: Rule<In, Options> | null;
};

/** The tensors of variables. */
export type Raw<In extends readonly Variable[]> = { [K in keyof In]: Tensor };

/** An operation of your own: how it computes on tensors, and its rules. */
export interface Op<In extends readonly Variable[], Options extends readonly unknown[] = []> {
  /** Names it in errors. */
  readonly name?: string;
  readonly forward: (...args: [...Raw<In>, ...Options]) => Tensor;
  readonly vjp: Rules<In, Options>;
}

/**
 * A faster backward pass for an operation: all gradients in one pass over the tensors.
 *
 * `composite` says the same with other operations. It is the definition: tests hold value and gradients against it, and
 * differentiating twice goes through it.
 */
export interface Fused<In extends readonly Variable[], Options extends readonly unknown[] = []> {
  readonly backward: (wanted: Destinations, g: Tensor, y: Tensor, ...args: [...Raw<In>, ...Options]) => Gradients;
  readonly composite: (...args: [...In, ...Options]) => Variable;
}

/** One rule for all inputs of an operation that takes any number of them: it is given the number of the input first. */
export interface RuleForEach<Options extends readonly unknown[]> {
  readonly each: (k: number, inputs: readonly Variable[], g: Variable, ...options: Options) => Variable;
}

/** What the engine knows of an operation's gradients. */
export type Derivative =
  | readonly (((...args: never) => Variable) | null)[]
  | {
      readonly backward: (...args: never) => Gradients;
      readonly composite: (...args: never) => Variable;
    }
  | { readonly each: (...args: never) => Variable };
