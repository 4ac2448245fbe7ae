/** The exercise "a small kernel": SIMD code for a twin that is given. */
import { normal, pin, Random, Tensor, zeros } from "polygrad";
import type { Kernel } from "../../../packages/tensor/src/kernels/kernel.ts";
import { launch } from "../../../packages/tensor/src/kernels/launch.ts";
import { finding, sameBits } from "./finding.ts";
import type { Check } from "./index.ts";

function isKernel(value: unknown): value is Kernel<object> {
  return typeof value === "object" && value !== null && "simd" in value && typeof value.simd === "function";
}

let count = 0;

/** Runs the SIMD code on n elements, and returns all sixteen elements of the memory that its result lies in. */
function run(kernel: Kernel<object>, n: number): { readonly written: Float32Array; readonly expected: number[] } {
  const random = new Random(n);
  const [a, b] = [normal([n], random), normal([n], random)];
  const memory = pin(zeros([16]));
  launch(kernel, {}, [a, b], new Tensor(memory.storage, [n], [1], memory.offset), [n]);
  const { fround } = Math;
  const expected = Array.from(a.data, (x, i) => fround(fround(x - b.data[i]) * fround(x + b.data[i])));
  return { written: Float32Array.from(memory.clone().data), expected };
}

export const kernel: Check = ({ differenceOfSquares: given }) => {
  if (!isKernel(given))
    return [{ claim: "The program exports `differenceOfSquares`", fault: "export a kernel of that name" }];
  const own = { ...given, name: `the reader's kernel ${count++}` };
  return [
    finding("Eight elements have the bits of the twin", () => {
      const { written, expected } = run(own, 8);
      sameBits(written, expected);
    }),
    finding("So have 1, 2, ... 15 elements, which are no whole number of vectors", () => {
      for (let n = 1; n < 16; n++) {
        const { written, expected } = run(own, n);
        sameBits(written, expected);
      }
    }),
    finding("Nothing is written after the last element", () => {
      const { written } = run(own, 5);
      sameBits(written.subarray(5), new Float32Array(11));
    }),
  ];
};
