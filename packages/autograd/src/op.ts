/**
 * What a differentiable operation is: a kernel on tensors, and for each input one rule for its gradient.
 *
 * The kernel computes y = f(a, b, ...). A rule is a vector-Jacobian product: given g, the gradient of some scalar by y,
 * it returns the gradient of that scalar by one input. Rules see only variables, so what they compute is recorded like
 * anything else, and the derivative of a derivative needs no further code. No rule mentions broadcasting: the engine
 * sums a gradient back to its input's shape.
 */
import type { Tensor } from "@polygrad/tensor";
import type { Variable, Wanted } from "./variable.ts";

/** The gradient by one input, from the gradient `g` of the result, the result `y`, and all that the kernel was given. */
export type Rule<In extends readonly Variable[], Options extends readonly unknown[]> = (
  g: Variable,
  y: Variable,
  ...args: [...In, ...Options]
) => Variable;

/** The tensors of variables. */
export type Raw<In extends readonly Variable[]> = { [K in keyof In]: Tensor };

/** One operation. A rule is `null` where no gradient flows, as from a comparison. */
export interface Op<In extends readonly Variable[], Options extends readonly unknown[] = []> {
  readonly kernel: (...args: [...Raw<In>, ...Options]) => Tensor;
  readonly vjp: { readonly [K in keyof In]: Rule<In, Options> | null };
}

/**
 * An operation with a faster way back: all gradients in one pass over the tensors.
 *
 * `composite` says the same with primitive operations. It is the definition: tests hold value and gradients against it,
 * and whoever differentiates twice goes through it.
 */
export interface FusedOp<In extends readonly Variable[], Options extends readonly unknown[] = []> {
  /** How many of the arguments are inputs; the rest are options. */
  readonly inputs: In["length"];
  readonly kernel: (...args: [...Raw<In>, ...Options]) => Tensor;
  /** Gradients by the inputs that are `wanted`, there if a place is given and it fits; the others may be left undefined. */
  readonly backward: (
    wanted: readonly Wanted[],
    g: Tensor,
    y: Tensor,
    ...args: [...Raw<In>, ...Options]
  ) => { readonly [K in keyof In]: Tensor | undefined };
  readonly composite: (...args: [...In, ...Options]) => Variable;
}
