/**
 * The sum of several arrays, element by element: ((a + b) + c) + ... in one pass over memory.
 *
 * Order of operations: one array after the other; elements do not meet.
 */
import { BYTES, LANES } from "../floats.ts";
import { f32x4, i32, v128 } from "../wasm/expression.ts";
import type { Kernel } from "./kernel.ts";

/** What the kernel is compiled for: the number of arrays, at least one. */
export interface AccumulateSettings {
  readonly arrays: number;
}

/** Operands: the arrays. Counts: their length. */
export const accumulateKernel: Kernel<AccumulateSettings> = {
  name: "accumulate",
  simd(f, { operands: [first, ...others], results: [sum], counts: [length] }) {
    const [at, end] = [f.local("i32"), f.let(i32.mul(length, BYTES))];
    const whole = f.let(i32.and(end, -LANES * BYTES));
    const step = (lanes: number) => {
      const load = lanes === LANES ? v128.load : v128.loadFirst;
      const total = f.let(load(i32.add(first, at)));
      for (const other of others) f.set(total, f32x4.add(total, load(i32.add(other, at))));
      f.storeVector(i32.add(sum, at), 0, total, lanes);
    };
    f.for(at, 0, whole, LANES * BYTES, () => step(LANES));
    f.for(at, whole, end, BYTES, () => step(1));
  },
  plain({ operands: [first, ...others], results: [sum], round }) {
    for (let i = 0; i < sum.length; i++)
      sum[i] = others.reduce((total, other) => round(total + other[i]), round(first[i]));
  },
};
