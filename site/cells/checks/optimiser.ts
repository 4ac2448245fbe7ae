/** The exercise "an optimiser": the update rule of AdaGrad. */
import { normal, Random, tensor, type Update, updateInPlace, useKernels, zeros } from "polygrad";
import { close, finding, sameBits } from "./finding.ts";
import type { Check } from "./index.ts";

function isUpdate(value: unknown): value is Update {
  return typeof value === "object" && value !== null && "rule" in value && typeof value.rule === "function";
}

/** The parameter and the state after three steps, from 100 random numbers. */
function afterSteps(update: Update, kind: "plain" | "simd"): readonly [p: ArrayLike<number>, s: ArrayLike<number>] {
  useKernels(kind);
  try {
    const random = new Random(3);
    const [parameter, state] = [normal([100], random), zeros([100])];
    for (let step = 0; step < 3; step++) updateInPlace(update, parameter, normal([100], random), [state], [0.1, 1e-8]);
    return [parameter.clone().data, state.clone().data];
  } finally {
    useKernels("simd");
  }
}

export const optimiser: Check = ({ adagrad: given }) => {
  if (!isUpdate(given)) return [{ claim: "The program exports `adagrad`", fault: "export an update of that name" }];
  // The library keeps a kernel for each update that it has seen: one with the switch of kernels needs another object.
  const update = () => ({ ...given });
  return [
    finding("The first step is as long as the learning rate, whatever the gradient is", () => {
      const [parameter, state] = [tensor([1, 1, 1]), zeros([3])];
      updateInPlace(update(), parameter, tensor([2, -5, 0.01]), [state], [0.1, 1e-8]);
      close(parameter.data, [0.9, 1.1, 0.9]);
    }),
    finding("The state is the sum of the squares: the second step along the same gradient is shorter", () => {
      const [parameter, state, own] = [tensor([1]), zeros([1]), update()];
      for (let step = 0; step < 2; step++) updateInPlace(own, parameter, tensor([3]), [state], [0.1, 1e-8]);
      close(state.data, [18]);
      close(parameter.data, [1 - 0.1 - 0.1 / Math.SQRT2]);
    }),
    finding("Three steps of 100 parameters have the same bits with SIMD code and with its twin", () => {
      const [simd, plain] = [afterSteps(update(), "simd"), afterSteps(update(), "plain")];
      for (const [k, array] of simd.entries()) sameBits(array, plain[k]);
    }),
  ];
};
