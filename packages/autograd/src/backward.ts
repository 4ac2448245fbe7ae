/** `backward`: adds the gradients of a result to the leaves it was computed from. */
import { add, assign, clone, onesLike, type Tensor } from "@polygrad/tensor";
import {
  checkedTensor,
  checkOptions,
  flag,
  pinnedLike,
  sameShape,
  show,
  taping,
  unnoted,
} from "@polygrad/tensor/internal";
import { GradientError } from "./errors.ts";
import { withRecording } from "./recording.ts";
import { Variable } from "./variable.ts";
import { type Receiver, walkBack } from "./walk.ts";

/** Options of `backward`. */
export interface BackwardOptions {
  /** Whether to keep the record for another backward pass; false by default. */
  readonly retainGraph?: boolean;
}

/**
 * Adds the gradients of `root` with respect to all its leaves to their `grad`.
 *
 * `seed`, the gradient of some scalar with respect to `root`, has its shape; it defaults to 1 if `root` has one
 * element.
 * @throws GradientError if the graph has been freed or requires no gradients, the seed is missing or of another shape,
 * or a leaf's `gradBuffer` has another shape than the leaf; ArgumentError if an argument is of the wrong kind
 */
export function backward(root: Variable, seed?: Tensor, options: BackwardOptions = {}): void {
  checkOptions("backward", options, { retainGraph: flag });
  const { retainGraph = false } = options;
  // A copy: the seed may lie where some leaf's gradient is about to be written.
  const start = new Variable(clone(checkSeed(root, seed)), false);
  // Two gradients may be the same tensor, or views of the same memory; each leaf needs memory of its own.
  const taken = new Set<Tensor["storage"]>();
  const receiver: Receiver = {
    free: !retainGraph,
    destinationOf: (leaf) => (leaf.grad === undefined ? homeOf(leaf) : undefined),
    receive(leaf, { value }) {
      const sum = leaf.grad === undefined ? value : add(leaf.grad, value);
      const home = homeOf(leaf);
      if (home !== undefined) leaf.grad = sum === home ? home : assign(home, sum);
      else leaf.grad = sum.isDense && !taken.has(sum.storage) ? sum : clone(sum);
      taken.add(leaf.grad.storage);
    },
  };
  withRecording(false, () => walkBack(root, start, new Set(), receiver));
}

/**
 * The home of a leaf's gradient, the same for every backward pass: its `gradBuffer`. A pinned leaf gets one here,
 * pinned too and in the same memory order, so that kernels write into it directly and optimisers walk through both in
 * step.
 */
function homeOf(leaf: Variable): Tensor | undefined {
  // A home is made once. So a captured step need not make it again, and leaves that the step makes itself get none.
  const isPassing = taping()?.isMade(leaf) ?? false;
  if (leaf.value.storage.address !== undefined && !isPassing)
    unnoted(() => (leaf.gradBuffer ??= pinnedLike(leaf.value)));
  const home = leaf.gradBuffer;
  if (home !== undefined && !sameShape(home.shape, leaf.shape))
    throw new GradientError(
      `backward: a leaf of shape ${show(leaf.shape)} has a gradBuffer of shape ${show(home.shape)}; they must agree`,
    );
  return home;
}

function checkSeed(root: Variable, seed: Tensor | undefined): Tensor {
  if (!root.requiresGrad)
    throw new GradientError(
      "backward: the result requires no gradients; make an input with variable(), and compute outside noGrad",
    );
  if (seed === undefined && root.size !== 1)
    throw new GradientError(
      `backward: a result of shape ${show(root.shape)} needs a seed gradient of that shape; pass one or sum() it`,
    );
  const g = seed === undefined ? onesLike(root.value) : checkedTensor("backward: the seed", seed);
  if (!sameShape(g.shape, root.shape))
    throw new GradientError(
      `backward: the seed gradient has shape ${show(g.shape)}, the result ${show(root.shape)}; they must agree`,
    );
  return g;
}
