/** Clipping gradients by their common norm. */
import type { Variable } from "@polygrad/autograd";
import { ValueError } from "@polygrad/tensor";

/**
 * Scales the gradients of all parameters together so that their norm, as if they were one vector, is at most
 * `maximum` (Pascanu, Mikolov & Bengio 2013); returns the norm before. The norm is Euclidean unless `type` is Infinity.
 * @throws ValueError if the maximum is negative, or the norm is not finite.
 */
export function clipGradNorm(
  parameters: Iterable<Variable>,
  maximum: number,
  { type = 2 }: { readonly type?: 2 | typeof Number.POSITIVE_INFINITY } = {},
): number {
  if (!(maximum >= 0)) throw new ValueError(`clipGradNorm: the maximum must be a number from 0 up, got ${maximum}`);
  const held = [...parameters].filter(({ grad }) => grad !== undefined);
  const norms = held.map(({ grad }) => (grad === undefined ? 0 : (type === 2 ? grad.norm() : grad.abs().max()).item()));
  const norm = type === 2 ? Math.sqrt(norms.reduce((sum, part) => sum + part * part, 0)) : Math.max(0, ...norms);
  if (!Number.isFinite(norm)) throw new ValueError(`clipGradNorm: the gradients' norm is ${norm}; the step is lost`);
  const factor = maximum / (norm + 1e-6);
  if (factor < 1) for (const parameter of held) parameter.grad = parameter.grad?.mul(factor);
  return norm;
}
