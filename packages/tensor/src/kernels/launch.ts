/**
 * Launches kernels, and is the only place that does: it places the operands, runs the SIMD code or the twin, and
 * returns the results as tensors.
 */
import { elementsFrom, span, write } from "../elements.ts";
import { BYTES, floats, rounding } from "../floats.ts";
import { heap } from "../memory/heap.ts";
import { Scratch } from "../memory/scratch.ts";
import { Storage } from "../memory/storage.ts";
import { currentWorkspace } from "../memory/workspace.ts";
import { sizeOf } from "../shape.ts";
import { taping } from "../tape/current.ts";
import { Tensor } from "../tensor.ts";
import { kernels } from "../wasm/simd.ts";
import { codeOf, type Kernel } from "./kernel.ts";
import {
  isOfDoubles,
  isPinnedInPlace,
  isTensor,
  type Scalars,
  type Source,
  shapeOf,
  sizeOfGiven,
  type Target,
} from "./operands.ts";

/**
 * Runs a kernel with one result and returns that result: `target` itself if it is a tensor, else a new row-major one.
 *
 * If an operand or the target is in float64, the twin runs, in float64: SIMD code is for float32.
 */
export function launch<Settings extends object>(
  kernel: Kernel<Settings>,
  settings: Settings,
  operands: readonly Source[],
  target: Target,
  counts: readonly number[] = [],
  scalars: Scalars = [],
): Tensor {
  return launchAll(kernel, settings, operands, [target], counts, scalars)[0];
}

/** `launch` for a kernel with several results. */
export function launchAll<Settings extends object>(
  kernel: Kernel<Settings>,
  settings: Settings,
  operands: readonly Source[],
  targets: readonly Target[],
  counts: readonly number[] = [],
  scalars: Scalars = [],
): Tensor[] {
  const isDouble = operands.some(isOfDoubles) || targets.some(isOfDoubles);
  const step = taping();
  if (!isDouble && step !== undefined && kernel.simd !== undefined && kernels() === "simd")
    return step.launch(kernel, settings, operands, targets, counts, scalars);
  const numbers = typeof scalars === "function" ? scalars() : scalars;
  if (!isDouble && suitsSimd(kernel, operands, targets))
    return runSimd(kernel, settings, operands, targets, counts, numbers);
  if (typeof scalars === "function") step?.obstacle(`${kernel.name} computes with changing numbers in JavaScript`);
  if (step === undefined) return runPlain(kernel, settings, operands, targets, counts, numbers, isDouble);
  return step.during(kernel.name, () => runPlain(kernel, settings, operands, targets, counts, numbers, isDouble));
}

function runPlain<Settings extends object>(
  kernel: Kernel<Settings>,
  settings: Settings,
  operands: readonly Source[],
  targets: readonly Target[],
  counts: readonly number[],
  scalars: readonly number[],
  isDouble: boolean,
): Tensor[] {
  const outputs = targets.map((target) =>
    isTensor(target) && target.isContiguous && target.storage.isDouble === isDouble
      ? target
      : new Tensor(new Storage(floats(isDouble, sizeOf(shapeOf(target)))), shapeOf(target)),
  );
  if (kernel.plain === undefined) throw new TypeError(`kernel ${kernel.name}: has no twin`);
  const inputs = operands.map(arrayOf);
  const results = outputs.map(elementsFrom);
  kernel.plain({ operands: inputs, results, counts, scalars, round: rounding(results[0]) }, settings);
  return outputs.map((output, k) => delivered(output, targets[k], kernel.name));
}

/** What the twin reads. Operands in float32 need no conversion: read as numbers, they are exact doubles. */
function arrayOf(operand: Source): ArrayLike<number> {
  if (operand instanceof Int32Array) return operand;
  return isTensor(operand) ? elementsFrom(operand) : operand.data;
}

function suitsSimd<Settings extends object>(
  { simd, least = 0 }: Kernel<Settings>,
  operands: readonly Source[],
  targets: readonly Target[],
): boolean {
  if (simd === undefined || kernels() === "plain") return false;
  return least === 0 || [...operands, ...targets].some((given) => sizeOfGiven(given) >= least);
}

function runSimd<Settings extends object>(
  kernel: Kernel<Settings>,
  settings: Settings,
  operands: readonly Source[],
  targets: readonly Target[],
  counts: readonly number[],
  scalars: readonly number[],
): Tensor[] {
  const scratch = new Scratch();
  try {
    const from = operands.map((operand) => place(scratch, operand));
    const to = targets.map((target) => placeResult(scratch, target, kernel.inPlace ?? false));
    const room = kernel.scratch ? scratch.allocate(kernel.scratch(settings)) : 0;
    const code = codeOf(kernel, settings, [from.length, to.length, counts.length, scalars.length]);
    code(...from, ...to, room, ...counts, ...scalars);
    return targets.map((target, k) => collect(to[k], target, kernel.name));
  } finally {
    scratch.release();
  }
}

/**
 * The address of an operand's first element. Pinned operands stay where they are; others are copied to scratch memory.
 */
function place(scratch: Scratch, operand: Source): number {
  if (operand instanceof Int32Array) {
    const address = scratch.allocate(operand.byteLength);
    new Int32Array(heap().memory.buffer, address, operand.length).set(operand);
    return address;
  }
  if (!isTensor(operand)) {
    if (operand.address === undefined) throw new TypeError("launch: bytes must be pinned");
    return operand.address;
  }
  const { storage, offset } = operand;
  if (storage.address !== undefined) return storage.address + offset * BYTES;
  const length = span(operand);
  const address = scratch.allocate(length * BYTES);
  heap().floats.set(storage.data.subarray(offset, offset + length), address / BYTES);
  return address;
}

/** Where the SIMD code writes a result: into a pinned target, into the workspace, or into scratch memory. */
function placeResult(scratch: Scratch, target: Target, inPlace: boolean): number {
  if (isPinnedInPlace(target) || (inPlace && isTensor(target))) return place(scratch, target);
  const length = sizeOf(shapeOf(target));
  return currentWorkspace()?.take(length) ?? scratch.allocate(length * BYTES);
}

/** The result that the SIMD code has written to an address from `placeResult`. */
function collect(address: number, target: Target, writer: string): Tensor {
  if (isPinnedInPlace(target)) return delivered(target, target, writer);
  const shape = shapeOf(target);
  const [start, length] = [address / BYTES, sizeOf(shape)];
  const kept = currentWorkspace()?.storageAt(address, length);
  return delivered(new Tensor(kept ?? new Storage(heap().floats.slice(start, start + length)), shape), target, writer);
}

/** The target, filled with what was computed, if it is a tensor; else what was computed. */
function delivered(computed: Tensor, target: Target, writer: string): Tensor {
  if (!isTensor(target)) return computed;
  if (computed !== target) write(computed, target);
  target.storage.version.written(writer);
  return target;
}
