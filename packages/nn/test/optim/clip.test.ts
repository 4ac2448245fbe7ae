/** Clipping: PyTorch's figures, all kinds of norms, and what it refuses. */
import { variable } from "@polygrad/autograd";
import { tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { clipGradNorm } from "../../src/index.ts";
import { expectFigures, optimisers } from "../figures.ts";
import { refusal } from "../refusal.ts";
import { moving } from "./steps.ts";

describe("clipGradNorm", () => {
  test.each(optimisers.clipGradNorm)("$name", ({ maxNorm, normType, gradients, norm, clipped }) => {
    const parameters = Object.entries(gradients).map(([name, gradient]) => {
      const parameter = variable(tensor(gradient).mul(0));
      parameter.grad = tensor(gradient);
      return [name, parameter] as const;
    });
    const type = normType === "infinity" ? Number.POSITIVE_INFINITY : normType;
    const found = clipGradNorm(
      parameters.map(([, parameter]) => parameter),
      maxNorm,
      { type },
    );
    expectFigures("norm", tensor(found), norm, 4e-7);
    for (const [name, { grad }] of parameters) expectFigures(name, grad ?? tensor([]), clipped[name], 4e-7);
  });

  test("is the norm of all gradients as one vector, for any p", () => {
    const parameters = [moving(0, 3), moving(0, -4), variable(5)];
    expect(clipGradNorm(parameters, 100)).toBe(5);
    expect(clipGradNorm(parameters, 100, { type: 1 })).toBe(7);
    expect(clipGradNorm(parameters, 100, { type: 3 })).toBeCloseTo(91 ** (1 / 3), 6);
    expect(clipGradNorm(parameters, 100, { type: Number.POSITIVE_INFINITY })).toBe(4);
    expect(parameters.map(({ grad }) => grad?.item())).toEqual([3, -4, undefined]);
    expect(clipGradNorm([variable(1)], 1)).toBe(0);
    expect(clipGradNorm([], 1)).toBe(0);
  });

  test("the divisor is the norm and a millionth: gradients of nothing divide by no zero", () => {
    const parameter = moving(0, 1e-6);
    clipGradNorm([parameter], 0.5e-6);
    expect(parameter.grad?.item()).toBeCloseTo(0.25e-6, 12);
  });

  test("a maximum of 0 takes all", () => {
    const parameter = moving(1, 2);
    expect(clipGradNorm([parameter], 0)).toBe(2);
    expect(parameter.grad?.item()).toBe(0);
  });

  test("refuses, in words, and leaves the gradients as they are", () => {
    const parameter = moving(0, Number.NaN);
    expect(refusal(() => clipGradNorm([parameter], 1))).toMatchInlineSnapshot(
      `"ValueError: clipGradNorm: the gradients' norm is NaN; the step is lost"`,
    );
    expect(
      refusal(() =>
        clipGradNorm([moving(0, Number.POSITIVE_INFINITY), moving(0, 1)], 1, { type: Number.POSITIVE_INFINITY }),
      ),
    ).toMatch(/norm is Infinity/);
    expect(refusal(() => clipGradNorm([moving(0, 1)], -1))).toMatchInlineSnapshot(
      `"ValueError: clipGradNorm: the maximum must be a number from 0 up, got -1"`,
    );
    expect(refusal(() => clipGradNorm([moving(0, 1)], Number.NaN))).toMatch(/^ValueError: clipGradNorm: the maximum/);
    expect(refusal(() => clipGradNorm([moving(0, 1)], 1, { type: 0 }))).toMatchInlineSnapshot(
      `"ValueError: clipGradNorm: the norm's type must be a number above 0, got 0"`,
    );
    expect(parameter.grad?.item()).toBeNaN();
  });
});
