/**
 * Independence of the number of workers: what would make results depend on it is refused before it does.
 *
 * Each worker updates a slice of the parameters, so an optimiser must treat every element by itself: clipping by a norm,
 * for example, would find another norm in every slice. And any worker may compute any shard, so a loss must not depend
 * on what its thread computed before. Both are tried out: the same elements in other slices, the same shard twice.
 */
import { type Variable, variable } from "@polygrad/autograd";
import type { Optimiser } from "@polygrad/nn";
import { clone, normal, Random, type Tensor, tensor, ValueError } from "@polygrad/tensor";
import { LINE } from "@polygrad/tensor/internal";

/** Sizes of gradients: a maximum of any size is exceeded by some of them, and not by others. */
const SCALES = [1e-12, 1e-4, 1, 1e4, 1e12];
/** The most steps that are tried. */
const STEPS = 3;

/**
 * Steps the same elements of every group as one slice and as two.
 * @param make makes the recipe's optimiser for flat parameters, [n], one of each group
 * @param steps the number of steps of the run, which a schedule may not allow to exceed
 * @param groups the number of groups
 * @throws ValueError if the results differ in any bit
 */
export function checkElementwise(
  make: (parameters: readonly Variable[]) => Optimiser,
  steps: number = STEPS,
  groups = 1,
): void {
  for (const scale of SCALES) {
    // Next to 0, even the smallest change shows.
    const start = normal([LINE, 2], new Random(1))
      .mul(tensor([0, 1]))
      .flatten();
    const gradients = Array.from({ length: Math.min(steps, STEPS) }, (_, k) =>
      normal([2 * LINE], new Random(2 + k), 0, scale),
    );
    const whole = stepped(make, groups, start, gradients);
    const halves = [0, LINE].map((at) => {
      const cut = (x: Tensor) => clone(x.slice(0, at, at + LINE));
      return stepped(make, groups, cut(start), gradients.map(cut));
    });
    if (
      whole.some(
        (group, k) =>
          !sameBits(
            group,
            halves.flatMap((half) => [...half[k]]),
          ),
      )
    )
      throw new ValueError(
        "DataParallel: the recipe's optimiser updates an element differently when it is given other elements, so the " +
          "results would depend on the number of workers; update each element from its own gradient only, as SGD and " +
          "Adam do, without clipping by the norm of all gradients",
      );
  }
}

/** The elements of every group after some steps. */
function stepped(
  make: (parameters: readonly Variable[]) => Optimiser,
  groups: number,
  start: Tensor,
  gradients: readonly Tensor[],
): (ArrayLike<number> & Iterable<number>)[] {
  const parameters = Array.from({ length: groups }, () => variable(clone(start)));
  const optimiser = make(parameters);
  for (const gradient of gradients) {
    for (const parameter of parameters) parameter.grad = clone(gradient);
    optimiser.step();
  }
  return parameters.map(({ value }) => value.data);
}

/**
 * Checks that what was computed twice for a shard, its loss or its gradient, is the same.
 * @throws ValueError if they differ in any bit
 */
export function checkRepeats(first: ArrayLike<number>, second: ArrayLike<number>): void {
  if (!sameBits(first, second))
    throw new ValueError(
      "DataParallel: the recipe's loss gave two results for the same samples and weights, so the results would depend " +
        "on the number of workers; let it depend on the model and the batch only, and draw random numbers in layers " +
        "with reseed(), as Dropout does",
    );
}

function sameBits(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}
