/** SGD: PyTorch's steps, the first velocity, and what it refuses. */
import { variable } from "@polygrad/autograd";
import { tensor } from "@polygrad/tensor";
import { expect, test } from "vitest";
import { SGD } from "../../src/index.ts";
import { refusal } from "../refusal.ts";
import { expectLateStart, testSteps } from "./steps.ts";

testSteps("SGD", (parameters, { lr, eps: _, betas: __, ...options }) => {
  return new SGD(parameters, { ...options, ...(lr !== undefined && { learningRate: lr }) });
});

test("the first velocity of each parameter is its gradient, undampened", () => {
  expectLateStart((parameters) => new SGD(parameters, { learningRate: 0.1, momentum: 0.9, dampening: 0.5 }));
});

test("with a momentum of 1 the velocity is the sum of all gradients", () => {
  const p = variable(1);
  const optimiser = new SGD([p], { learningRate: 0.5, momentum: 1 });
  const values = [0.25, 0.5, -0.25].map((gradient) => {
    p.grad = tensor(gradient);
    optimiser.step();
    return p.item();
  });
  expect(values).toEqual([0.875, 0.5, 0.25]);
});

test("refuses a negative momentum, and Nesterov momentum without momentum or with dampening", () => {
  const p = [variable(1)];
  for (const momentum of [-0.5, Number.NaN, Number.POSITIVE_INFINITY])
    expect(refusal(() => new SGD(p, { momentum }))).toMatch(
      /^ValueError: SGD: momentum must lie in \[0, Infinity\), got/,
    );
  const dampened = { nesterov: true, momentum: 0.9, dampening: 0.1 };
  expect(refusal(() => new SGD(p, dampened))).toMatch(/^ValueError: SGD: nesterov needs/);
  expect(refusal(() => new SGD(p, { nesterov: true }))).toMatchInlineSnapshot(
    `"ValueError: SGD: nesterov needs a momentum and no dampening; set momentum above 0 and dampening to 0"`,
  );
});
