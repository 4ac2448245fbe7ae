/** Clipping: PyTorch's figures, all kinds of norms, and what it refuses. */
import { variable } from "@polygrad/autograd";
import { ones, pin, type Tensor, tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { clipGradNorm, loretz2024, Polynomial } from "../../src/index.ts";
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

  test("scales in place: each gradient keeps its tensor and layout, and its neighbours in memory do not change", () => {
    const whole = pin(ones([20]));
    const gradients: Readonly<Record<string, Tensor>> = {
      ordinary: tensor([3, 4]),
      transposed: tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]).transpose(),
      "in the middle of others": whole.slice(0, 4, 12).reshape([2, 4]),
      double: tensor(Float64Array.of(0.1, 0.2)),
      scalar: tensor(2),
      empty: tensor([]),
    };
    const parameters = Object.values(gradients).map((gradient) => {
      const parameter = variable(gradient.clone());
      parameter.grad = gradient;
      return parameter;
    });
    const before = parameters.map(({ grad }) => grad?.clone() ?? tensor([]));
    const layouts = Object.values(gradients).map(({ storage, offset, strides }) => ({ storage, offset, strides }));
    const norm = clipGradNorm(parameters, 1);
    expect(norm).toBeCloseTo(Math.sqrt(25 + 91 + 8 + 0.05 + 4), 6);
    for (const [k, { grad }] of parameters.entries()) {
      expect(grad).toBe(Object.values(gradients)[k]);
      expect(grad?.storage).toBe(layouts[k].storage);
      expect([grad?.offset, grad?.strides]).toEqual([layouts[k].offset, layouts[k].strides]);
      expect(grad?.allClose(before[k].mul(1 / (norm + 1e-6)), { relative: 3e-7 })).toBe(true);
    }
    expect([...whole.data.subarray(0, 4), ...whole.data.subarray(12)]).toEqual(new Array(12).fill(1));
  });

  test("scales gradients in float64 in float64", () => {
    const parameter = variable(Float64Array.of(1, 1));
    const gradient = tensor(Float64Array.of(0.3, -0.4));
    parameter.grad = gradient;
    const norm = clipGradNorm([parameter], 0.1);
    expect(norm).toBe(Math.sqrt(0.3 * 0.3 + 0.4 * 0.4));
    const factor = 0.1 / (norm + 1e-6);
    expect(parameter.grad).toBe(gradient);
    expect([...gradient.data]).toEqual([0.3 * factor, -0.4 * factor]);
  });

  test("leaves the gradients of a backward pass in the buffers that the next pass writes", () => {
    const layer = new Polynomial(3, 4, loretz2024);
    const loss = () =>
      layer
        .forward(tensor([[1, 2, 3]]))
        .square()
        .sum()
        .mul(1e6);
    loss().backward();
    const { grad, gradBuffer } = layer.weight;
    clipGradNorm(layer.parameters(), 1);
    expect(layer.weight.grad).toBe(grad);
    expect(layer.weight.gradBuffer).toBe(gradBuffer);
    expect(grad).toBe(gradBuffer);
    expect(grad?.norm().item()).toBeCloseTo(1, 5);
    layer.zeroGrad();
    loss().backward();
    expect(layer.weight.grad).toBe(grad);
  });

  test("the divisor is the norm plus a millionth, so gradients of 0 are not divided by 0", () => {
    const parameter = moving(0, 1e-6);
    clipGradNorm([parameter], 0.5e-6);
    expect(parameter.grad?.item()).toBeCloseTo(0.25e-6, 12);
  });

  test("a maximum of 0 sets all gradients to 0", () => {
    const parameter = moving(1, 2);
    expect(clipGradNorm([parameter], 0)).toBe(2);
    expect(parameter.grad?.item()).toBe(0);
  });

  test("refuses norms that are not finite, and maxima and types out of range; the gradients do not change", () => {
    const parameter = moving(0, Number.NaN);
    expect(refusal(() => clipGradNorm([parameter], 1))).toMatchInlineSnapshot(
      `"ValueError: clipGradNorm: the norm of the gradients is NaN; skip this step"`,
    );
    expect(
      refusal(() =>
        clipGradNorm([moving(0, Number.POSITIVE_INFINITY), moving(0, 1)], 1, { type: Number.POSITIVE_INFINITY }),
      ),
    ).toMatch(/norm of the gradients is Infinity/);
    expect(refusal(() => clipGradNorm([moving(0, 1)], -1))).toMatchInlineSnapshot(
      `"ValueError: clipGradNorm: the maximum norm must be 0 or more, got -1"`,
    );
    expect(refusal(() => clipGradNorm([moving(0, 1)], Number.NaN))).toMatch(/^ValueError: clipGradNorm: the maximum/);
    expect(refusal(() => clipGradNorm([moving(0, 1)], 1, { type: 0 }))).toMatchInlineSnapshot(
      `"ValueError: clipGradNorm: the type of the norm must be above 0, got 0"`,
    );
    expect(parameter.grad?.item()).toBeNaN();
  });

  test("refuses anything that is not a list of variables, and a parameter that comes twice", () => {
    const layer = new Polynomial(2, 2, loretz2024);
    // @ts-expect-error a model
    expect(refusal(() => clipGradNorm(layer, 1))).toMatchInlineSnapshot(
      `"ArgumentError: clipGradNorm: parameters must be an array of variables, got a Polynomial; pass model.parameters()"`,
    );
    // @ts-expect-error tensors
    expect(refusal(() => clipGradNorm([layer.weight.value], 1))).toMatchInlineSnapshot(
      `"ArgumentError: clipGradNorm: parameter 0 must be a variable, got a Tensor; pass model.parameters(), or those of several models in one array: [...a.parameters(), ...b.parameters()]"`,
    );
    // @ts-expect-error PyTorch's name
    expect(refusal(() => clipGradNorm(layer.parameters(), 1, { normType: 2 }))).toMatchInlineSnapshot(
      `"ArgumentError: clipGradNorm: there is no option "normType"; the options are type"`,
    );
    // @ts-expect-error the maximum is missing
    expect(refusal(() => clipGradNorm(layer.parameters()))).toMatchInlineSnapshot(
      `"ArgumentError: clipGradNorm: the maximum norm must be a number, got undefined"`,
    );
    const parameter = moving(0, 4);
    expect(refusal(() => clipGradNorm([parameter, parameter], 1))).toMatchInlineSnapshot(
      `"ValueError: clipGradNorm: parameters 0 and 1 are the same variable; pass each once: [...new Set(parameters)]"`,
    );
    expect(parameter.grad?.item()).toBe(4);
  });
});

test("the norm of no gradients is 0", () => {
  for (const type of [1, 2, Number.POSITIVE_INFINITY]) expect(clipGradNorm([variable(1)], 1, { type })).toBe(0);
});
