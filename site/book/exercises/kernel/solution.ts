import type { Kernel } from "tensor/kernels/kernel.ts";
import { type Expr, f32x4, i32, v128 } from "tensor/wasm/expression.ts";

/** y[i] = (a[i] - b[i]) (a[i] + b[i]). Operands: a, b. Counts: the number of elements. */
export const differenceOfSquares: Kernel<object> = {
  name: "difference of squares",
  plain({ operands: [a, b], results: [y], round }) {
    for (let i = 0; i < y.length; i++) y[i] = round(a[i] - b[i]) * round(a[i] + b[i]);
  },
  simd(f, { operands: [a, b], results: [y], counts: [n] }) {
    const at = f.local("i32");
    const end = f.let(i32.mul(n, 4));
    const whole = f.let(i32.and(end, -16));
    const value = (load: (address: Expr<"i32">) => Expr<"v128">) => {
      const [x, z] = [a, b].map((operand) => f.let(load(i32.add(operand, at))));
      return f32x4.mul(f32x4.sub(x, z), f32x4.add(x, z));
    };
    // Four elements of four bytes at a time, then those that are left, one at a time.
    f.for(at, 0, whole, 16, () => f.storeVector(i32.add(y, at), 0, value(v128.load)));
    f.for(at, whole, end, 4, () => f.storeVector(i32.add(y, at), 0, value(v128.loadFirst), 1));
  },
};
