/** Clips gradients so that the norm of all of them together is at most a maximum. */
import type { Variable } from "@polygrad/autograd";
import { type Tensor, tensor, type Update, updateInPlace, ValueError } from "@polygrad/tensor";
import { type Check, type Checks, checkOptions, number } from "@polygrad/tensor/internal";
import { parametersOf } from "./parameters.ts";

/** g factor. */
export const scaling: Update = {
  name: "clipGradNorm",
  states: 0,
  scalars: 1,
  rule: (m, [g], _, [factor]) => [m.mul(g, factor)],
};

/** Options of clipping. */
interface ClipOptions {
  /** The p of the norm (sum |g|^p)^(1/p); 2 by default; Infinity for the largest |g|. */
  readonly type?: number;
}

const type: Check = (operation, _, value) => {
  number(operation, "the type of the norm", value);
  if (!(Number(value) > 0)) throw new ValueError(`${operation}: the type of the norm must be above 0, got ${value}`);
};

const known: Checks<ClipOptions> = { type };

/**
 * Scales the gradients of all parameters in place, by one factor, so that the norm of all of them as one vector is at
 * most `maximum` (Pascanu, Mikolov & Bengio 2013). Parameters that are frozen or have no gradient do not count.
 * @param options `type`: the p of the norm (sum |g|^p)^(1/p); 2 by default; Infinity for the largest |g|
 * @returns the norm before scaling
 * @throws ArgumentError if the parameters are not variables, or an option is unknown; ValueError if one comes twice, the
 * maximum is negative, the type is not positive, or the norm is not finite
 */
export function clipGradNorm(parameters: Iterable<Variable>, maximum: number, options: ClipOptions = {}): number {
  number("clipGradNorm", "the maximum norm", maximum);
  if (!(maximum >= 0)) throw new ValueError(`clipGradNorm: the maximum norm must be 0 or more, got ${maximum}`);
  checkOptions("clipGradNorm", options, known);
  const { type = 2 } = options;
  const gradients = parametersOf("clipGradNorm", parameters).flatMap(({ grad, requiresGrad }) =>
    grad !== undefined && requiresGrad && grad.size > 0 ? [grad] : [],
  );
  const norms = gradients.map((gradient) => lengthOf(gradient, type));
  const norm = norms.length === 0 ? 0 : lengthOf(tensor(Float64Array.from(norms)), type);
  if (!Number.isFinite(norm))
    throw new ValueError(`clipGradNorm: the norm of the gradients is ${norm}; skip this step`);
  const factor = maximum / (norm + 1e-6);
  if (factor < 1) for (const gradient of gradients) updateInPlace(scaling, gradient, gradient, [], [factor]);
  return norm;
}

function lengthOf(x: Tensor, type: number): number {
  if (type === Number.POSITIVE_INFINITY) return x.abs().max().item();
  if (type === 2) return x.norm().item();
  return x
    .abs()
    .pow(type)
    .sum()
    .pow(1 / type)
    .item();
}
