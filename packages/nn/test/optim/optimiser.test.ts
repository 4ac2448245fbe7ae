/** What optimisers share: which parameters move and when, with what they begin, and what they refuse. */
import { GradientError, type Variable, variable } from "@polygrad/autograd";
import { tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { Adam, AdamW, clipGradNorm, Linear, type Optimiser, SGD } from "../../src/index.ts";
import { refusal } from "../refusal.ts";

const classes = [SGD, Adam, AdamW] as const;

/** A variable of one element with a gradient. */
function moving(value: number, gradient: number): Variable {
  const parameter = variable(value);
  parameter.grad = tensor(gradient);
  return parameter;
}

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

  test("a parameter whose gradients come later begins later: Adam counts its steps apart", () => {
    const [early, late, fresh] = [moving(1, 0.5), variable(1), moving(1, 0.25)];
    const optimiser = new Adam([early, late], { learningRate: 0.1 });
    for (let k = 0; k < 5; k++) optimiser.step();
    late.grad = tensor(0.25);
    optimiser.step();
    new Adam([fresh], { learningRate: 0.1 }).step();
    expect(late.item()).toBe(fresh.item());
  });

  test("so does SGD with momentum: its first velocity is the gradient, undampened", () => {
    const [early, late, fresh] = [moving(1, 0.5), variable(1), moving(1, 0.25)];
    const options = { learningRate: 0.1, momentum: 0.9, dampening: 0.5 };
    const optimiser = new SGD([early, late], options);
    for (let k = 0; k < 5; k++) optimiser.step();
    late.grad = tensor(0.25);
    optimiser.step();
    new SGD([fresh], options).step();
    expect(late.item()).toBe(fresh.item());
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
    layer.forward(tensor([[1, 2, 3]])).sum().backward();
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
        expect(refusal(() => new Class(p, { learningRate: rate }))).toMatch(/^ValueError: Optimiser: the learning rate/);
    expect(refusal(() => new Class(p, { weightDecay: -1 }))).toMatch(/^ValueError: \w+: weightDecay must lie in/);
    expect(refusal(() => new Class(p, { learningRate: 0 }))).toBe("accepted");
  });

  test.each([Adam, AdamW])("%o: betas and epsilon", (Class) => {
    for (const beta of [-0.1, 1, Number.NaN]) {
      expect(refusal(() => new Class(p, { betas: [beta, 0.9] }))).toMatch(/^ValueError: Adam: the first beta/);
      expect(refusal(() => new Class(p, { betas: [0.9, beta] }))).toMatch(/^ValueError: Adam: the second beta/);
    }
    expect(refusal(() => new Class(p, { epsilon: -1e-8 }))).toMatch(/^ValueError: Adam: epsilon/);
  });

  test("SGD: momenta", () => {
    for (const momentum of [-0.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(refusal(() => new SGD(p, { momentum }))).toMatch(/^ValueError: SGD: momentum/);
    expect(refusal(() => new SGD(p, { nesterov: true }))).toMatch(/^ValueError: SGD: Nesterov/);
    expect(refusal(() => new SGD(p, { nesterov: true, momentum: 0.9, dampening: 0.1 }))).toMatch(/^ValueError: SGD: Nesterov/);
  });

  test("in words", () => {
    expect(refusal(() => new SGD([]))).toMatchInlineSnapshot(`"ValueError: Optimiser: got no parameters; pass model.parameters()"`);
    expect(refusal(() => new SGD(p, { learningRate: -1 }))).toMatchInlineSnapshot(`"ValueError: Optimiser: the learning rate must be a number from 0 up, got -1"`);
    expect(refusal(() => new Adam(p, { betas: [0.9, 1] }))).toMatchInlineSnapshot(`"ValueError: Adam: the second beta must lie in [0, 1), got 1"`);
    expect(refusal(() => new SGD(p, { nesterov: true }))).toMatchInlineSnapshot(`"ValueError: SGD: Nesterov's variant needs a momentum and no dampening"`);
    expect(refusal(() => new SGD(p).step())).toMatchInlineSnapshot(`"GradientError: step: no parameter has a gradient; call backward() on the loss first"`);
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

describe("clipGradNorm", () => {
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

  test("a maximum of 0 takes all", () => {
    const parameter = moving(1, 2);
    expect(clipGradNorm([parameter], 0)).toBe(2);
    expect(parameter.grad?.item()).toBe(0);
  });

  test("refuses, in words, and leaves the gradients as they are", () => {
    const parameter = moving(0, Number.NaN);
    expect(refusal(() => clipGradNorm([parameter], 1))).toMatchInlineSnapshot(`"ValueError: clipGradNorm: the gradients' norm is NaN; the step is lost"`);
    expect(refusal(() => clipGradNorm([moving(0, Number.POSITIVE_INFINITY), moving(0, 1)], 1, { type: Number.POSITIVE_INFINITY }))).toMatch(/norm is Infinity/);
    expect(refusal(() => clipGradNorm([moving(0, 1)], -1))).toMatchInlineSnapshot(`"ValueError: clipGradNorm: the maximum must be a number from 0 up, got -1"`);
    expect(refusal(() => clipGradNorm([moving(0, 1)], Number.NaN))).toMatch(/^ValueError: clipGradNorm: the maximum/);
    expect(refusal(() => clipGradNorm([moving(0, 1)], 1, { type: 0 }))).toMatchInlineSnapshot(`"ValueError: clipGradNorm: the norm's type must be a number above 0, got 0"`);
    expect(parameter.grad?.item()).toBeNaN();
  });
});
