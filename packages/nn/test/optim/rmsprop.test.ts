/** RMSprop: PyTorch's steps, the rounding of the centred variance, and what it refuses. */
import { variable } from "@polygrad/autograd";
import { tensor } from "@polygrad/tensor";
import { expect, test } from "vitest";
import { RMSprop } from "../../src/index.ts";
import { rmspropOf } from "../figures.ts";
import { kinds, under } from "../kernel-kinds.ts";
import { refusal } from "../refusal.ts";
import { expectLateStart, moving, testSteps } from "./steps.ts";

testSteps("RMSprop", (parameters, options) => new RMSprop(parameters, rmspropOf(options)));

test("each parameter has states of its own", () => {
  expectLateStart((parameters) => new RMSprop(parameters, { learningRate: 0.1, momentum: 0.9, centered: true }));
});

test("the learning rate is 0.01 by default, and the first step ten times that for a gradient of any size", () => {
  expect(new RMSprop([variable(1)]).currentRate).toBe(0.01);
  for (const gradient of [1e-3, 1, 1e6]) {
    const p = moving(1, gradient);
    // g / sqrt(0.01 g^2) = 10
    new RMSprop([p]).step();
    expect(p.item()).toBeCloseTo(0.9, 4);
  }
});

test("in float64 it follows the equations in plain arithmetic", () => {
  const [rate, alpha, momentum, decay] = [0.01, 0.9, 0.5, 0.1];
  const p = variable(Float64Array.of(0.3, -0.7));
  const optimiser = new RMSprop([p], { learningRate: rate, alpha, momentum, weightDecay: decay, centered: true });
  const byHand = [0.3, -0.7];
  const [square, mean, velocity] = [
    [0, 0],
    [0, 0],
    [0, 0],
  ];
  for (let step = 1; step <= 5; step++) {
    const gradients = [0.1 * step, -0.03 * step * step];
    p.grad = tensor(Float64Array.from(gradients));
    optimiser.step();
    for (const [k, gradient] of gradients.entries()) {
      const g = gradient + decay * byHand[k];
      square[k] = alpha * square[k] + (1 - alpha) * g * g;
      mean[k] = alpha * mean[k] + (1 - alpha) * g;
      velocity[k] = momentum * velocity[k] + g / (Math.sqrt(square[k] - mean[k] ** 2) + 1e-8);
      byHand[k] -= rate * velocity[k];
    }
  }
  expect(p.value.allClose(tensor(Float64Array.from(byHand)), { relative: 1e-12, absolute: 0 })).toBe(true);
});

test.each(kinds)("a variance whose rounding is below 0 gives no NaN, with %s kernels", (kind) => {
  under(kind, () => {
    // After many equal gradients v - m^2 consists of rounding; from step 1181 on, it is below 0 in float32.
    const p = moving(1, 0.7);
    const optimiser = new RMSprop([p], { learningRate: 1e-9, centered: true });
    for (let step = 0; step < 1200; step++) optimiser.step();
    expect(p.item()).not.toBeNaN();
  });
});

test("refuses settings out of range and misspelt options, and says what arrived", () => {
  const p = [variable(1)];
  for (const alpha of [-0.1, 1, Number.NaN])
    expect(refusal(() => new RMSprop(p, { alpha }))).toBe(
      `ValueError: RMSprop: alpha must lie in [0, 1), got ${alpha}`,
    );
  for (const setting of ["epsilon", "momentum", "weightDecay"])
    for (const value of [-1e-8, Number.NaN, Number.POSITIVE_INFINITY])
      expect(refusal(() => new RMSprop(p, { [setting]: value }))).toBe(
        `ValueError: RMSprop: ${setting} must lie in [0, Infinity), got ${value}`,
      );
  // @ts-expect-error PyTorch's name
  expect(refusal(() => new RMSprop(p, { eps: 1e-6 }))).toMatchInlineSnapshot(
    `"ArgumentError: RMSprop: there is no option "eps"; the options are learningRate, alpha, epsilon, momentum, centered, weightDecay"`,
  );
  // @ts-expect-error not a boolean
  expect(refusal(() => new RMSprop(p, { centered: 1 }))).toMatchInlineSnapshot(
    `"ArgumentError: RMSprop: centered must be true or false, got 1"`,
  );
});

test("with a momentum of 1 the velocity is the sum of all steps", () => {
  const p = variable(1);
  const optimiser = new RMSprop([p], { learningRate: 0.5, alpha: 0, epsilon: 0, momentum: 1 });
  // With alpha 0 the root mean square is that of the last gradient, so each step is its sign.
  const values = [0.25, 3, -2].map((gradient) => {
    p.grad = tensor(gradient);
    optimiser.step();
    return p.item();
  });
  expect(values).toEqual([0.5, -0.5, -1]);
});
