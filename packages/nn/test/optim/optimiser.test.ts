/** What optimisers share: which parameters move and when, with what they begin, and what they refuse. */
import { GradientError, variable } from "@polygrad/autograd";
import { tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { Adam, AdamW, Linear, type Optimiser, SGD } from "../../src/index.ts";
import { optimisers } from "../figures.ts";
import { refusal } from "../refusal.ts";
import { moving } from "./steps.ts";

const classes = [SGD, Adam, AdamW] as const;

test("no case of PyTorch's is left out", () => {
  expect([...new Set(optimisers.cases.map(({ optimiser }) => optimiser))]).toEqual(classes.map(({ name }) => name));
});

describe("a step", () => {
  test.each(classes)("%o moves what has a gradient and leaves the rest", (Class) => {
    const [a, b] = [moving(1, 0.5), variable(1)];
    const optimiser: Optimiser = new Class([a, b], { learningRate: 0.1 });
    optimiser.step();
    expect(a.item()).not.toBe(1);
    expect(b.item()).toBe(1);
    optimiser.zeroGrad();
    expect(a.grad).toBeUndefined();
  });

  test("the learning rate may be changed between steps", () => {
    const p = moving(1, 1);
    const optimiser = new SGD([p], { learningRate: 0.5 });
    optimiser.step();
    optimiser.learningRate = (step) => step / 8;
    expect(optimiser.currentRate).toBe(1 / 8);
    optimiser.step();
    expect(p.item()).toBe(1 - 0.5 - 1 / 8);
  });

  test("the learning rate is 0.001 unless given", () => {
    for (const Class of classes) expect(new Class([variable(1)]).currentRate).toBe(0.001);
  });

  test("parameters may come from any iterable, and the gradient of a layer moves all of it", () => {
    const layer = new Linear(3, 2);
    const before = layer.stateDict();
    layer
      .forward(tensor([[1, 2, 3]]))
      .sum()
      .backward();
    new SGD(new Set(layer.parameters()).values(), { learningRate: 0.5 }).step();
    expect(layer.bias?.value.equals(before.bias.sub(0.5))).toBe(true);
    expect(layer.weight.value.equals(before.weight.sub(tensor([[0.5, 1, 1.5]])))).toBe(true);
  });
});

describe("what optimisers refuse", () => {
  const p = [variable(1)];

  test.each(classes)("%o: parameters, rates and settings out of range", (Class) => {
    expect(refusal(() => new Class([]))).toMatch(/^ValueError: Optimiser: got no parameters/);
    for (const learningRate of [-0.1, Number.NaN, Number.POSITIVE_INFINITY])
      for (const rate of [learningRate, () => learningRate])
        expect(refusal(() => new Class(p, { learningRate: rate }))).toMatch(
          /^ValueError: Optimiser: the learning rate/,
        );
    expect(refusal(() => new Class(p, { weightDecay: -1 }))).toMatch(/^ValueError: \w+: weightDecay must lie in/);
    expect(refusal(() => new Class(p, { learningRate: 0 }))).toBe("accepted");
  });

  test("in words", () => {
    expect(refusal(() => new SGD([]))).toMatchInlineSnapshot(
      `"ValueError: Optimiser: got no parameters; pass model.parameters()"`,
    );
    expect(refusal(() => new SGD(p, { learningRate: -1 }))).toMatchInlineSnapshot(
      `"ValueError: Optimiser: the learning rate must be a number from 0 up, got -1"`,
    );
    expect(refusal(() => new SGD(p).step())).toMatchInlineSnapshot(
      `"GradientError: step: no parameter has a gradient; call backward() on the loss first"`,
    );
    expect(() => new SGD(p).step()).toThrow(GradientError);
  });

  test("a rate that turns bad later moves nothing", () => {
    const moved = moving(1, 1);
    const optimiser = new SGD([moved], { learningRate: (step) => (step === 0 ? 0.5 : Number.NaN) });
    optimiser.step();
    expect(refusal(() => optimiser.step())).toMatch(/^ValueError: Optimiser: the learning rate .* got NaN$/);
    expect([moved.item(), optimiser.steps]).toEqual([0.5, 1]);
  });

  test("a gradient of another shape", () => {
    const parameter = variable([1, 2]);
    parameter.grad = tensor([1, 2, 3]);
    expect(refusal(() => new SGD([parameter]).step())).toMatch(/^ShapeError: sgd: parameter \[2\] and gradient \[3\]/);
  });
});
