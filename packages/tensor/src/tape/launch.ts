/** Launches kernels while a step is taped: results go to the tape's arena, and the call is noted with its addresses. */
import { elementsFrom, span, write } from "../elements.ts";
import { BYTES } from "../floats.ts";
import { caller } from "../kernels/call.ts";
import { codeOf, type Kernel } from "../kernels/kernel.ts";
import { isPinnedInPlace, isTensor, type Scalars, type Source, shapeOf, type Target } from "../kernels/operands.ts";
import type { Tensor } from "../tensor.ts";
import { unnoted } from "./current.ts";
import type { Places } from "./places.ts";
import type { Facts } from "./tape.ts";

/** Runs SIMD code as `launchAll` does, and notes the call. */
export function launch<Settings extends object>(
  step: Places,
  kernel: Kernel<Settings>,
  settings: Settings,
  operands: readonly Source[],
  targets: readonly Target[],
  counts: readonly number[],
  scalars: Scalars,
): Tensor[] {
  const { scratch } = step.arenas;
  scratch.restart();
  if (kernel.inPlace && !targets.every(isPinnedInPlace))
    step.obstacle(`${kernel.name} changes a tensor that is not pinned; pin() it`);
  const from = operands.map((operand) => place(step, operand));
  const results = targets.map((target) => {
    if (isPinnedInPlace(target)) return target;
    const result = step.result(shapeOf(target));
    if (kernel.inPlace && isTensor(target)) write(target, result);
    return result;
  });
  const to = results.map((result) => place(step, result));
  const room = kernel.scratch ? scratch.take(kernel.scratch(settings) / BYTES) : 0;
  const numbers = unnoted(() => (typeof scalars === "function" ? scalars() : scalars));
  const code = codeOf(kernel, settings, [from.length, to.length, counts.length, numbers.length]);
  const args = [...from, ...to, room, ...counts, ...numbers];
  const call = caller(code, args);
  const constants = operands.map((operand) =>
    isConstant(step, operand) ? unnoted(() => elementsFrom(operand).slice()) : undefined,
  );
  step.note(
    `kernel "${kernel.name}"`,
    {
      ...settings,
      ...numbered(
        "operand",
        constants.map((constant, k) => constant ?? from[k]),
      ),
      ...numbered("result", to),
      ...numbered("count", counts),
      ...numbered("scalar", typeof scalars === "function" ? [] : numbers),
    },
    typeof scalars === "function" ? () => call(scalars()) : call,
  );
  call();
  return results.map((result, k) => delivered(result, targets[k], kernel.name));
}

/** The address of an operand's first element. */
function place(step: Places, operand: Source): number {
  if (operand instanceof Int32Array) return step.indices(operand);
  if (!isTensor(operand)) return step.addressOf(operand, 0, operand.length);
  return step.addressOf(operand.storage, operand.offset, span(operand));
}

function isConstant(step: Places, operand: Source): operand is Tensor {
  return isTensor(operand) && step.isConstant(operand.storage);
}

/** The target, filled with the result, if it is a tensor; else the result. */
function delivered(result: Tensor, target: Target, writer: string): Tensor {
  if (!isTensor(target)) return result;
  if (result !== target) write(result, target);
  target.storage.version.written(writer);
  return target;
}

/** Facts by numbered names: operand 1, operand 2, ... */
function numbered(what: string, values: readonly unknown[]): Facts {
  return Object.fromEntries(values.map((value, k) => [`${what} ${k + 1}`, value]));
}
