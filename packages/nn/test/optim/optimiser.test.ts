/** What optimisers share: which parameters they step and when, and what they give to an update. */
import { variable } from "@polygrad/autograd";
import { pin, tensor, zeros } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { Adam, AdamW, clipGradNorm, Linear, type Optimiser, SGD } from "../../src/index.ts";
import { optimisers } from "../figures.ts";
import { refusal } from "../refusal.ts";
import { classes } from "./classes.ts";
import { loss, network } from "./network.ts";
import { moving } from "./steps.ts";
import { Watching } from "./watching.ts";

test("every optimiser that PyTorch 1.13 has is compared with its figures", () => {
  const compared = new Set<string>(optimisers.cases.map(({ optimiser }) => optimiser));
  expect(classes.map(({ name }) => name).filter((name) => !compared.has(name))).toEqual(["Lion"]);
});

describe("a step", () => {
  test.each(classes)("%o moves a parameter that has a gradient, and no other", (Class) => {
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

  test("the learning rate is 0.001 by default", () => {
    for (const Class of [SGD, Adam, AdamW]) expect(new Class([variable(1)]).currentRate).toBe(0.001);
  });

  test("parameters may come from any iterable; the gradients of a layer move all its parameters", () => {
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

describe("what an update is given", () => {
  test("each parameter once, in order: its own value, gradient and states, and the number of its steps", () => {
    const model = network();
    const parameters = model.parameters();
    const optimiser = new Watching(parameters, 2);
    for (let step = 0; step < 3; step++) {
      optimiser.zeroGrad();
      loss(model).backward();
      expect(optimiser.steppedOnce()).toEqual(parameters.map((_, k) => [k, step]));
      for (const [k, { value, gradient, states }] of optimiser.seen.entries()) {
        expect(value).toBe(parameters[k].value);
        expect(gradient).toBe(parameters[k].grad);
        // Where the backward pass has written it, in the value's order in memory.
        expect(gradient).toBe(parameters[k].gradBuffer);
        expect(gradient.strides).toEqual(value.strides);
        expect(states.length).toBe(2);
        for (const state of states) {
          expect([state.shape, state.strides]).toEqual([[value.size], [1]]);
          expect(state.data.every((element) => element === 0)).toBe(true);
        }
        for (const tensor of [value, gradient, ...states]) expect(tensor.storage.address).toBeDefined();
        expect(new Set([value, gradient, ...states].map(({ storage }) => storage)).size).toBe(4);
      }
    }
  });

  test("gradients that have accumulated", () => {
    const model = network();
    const optimiser = new Watching(model.parameters());
    loss(model).backward();
    const once = model.parameters().map(({ grad }) => grad?.clone());
    for (let batch = 0; batch < 2; batch++) loss(model).backward();
    expect(optimiser.steppedOnce()).toEqual([0, 1, 2, 3, 4].map((k) => [k, 0]));
    for (const [k, { gradient }] of optimiser.seen.entries()) {
      expect(gradient).toBe(model.parameters()[k].gradBuffer);
      expect(gradient.allClose(once[k]?.mul(3) ?? zeros([]))).toBe(true);
    }
  });

  test("no parameter without a gradient; each parameter counts its own steps and keeps its own states", () => {
    const parameters = [[1, 2], [3], [4, 5, 6], [7]].map((values) => variable(values));
    const optimiser = new Watching(parameters);
    const step = (...which: number[]) => {
      optimiser.zeroGrad();
      for (const k of which) parameters[k].sum().backward();
      return optimiser.steppedOnce();
    };
    expect(step(0, 1, 2, 3)).toEqual([0, 1, 2, 3].map((k) => [k, 0]));
    const states = optimiser.seen.map((given) => given.states[0]);
    expect(states.map(({ size }) => size)).toEqual([2, 1, 3, 1]);
    expect(step(0, 2, 3)).toEqual([0, 2, 3].map((k) => [k, 1]));
    expect(step(0, 1, 2, 3)).toEqual([
      [0, 2],
      [1, 1],
      [2, 2],
      [3, 2],
    ]);
    expect(step(1)).toEqual([[1, 2]]);
    // All have taken three; the order of the backward passes has no effect.
    expect(step(3, 2, 1, 0)).toEqual([0, 1, 2, 3].map((k) => [k, 3]));
    expect(optimiser.steps).toBe(5);
    for (const [k, state] of states.entries()) {
      step(k);
      expect(optimiser.seen[0].states[0]).toBe(state);
    }
  });

  test("the gradient itself, also one that was assigned or lies in another order in memory", () => {
    const start = () => [zeros([2, 3]), zeros([3]), zeros([2, 2])].map((value) => variable(value));
    const parameters = start();
    const optimiser = new Watching(parameters);
    for (const parameter of parameters) parameter.mul(2).sum().backward();
    clipGradNorm(parameters, 1);
    parameters[1].grad = tensor([1, 2, 3]);
    // The same memory, read in columns.
    parameters[2].grad = tensor([
      [1, 2],
      [3, 4],
    ]).transpose();
    optimiser.step();
    expect(optimiser.seen.map(({ gradient }, k) => gradient === parameters[k].grad)).toEqual([true, true, true]);
    const real = new SGD(parameters, { learningRate: 1 });
    real.step();
    expect(parameters[1].value.toArray()).toEqual([-1, -2, -3]);
    expect(parameters[2].value.toArray()).toEqual([
      [-1, -3],
      [-2, -4],
    ]);
  });

  test("the current value: one that was assigned later is stepped, and the one before is left alone", () => {
    const parameters = [[1, 2], [3], [4, 5]].map((values) => variable(values));
    const [optimiser, watching] = [new SGD(parameters, { learningRate: 1 }), new Watching(parameters)];
    const before = parameters[1].value;
    parameters[1].value = pin(tensor([10]));
    for (const parameter of parameters) parameter.sum().backward();
    expect(watching.steppedOnce()).toEqual([0, 1, 2].map((k) => [k, 0]));
    expect(watching.seen[1].value).toBe(parameters[1].value);
    optimiser.step();
    expect(parameters.map(({ value }) => value.toArray())).toEqual([[0, 1], [9], [3, 4]]);
    expect(before.toArray()).toEqual([3]);
  });
});

describe("several optimisers", () => {
  test("may take turns at the same parameters, or at some of them", () => {
    const model = network();
    const parameters = model.parameters();
    loss(model).backward();
    const real = [new SGD(parameters, { learningRate: 0.5 }), new SGD(parameters.slice(0, 2), { learningRate: 0.25 })];
    const [wanted, grads] = [
      parameters.map(({ value }) => value.clone()),
      parameters.map(({ grad }) => grad?.clone() ?? 0),
    ];
    for (const optimiser of real) optimiser.step();
    for (const [k, { value }] of parameters.entries()) {
      const once = wanted[k].sub(tensor(0.5).mul(grads[k]));
      expect(value.equals(k < 2 ? once.sub(tensor(0.25).mul(grads[k])) : once)).toBe(true);
    }
  });
});

test("a backward pass of a graph from before a step is refused, and the error names the step", () => {
  for (const Class of classes) {
    const p = variable(2);
    const loss = p.square();
    p.grad = tensor(1);
    new Class([p]).step();
    expect(refusal(() => loss.backward())).toContain(`which ${Class.name}.step has overwritten since`);
  }
});
