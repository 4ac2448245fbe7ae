/** Updates that are repeated: checked and prepared once, they only need their scalars. */
import { BYTES } from "../floats.ts";
import { caller } from "../kernels/call.ts";
import { codeOf } from "../kernels/kernel.ts";
import { type Update, updateKernel } from "../kernels/update.ts";
import { taping } from "../tape/current.ts";
import type { Tensor } from "../tensor.ts";
import { kernels } from "../wasm/simd.ts";

/** An update that has been checked, and whose tensors all stay where they are. */
interface Prepared {
  readonly update: Update;
  /** The gradient, the parameter and the states. */
  readonly tensors: readonly Tensor[];
  readonly call: (scalars: readonly number[]) => void;
}

/** The last update by each gradient: a training repeats it in every step, and only the scalars differ. */
const prepared = new WeakMap<Tensor, Prepared>();

/** Prepares an update for the next time, if all is pinned; the gradient must be in the memory order of the parameter. */
export function prepare(update: Update, parameter: Tensor, gradient: Tensor, states: readonly Tensor[]): void {
  const tensors = [gradient, parameter, ...states];
  const addresses = tensors.flatMap(({ storage, offset }) =>
    storage.address === undefined ? [] : [storage.address + offset * BYTES],
  );
  if (addresses.length < tensors.length || kernels() === "plain") return;
  const code = codeOf(updateKernel(update), {}, [1, 1 + states.length, 1, update.scalars]);
  const numbers = new Array<number>(update.scalars).fill(0);
  const call = caller(code, [...addresses, 0, parameter.size, ...numbers]);
  prepared.set(gradient, { update, tensors, call });
}

/** Updates as last time, if this is the same update of the same tensors; returns whether it was. */
export function updateAgain(
  update: Update,
  parameter: Tensor,
  gradient: Tensor,
  states: readonly Tensor[],
  scalars: readonly number[],
): boolean {
  const known = prepared.get(gradient);
  if (known === undefined || known.update !== update || known.tensors[1] !== parameter) return false;
  if (!Array.isArray(states)) return false;
  if (known.tensors.length !== states.length + 2) return false;
  for (let k = 0; k < states.length; k++) if (known.tensors[k + 2] !== states[k]) return false;
  if (taping() !== undefined || kernels() === "plain" || !areNumbers(scalars, update.scalars)) return false;
  // Reading an address also checks that the memory is still lent.
  for (const { storage } of known.tensors) if (storage.address === undefined) return false;
  known.call(scalars);
  parameter.storage.version.written(update.name);
  for (let k = 0; k < states.length; k++) states[k].storage.version.written(update.name);
  return true;
}

function areNumbers(values: readonly unknown[], length: number): boolean {
  if (!Array.isArray(values) || values.length !== length) return false;
  for (const value of values) if (typeof value !== "number") return false;
  return true;
}
