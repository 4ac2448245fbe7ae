/** Updates parameters in place: the optimisers of @polygrad/nn are built on this. */
import { described, numbers, text } from "../arguments.ts";
import { blankLike, write } from "../elements.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { accumulateKernel } from "../kernels/accumulate.ts";
import { launch, launchAll } from "../kernels/launch.ts";
import { type Update, updateKernel } from "../kernels/update.ts";
import { sameShape, show } from "../shape.ts";
import { checkedTensor, Tensor } from "../tensor.ts";
import { prepare, updateAgain } from "./prepared.ts";

/**
 * One step of an update rule for a parameter, given its gradient. The parameter and its states are overwritten. The
 * step is computed in the precision of the parameter.
 *
 * Each state has as many elements as the parameter and its precision. Its elements are in the parameter's memory order.
 * @throws ArgumentError if there are more or fewer states or scalars than the rule has; ShapeError if the gradient has another shape, the parameter has gaps in memory, or a state does not fit.
 */
export function updateInPlace(
  update: Update,
  parameter: Tensor,
  gradient: Tensor,
  states: readonly Tensor[],
  scalars: readonly number[],
): void {
  if (updateAgain(update, parameter, gradient, states, scalars)) return;
  checkUpdate(update, states, scalars);
  checkedTensor(update.name, parameter);
  checkedTensor(update.name, gradient);
  if (!sameShape(parameter.shape, gradient.shape) || !parameter.isDense)
    throw new ShapeError(
      `${update.name}: parameter ${show(parameter.shape)} and gradient ${show(gradient.shape)} must have one shape, ` +
        "and the parameter must lie in memory without gaps",
    );
  if (states.some(({ size, storage }) => size !== parameter.size || storage.isDouble !== parameter.storage.isDouble))
    throw new ShapeError(
      `${update.name}: every state must have as many elements as the parameter ${show(parameter.shape)}, ` +
        "in the same precision",
    );
  const arrays = [parameter, ...states].map(flat);
  launchAll(updateKernel(update), {}, [flat(inOrderOf(parameter, gradient))], arrays, [parameter.size], scalars);
  parameter.storage.version.written(update.name);
  if (isInOrderOf(parameter, gradient)) prepare(update, parameter, gradient, states);
}

/**
 * Overwrites `target` with the sum of several tensors of its shape, ((a + b) + c) + ..., in one pass. All are float32 and
 * contiguous, and `target` may be one of them.
 */
export function accumulate(target: Tensor, [...parts]: readonly Tensor[]): Tensor {
  return launch(accumulateKernel, { arrays: parts.length }, parts, target, [target.size]);
}

/** Checks that an update is one, and has as many states and scalars as it needs. */
function checkUpdate(update: Update, states: readonly Tensor[], scalars: readonly number[]): void {
  const operation = "updateInPlace";
  if (typeof update !== "object" || update === null || typeof update.rule !== "function")
    throw new ArgumentError(`${operation}: needs an update { name, states, scalars, rule }, got ${described(update)}`);
  text(operation, "the name of the update", update.name);
  if (!Array.isArray(states) || states.length !== update.states)
    throw new ArgumentError(`${update.name}: needs an array of ${update.states} states, got ${described(states)}`);
  for (let k = 0; k < states.length; k++) checkedTensor(update.name, states[k]);
  numbers(update.name, "the scalars", scalars);
  if (scalars.length !== update.scalars)
    throw new ArgumentError(`${update.name}: needs ${update.scalars} scalars, got ${scalars.length}`);
}

/** `x` in the precision and memory order of `like`: `x` itself if it has them, else a copy. */
function inOrderOf(like: Tensor, x: Tensor): Tensor {
  if (isInOrderOf(like, x)) return x;
  const copy = new Tensor(blankLike(like).storage, like.shape, like.strides);
  write(x, copy);
  return copy;
}

function isInOrderOf(like: Tensor, x: Tensor): boolean {
  return x.storage.isDouble === like.storage.isDouble && x.isDense && sameShape(x.strides, like.strides);
}

/** The elements of a dense tensor in memory order, as a vector. */
function flat({ storage, size, offset }: Tensor): Tensor {
  return new Tensor(storage, [size], [1], offset);
}
