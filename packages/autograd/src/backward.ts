/** `backward`: adds the gradients of a result into the leaves it was computed from. */
import { add, assign, clone, onesLike, type Tensor } from "@polygrad/tensor";
import { pinnedLike, sameShape, show } from "@polygrad/tensor/internal";
import { GradientError } from "./errors.ts";
import { Variable, withRecording } from "./variable.ts";
import { type Receiver, walkBack } from "./walk.ts";

/** Options of `backward`. */
export interface BackwardOptions {
  /** Whether to keep the record, for another `backward` through it; false by default. */
  readonly retainGraph?: boolean;
}

/**
 * Adds the gradients of `root` with respect to all its leaves into their `grad`.
 *
 * `seed` is the gradient of some scalar with respect to `root`, in its shape; it may be left out if `root` has one element.
 * @throws GradientError if the graph has been freed, wants no gradients, or the seed does not fit.
 */
export function backward(root: Variable, seed?: Tensor, { retainGraph = false }: BackwardOptions = {}): void {
  // A copy: the seed may lie where some leaf's gradient is about to be written.
  const start = new Variable(clone(checkSeed(root, seed)), false);
  // Gradients may be each other, or views of each other: a leaf gets one for itself.
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
 * Where the gradient of a leaf lies, from one `backward` to the next: in its `gradBuffer`. A leaf that is pinned has one:
 * pinned too, and in the same order in memory, so that kernels write there and optimisers go through both side by side.
 */
function homeOf(leaf: Variable): Tensor | undefined {
  if (leaf.value.storage.address !== undefined) leaf.gradBuffer ??= pinnedLike(leaf.value);
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
      "backward: no gradients flow here; no input was made with variable(), or it was computed under noGrad",
    );
  if (seed === undefined && root.size !== 1)
    throw new GradientError(
      `backward: a result of shape ${show(root.shape)} needs a seed gradient of that shape; or sum() it first`,
    );
  const g = seed ?? onesLike(root.value);
  if (!sameShape(g.shape, root.shape))
    throw new GradientError(
      `backward: the seed gradient has shape ${show(g.shape)}, the result ${show(root.shape)}; they must agree`,
    );
  return g;
}
