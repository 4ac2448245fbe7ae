import type { Kernel } from "tensor/kernels/kernel.ts";
import { f32x4, i32, v128 } from "tensor/wasm/expression.ts";

/** y[i] = (a[i] - b[i]) (a[i] + b[i]). Operands: a, b. Counts: the number of elements. */
export const differenceOfSquares: Kernel<object> = {
  name: "difference of squares",
  plain({ operands: [a, b], results: [y], round }) {
    for (let i = 0; i < y.length; i++) y[i] = round(a[i] - b[i]) * round(a[i] + b[i]);
  },
  simd(f, { operands: [a, b], results: [y], counts: [n] }) {
    const at = f.local("i32");
    const end = f.let(i32.mul(n, 4));
    // Four elements of four bytes at a time.
    f.for(at, 0, end, 16, () => {
      const x = f.let(v128.load(i32.add(a, at)));
      f.storeVector(i32.add(y, at), 0, x);
    });
  },
};
