/** Runs an optimiser through PyTorch's 25 steps; and a parameter to step. */
import { type Variable, variable } from "@polygrad/autograd";
import { pin, type Tensor, tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import type { Optimiser } from "../../src/index.ts";
import { expectFigures, type OptimiserCase, type OptimiserOptions, optimisers } from "../figures.ts";
import { kinds, under } from "../kernel-kinds.ts";

/** The places a parameter can have: pinned, as in layers; ordinary; and with its axes exchanged in memory. */
const placings: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  pinned: pin,
  ordinary: (x) => x,
  transposed: (x) => pin(x.transpose()).transpose(),
};

/** Tests all cases of one optimiser. */
export function testSteps(
  name: OptimiserCase["optimiser"],
  build: (parameters: readonly Variable[], options: OptimiserOptions) => Optimiser,
): void {
  const cases = optimisers.cases.filter(({ optimiser }) => optimiser === name);

  describe.each(kinds)("PyTorch's figures with %s kernels", (kind) => {
    describe.each(Object.keys(placings))("%s parameters", (placing) => {
      test.each(cases)("$name", (figure) => {
        const a = variable(placings[placing](tensor(optimisers.start.a)));
        const b = variable(placings.pinned(tensor(optimisers.start.b)));
        const optimiser = build([a, b], figure.options);
        // PyTorch computed in float32, too, but in another order.
        const tolerance = 4e-7 + 2 * figure.float32Deviation;
        under(kind, () => {
          for (const [step, gradient] of optimisers.gradients.a.entries()) {
            a.grad = tensor(gradient);
            b.grad = tensor(optimisers.gradients.b[step]);
            optimiser.step();
            expectFigures(`a after step ${step}`, a.value, figure.parameters.a[step], tolerance);
            expectFigures(`b after step ${step}`, b.value, figure.parameters.b[step], tolerance);
          }
        });
        expect(optimiser.steps).toBe(25);
      });
    });
  });
}

/** A parameter of one element, with a gradient. */
export function moving(value: number, gradient: number): Variable {
  const parameter = variable(value);
  parameter.grad = tensor(gradient);
  return parameter;
}

/** Asserts that a parameter whose gradients come later starts as if it were alone. */
export function expectLateStart(build: (parameters: readonly Variable[]) => Optimiser): void {
  const [early, late, alone] = [moving(1, 0.5), variable(1), moving(1, 0.25)];
  const optimiser = build([early, late]);
  for (let step = 0; step < 5; step++) optimiser.step();
  late.grad = tensor(0.25);
  optimiser.step();
  build([alone]).step();
  expect(late.item()).toBe(alone.item());
  expect(late.item()).toBeLessThan(1);
}
