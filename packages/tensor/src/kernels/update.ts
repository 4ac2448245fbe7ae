/**
 * Update kernels: one step of an optimiser on flat arrays, in place.
 *
 * An update reads the gradient, and reads and overwrites the parameter and the arrays of state, element by element, so
 * any order of operations gives the same bits. Every operation is rounded to the precision of the parameter.
 */
import { BYTES, LANES } from "../floats.ts";
import { type BasicArithmetic, numbers, singles } from "../math/arithmetic.ts";
import { f32, f32x4, i32, v128 } from "../wasm/expression.ts";
import type { Local } from "../wasm/function.ts";
import { type Lanes, singleLanes } from "../wasm/lanes.ts";
import type { Kernel } from "./kernel.ts";

/** An update rule of an optimiser, for `updateInPlace`. */
export interface Update {
  /** The name, which errors show. */
  readonly name: string;
  /** The number of arrays of state. */
  readonly states: number;
  /** The number of scalars, such as a learning rate. */
  readonly scalars: number;
  /** The new values of the parameter and the states from their old `values`, the gradient and the scalars. */
  readonly rule: <T, Mask>(
    m: BasicArithmetic<T, Mask>,
    values: readonly T[],
    gradient: T,
    scalars: readonly T[],
  ) => T[];
}

const kernelsOfUpdates = new WeakMap<Update, Kernel<object>>();
let count = 0;

/**
 * The kernel of an update. It is named by a number, because users bring their own updates, and two may share a name.
 */
export function updateKernel(update: Update): Kernel<object> {
  const known = kernelsOfUpdates.get(update);
  if (known !== undefined) return known;
  const fresh = kernelOf(update, count++);
  kernelsOfUpdates.set(update, fresh);
  return fresh;
}

/** Operand: the gradient. Results: the parameter and the states. Counts: their length. */
function kernelOf({ rule }: Update, number: number): Kernel<object> {
  return {
    name: `update ${number}`,
    inPlace: true,
    simd(f, { operands: [gradient], results: arrays, counts: [length], scalars }) {
      const constants = scalars.map((scalar) => f.let(f32x4.splat(f32.fromDouble(scalar))));
      const [at, end] = [f.local("i32"), f.let(i32.mul(length, BYTES))];
      const whole = f.let(i32.and(end, -LANES * BYTES));
      const step = (lanes: number) => {
        const load = (base: Local<"i32">): Lanes =>
          f.let(lanes === LANES ? v128.load(i32.add(base, at)) : v128.loadFirst(i32.add(base, at)));
        const results = rule<Lanes, Lanes>(singleLanes(f), arrays.map(load), load(gradient), constants);
        for (const [k, result] of results.entries()) f.storeVector(i32.add(arrays[k], at), 0, result, lanes);
      };
      f.for(at, 0, whole, LANES * BYTES, () => step(LANES));
      f.for(at, whole, end, BYTES, () => step(1));
    },
    plain({ operands: [gradient], results: arrays, scalars }) {
      const m = arrays[0] instanceof Float32Array ? singles : numbers;
      const constants = scalars.map(m.number);
      for (let i = 0; i < gradient.length; i++) {
        const values = arrays.map((array) => array[i]);
        for (const [k, result] of rule(m, values, gradient[i], constants).entries()) arrays[k][i] = result;
      }
    },
  };
}
