/** Stepping parameters in place: what the optimisers of `nn` are built on. */

import { floatsLike, write } from "./copy.ts";
import { ShapeError } from "./errors.ts";
import type { Floats } from "./floats.ts";
import { withScratch } from "./kernels/scratch.ts";
import { type Update, updatePlain, updateSimd } from "./kernels/update.ts";
import { sameShape, show } from "./shape.ts";
import { kernels } from "./simd.ts";
import { Storage } from "./storage.ts";
import { Tensor } from "./tensor.ts";

export type { Singles, Update } from "./kernels/update.ts";

/** `x` in the memory order of `like`: itself if it has it, else a copy. */
function inOrderOf(like: Tensor, x: Tensor): Tensor {
  if (x.storage.isDouble === like.storage.isDouble && x.isDense && sameShape(x.strides, like.strides)) return x;
  const copy = new Tensor(new Storage(floatsLike(like, like.size)), like.shape, like.strides);
  write(x, copy);
  return copy;
}

/**
 * One step of an update rule over a parameter, its gradient and its states, which are overwritten.
 *
 * The states are as long as the parameter; the order of their elements is the parameter's own in memory.
 * @throws ShapeError if the gradient has another shape, or the parameter does not fill one run of memory.
 */
export function updateInPlace(
  update: Update,
  parameter: Tensor,
  gradient: Tensor,
  states: readonly Tensor[],
  scalars: readonly number[],
): void {
  if (!sameShape(parameter.shape, gradient.shape) || !parameter.isDense)
    throw new ShapeError(
      `${update.name}: parameter ${show(parameter.shape)} and gradient ${show(gradient.shape)} must have one shape, ` +
        "and the parameter must lie in memory without gaps",
    );
  const ordered = inOrderOf(parameter, gradient);
  const arrays = [parameter, ...states];
  const places = arrays.map(({ storage, offset }) => storage.address !== undefined && storage.address + offset * 4);
  if (kernels() === "simd" && places.every((place) => place !== false)) {
    withScratch((scratch) => {
      const from = scratch.place(ordered, ordered.size);
      updateSimd(update)(...places, from, parameter.size * 4, ...scalars);
    });
    return;
  }
  updatePlain(update, arrays.map(run), run(ordered), scalars);
}

/** The run of memory that a dense tensor fills. */
function run({ data, offset, size }: Tensor): Floats {
  return data.subarray(offset, offset + size);
}
