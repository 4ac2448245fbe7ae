/** SGD, Adam, AdamW and clipping against PyTorch: the parameters after each of 25 steps. */
import { type Variable, variable } from "@polygrad/autograd";
import { pin, type Tensor, tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { Adam, type AdamOptions, AdamW, clipGradNorm, type Optimiser, SGD, type SGDOptions } from "../../src/index.ts";
import { expectFigures, type OptimiserCase, optimisers } from "../figures.ts";
import { kinds, under } from "../kernel-kinds.ts";

function build({ optimiser, options }: OptimiserCase, parameters: readonly Variable[]): Optimiser {
  const { lr, eps, ...rest } = options;
  const adam: AdamOptions = { ...rest, ...(lr && { learningRate: lr }), ...(eps && { epsilon: eps }) };
  const sgd: SGDOptions = { ...rest, ...(lr && { learningRate: lr }) };
  switch (optimiser) {
    case "SGD":
      return new SGD(parameters, sgd);
    case "Adam":
      return new Adam(parameters, adam);
    case "AdamW":
      return new AdamW(parameters, adam);
  }
}

/** The places a parameter can have: pinned, as in layers; ordinary; and with its axes exchanged in memory. */
const placings: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  pinned: pin,
  ordinary: (x) => x,
  transposed: (x) => pin(x.transpose()).transpose(),
};

describe.each(kinds)("with %s kernels", (kind) => {
  describe.each(Object.keys(placings))("%s parameters", (placing) => {
    test.each(optimisers.cases)("$name", (figure) => {
      under(kind, () => {
        const a = variable(placings[placing](tensor(optimisers.start.a)));
        const b = variable(pin(tensor(optimisers.start.b)));
        const optimiser = build(figure, [a, b]);
        for (const [step, gradient] of optimisers.gradients.a.entries()) {
          a.grad = tensor(gradient);
          b.grad = tensor(optimisers.gradients.b[step]);
          optimiser.step();
          // PyTorch computed in float32, too, but in another order.
          const tolerance = 4e-7 + 2 * figure.float32Deviation;
          expectFigures(`a after step ${step}`, a.value, figure.parameters.a[step], tolerance);
          expectFigures(`b after step ${step}`, b.value, figure.parameters.b[step], tolerance);
        }
        expect(optimiser.steps).toBe(25);
      });
    });
  });
});

describe("clipGradNorm", () => {
  test.each(optimisers.clipGradNorm)("$name", ({ maxNorm, normType, gradients, norm, clipped }) => {
    const parameters = Object.entries(gradients).map(([name, gradient]) => {
      const parameter = variable(tensor(gradient).mul(0));
      parameter.grad = tensor(gradient);
      return [name, parameter] as const;
    });
    const type = normType === "infinity" ? Number.POSITIVE_INFINITY : normType;
    const found = clipGradNorm(parameters.map(([, parameter]) => parameter), maxNorm, { type });
    expectFigures("norm", tensor(found), norm, 4e-7);
    for (const [name, { grad }] of parameters) expectFigures(name, grad ?? tensor([]), clipped[name], 4e-7);
  });
});
