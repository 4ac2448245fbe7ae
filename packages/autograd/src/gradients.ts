/** `gradients`: the gradients of a result that is there already, as variables that can be differentiated again. */
import { ArgumentError, type Operand, onesLike } from "@polygrad/tensor";
import { checkOptions, described, flag, sameShape, show, tensorOf } from "@polygrad/tensor/internal";
import { GradientError } from "./errors.ts";
import { withRecording } from "./recording.ts";
import { constant, Variable } from "./variable.ts";
import { walkBack } from "./walk.ts";

/** Options of `gradients`. */
export interface GradientsOptions {
  /**
   * The gradient of some scalar with respect to y, in the shape of y; it defaults to 1 if y has one element. If it is a
   * variable, the results can be differentiated with respect to it.
   */
  readonly seed?: Operand;
  /** Whether to record the gradients, so that they can be differentiated; false by default. */
  readonly createGraph?: boolean;
  /** Whether to keep the record of y for another backward pass; by default only with `createGraph`. */
  readonly retainGraph?: boolean;
}

/**
 * The gradients of y with respect to the variables `xs`, each in the shape of its variable (PyTorch's
 * `torch.autograd.grad`). It leaves every `grad` alone. The variables may be leaves or results on the way to y.
 *
 *     const [slope] = gradients(y, [x], { createGraph: true });
 *     slope.square().sum().backward(); // for example a gradient penalty
 * @throws GradientError if y requires no gradients or does not depend on one of the variables, the graph has been
 * freed, the seed is missing or of another shape, or what the gradients are computed from has been overwritten;
 * ArgumentError if an argument is of the wrong kind
 */
export function gradients(y: Variable, xs: readonly Variable[], options: GradientsOptions = {}): Variable[] {
  if (!(y instanceof Variable) || !Array.isArray(xs) || !Array.from(xs).every((x) => x instanceof Variable))
    throw new ArgumentError(
      `gradients: needs a result and an array of variables, gradients(y, [x]), got ${described(y)} and ${described(xs)}`,
    );
  checkOptions("gradients", options, {
    seed: (operation, _, value) => void tensorOf(operation, value),
    createGraph: flag,
    retainGraph: flag,
  });
  const { seed, createGraph = false, retainGraph = createGraph } = options;
  const found = new Map<Variable, Variable>();
  const start = seedOf(y, seed);
  withRecording(createGraph, () =>
    walkBack(y, start, new Set(xs), {
      free: !retainGraph,
      receive: (leaf, gradient) => void found.set(leaf, gradient),
    }),
  );
  return xs.map((x, k) => {
    const gradient = found.get(x);
    if (gradient !== undefined) return gradient;
    throw new GradientError(
      `gradients: the result does not depend on variable ${k}, of shape ${show(x.shape)}; leave it out, ` +
        "or compute the result from that very variable, not from its value",
    );
  });
}

function seedOf(y: Variable, seed: Operand | undefined): Variable {
  if (!y.requiresGrad)
    throw new GradientError(
      "gradients: the result requires no gradients; make an input with variable(), and compute outside noGrad",
    );
  if (seed === undefined && y.size !== 1)
    throw new GradientError(
      `gradients: a result of shape ${show(y.shape)} needs a seed of that shape; pass { seed }, or sum() it`,
    );
  const start = seed === undefined ? constant(onesLike(y.value)) : constant(seed, y.value);
  if (sameShape(start.shape, y.shape)) return start;
  throw new GradientError(
    `gradients: the seed has shape ${show(start.shape)}, the result ${show(y.shape)}; they must agree`,
  );
}
