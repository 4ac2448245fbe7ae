/** The exercise "a new elementwise operation": softsign as a formula. */
import { normal, Random, type Tensor, tensor, useKernels } from "polygrad";
import { type SingleFormula, singleKernel } from "../../../packages/tensor/src/kernels/elementwise.ts";
import { map } from "../../../packages/tensor/src/ops/map.ts";
import { close, finding, sameBits } from "./finding.ts";
import type { Check } from "./index.ts";

function isFormula(value: unknown): value is SingleFormula {
  return typeof value === "function";
}

let count = 0;

export const op: Check = ({ softsign }) => {
  if (!isFormula(softsign))
    return [{ claim: "The program exports `softsign`", fault: "export a function of that name" }];
  const kernel = singleKernel(`the reader's softsign ${count++}`, softsign);
  const compute = (x: Tensor, kind: "plain" | "simd") => {
    useKernels(kind);
    try {
      return map(kernel, x).clone().data;
    } finally {
      useKernels("simd");
    }
  };
  const points = [-8, -1, -0.5, 0, 0.25, 1, 3, 1000];
  const many = normal([1000], new Random(7));
  return [
    finding("softsign(1) = 1/2, softsign(-1) = -1/2, and so on", () =>
      close(
        compute(tensor(points), "plain"),
        points.map((x) => x / (1 + Math.abs(x))),
      ),
    ),
    finding("The SIMD code and its twin give the same bits at 1000 random points", () =>
      sameBits(compute(many, "simd"), compute(many, "plain")),
    ),
    finding("They are the bits of division after addition, each rounded to float32", () =>
      sameBits(
        compute(many, "simd"),
        Array.from(many.data, (x) => Math.fround(x / Math.fround(1 + Math.abs(x)))),
      ),
    ),
  ];
};
