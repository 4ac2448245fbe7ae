/** Frozen parameters: they keep their names and their place, and take no steps, no decay and no part in norms. */
import { capture, GradientError, variable } from "@polygrad/autograd";
import { pin, Random, tensor, zeros } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { clipGradNorm, Linear, mseLoss, Sequential, Tanh } from "../../src/index.ts";
import { classes } from "./classes.ts";
import { moving } from "./steps.ts";

const network = () => {
  const random = new Random(3);
  return new Sequential(new Linear(3, 4, { random }), new Tanh(), new Linear(4, 2, { random }));
};
const inputs = pin(
  tensor([
    [1, 2, 3],
    [-1, 0, 1],
  ]),
);
const lossOf = (model: Sequential) => mseLoss(model.forward(inputs), zeros([2, 2]));

describe("a model", () => {
  test("is frozen and unfrozen as a whole or in part, and keeps its parameters and its state", () => {
    const model = network();
    const [names, state] = [[...model.namedParameters().keys()], JSON.stringify(model.stateDict())];
    const [first, , last] = model.layers;
    if (!(first instanceof Linear && last instanceof Linear)) throw new Error("the network is another one");
    expect(first.freeze()).toBe(first);
    expect(model.parameters().map(({ requiresGrad }) => requiresGrad)).toEqual([false, false, true, true]);
    expect([...model.namedParameters().keys()]).toEqual(names);
    expect(JSON.stringify(model.stateDict())).toBe(state);
    model.loadStateDict(JSON.parse(state));
    lossOf(model).backward();
    expect(model.parameters().map(({ grad }) => grad !== undefined)).toEqual([false, false, true, true]);
    expect(model.freeze().unfreeze()).toBe(model);
    expect(model.training).toBe(true);
    lossOf(model).backward();
    expect(model.parameters().every(({ grad }) => grad !== undefined)).toBe(true);
  });
});

describe.each(classes)("%o", (Class) => {
  test("leaves frozen parameters and their states alone, and goes on with them later as if nothing had been", () => {
    const run = (frozenSteps: number) => {
      const [p, q] = [moving(1, 0.5), moving(2, 0.25)];
      const optimiser = new Class([p, q], { learningRate: 0.1, weightDecay: 0.1 });
      const step = () => {
        for (const x of [p, q]) x.grad = tensor(0.5); // also of what is frozen, as a user might
        optimiser.step();
      };
      for (let k = 0; k < 2; k++) step();
      const before = optimiser.stateDict();
      const value = p.item();
      p.requiresGrad = false;
      for (let k = 0; k < frozenSteps; k++) step();
      const after = optimiser.stateDict();
      const own = Object.keys(after).filter((name) => name.startsWith("0."));
      for (const name of own) expect(after[name].equals(before[name])).toBe(true);
      expect([p.item(), after["0.taken"].item(), after["1.taken"].item()]).toEqual([value, 2, 2 + frozenSteps]);
      p.requiresGrad = true;
      step();
      return p.item();
    };
    expect(run(3)).toBe(run(0));
  });

  test("accepts frozen parameters; only if all are frozen does it need no gradients", () => {
    const [p, q] = [moving(1, 0.5), variable(2)];
    p.requiresGrad = false;
    p.grad = tensor(1);
    const optimiser = new Class([p, q]);
    expect(() => optimiser.step()).toThrow(GradientError);
    q.requiresGrad = false;
    optimiser.step();
    expect([optimiser.steps, p.item(), q.item()]).toEqual([1, 1, 2]);
  });

  test("in a captured step does the same as in the step itself", () => {
    const run = (wrap: (step: () => void) => () => void) => {
      const model = network();
      const optimiser = new Class(model.parameters(), { learningRate: 0.05 });
      const step = wrap(() => {
        lossOf(model).backward();
        optimiser.step();
        optimiser.zeroGrad();
      });
      return Array.from({ length: 16 }, (_, k) => {
        if (k === 4 || k === 12) model.layers.slice(0, 1).map((layer) => layer instanceof Linear && layer.freeze());
        if (k === 8) model.unfreeze();
        step();
        return model.parameters().map(({ value }) => value.toArray());
      });
    };
    let explain = () => "";
    const captured = run((step) => {
      const replaying = capture(step);
      explain = replaying.explain;
      return replaying;
    });
    expect(captured).toEqual(run((step) => step));
    expect(captured[7][0]).toEqual(captured[4][0]);
    expect(captured[7][2]).not.toEqual(captured[4][2]);
    expect(explain()).toBe("captured");
  });
});

test("clipGradNorm counts no frozen parameter, and leaves its gradient alone", () => {
  const [p, q] = [variable([3, 4]), variable([12, 0])];
  q.requiresGrad = false;
  p.grad = tensor([3, 4]);
  q.grad = tensor([12, 0]);
  expect(clipGradNorm([p, q], 1)).toBe(5);
  expect(q.grad.toArray()).toEqual([12, 0]);
  expect(p.grad.norm().item()).toBeCloseTo(1, 5);
  q.requiresGrad = true;
  q.grad = tensor([12, 0]);
  p.grad = tensor([3, 4]);
  expect(clipGradNorm([p, q, variable(zeros([0]))], 100, { type: Number.POSITIVE_INFINITY })).toBe(12);
});
