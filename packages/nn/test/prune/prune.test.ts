/** Pruning: finds the terms that a target has, keeps the loss within its limit, and does the same every time. */
import { constant } from "@polygrad/autograd";
import { assign, normal, Random, type Tensor, tensor, uniform } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import {
  AdamW,
  cosine,
  Linear,
  loretz2024,
  mseLoss,
  Polynomial,
  type PruneOptions,
  prune,
  Sequential,
} from "../../src/index.ts";

function samples(rows: number, inputs: number, seed: number, f: (x: Tensor) => Tensor) {
  const x = uniform([rows, inputs], new Random(seed), -1, 1);
  return { inputs: x, targets: f(x) };
}

/** 2 x1^3 - x2 + 0.5, of four inputs. */
const target = (x: Tensor) =>
  x
    .slice(1, 0, 1)
    .pow(3)
    .mul(2)
    .sub(x.slice(1, 1, 2))
    .add(0.5);
const [train, validation] = [samples(200, 4, 1, target), samples(200, 4, 2, target)];

/** A polynomial layer that has learned the target nearly. */
function learned(steps = 300): Sequential {
  const model = new Sequential(new Polynomial(4, 1, { ...loretz2024, random: new Random(3) }));
  const optimiser = new AdamW(model.parameters(), { learningRate: cosine(0.1, { steps }), weightDecay: 0 });
  for (let step = 0; step < steps; step++) {
    optimiser.zeroGrad();
    mseLoss(model.forward(train.inputs), train.targets).backward();
    optimiser.step();
  }
  return model;
}

test("what the target does not have goes, the rest is exact", () => {
  const model = learned(60);
  const report = prune(model, { train, validation, tolerance: 1e-3, learningRate: 0.03 });
  const weight = [...model.parameters()[0].value.clone().data];
  expect([...report.masks.keys()]).toEqual(["layers.0.weight"]);
  const wanted = [0.5, 0, 0, 2, 0, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  expect([...(report.masks.get("layers.0.weight")?.data ?? [])]).toEqual(wanted.map((value) => (value === 0 ? 0 : 1)));
  expect(weight).toEqual(wanted.map((value) => (value === 0 ? 0 : expect.closeTo(value, 3))));
  expect(report.coefficientsBefore).toBe(13);
  expect(report.coefficientsAfter).toBe(3);
  const edges = report.removed.filter(({ degree }) => degree === undefined).map(({ input }) => input);
  expect(edges.toSorted()).toEqual([2, 3]);
  expect(report.removed.filter(({ degree }) => degree !== undefined)).toHaveLength(4);
  expect(report.lossAfter).toBeLessThan(1e-6);
  expect(report.lossLimit).toBe(report.lossBefore + 1e-3);
});

test("only edges, where single degrees are to stay", () => {
  const report = prune(learned(), { train, validation, tolerance: 1e-4, degrees: false });
  expect(report.removed.map(({ input, degree }) => [input, degree]).toSorted()).toEqual([
    [2, undefined],
    [3, undefined],
  ]);
  expect(report.coefficientsAfter).toBe(7);
});

test("the loss stays within its limit, and nothing goes that is needed", () => {
  const all = (x: Tensor) => x.add(x.pow(2)).add(x.pow(3)).sum(1, { keepDims: true });
  const [own, other] = [samples(200, 4, 1, all), samples(200, 4, 2, all)];
  const model = new Sequential(new Polynomial(4, 1, loretz2024));
  assign(model.parameters()[0].value, tensor(Array.from({ length: 4 }, () => [0, 1, 1, 1])).reshape(1, 4, 4));
  const report = prune(model, { train: own, validation: other, tolerance: 1e-6, steps: 5, patience: 3 });
  // The constant is 0: it may go.
  expect(report.removed).toEqual([{ layer: "layers.0", output: 0, input: 0, degree: 0 }]);
  expect(report.lossAfter).toBeLessThanOrEqual(report.lossLimit);
  expect(report.steps).toBeGreaterThan(6 * 5);
});

test("the same bits every time, from samples or from functions", () => {
  const run = (change: Partial<PruneOptions> = {}, model = learned(40)) => {
    const report = prune(model, { train, validation, tolerance: 1e-3, steps: 40, ...change });
    return [...model.parameters()[0].value.clone().data, report.lossAfter, report.trials, report.steps];
  };
  const first = run();
  expect(run()).toEqual(first);
  const model = learned(40);
  const loss = ({ inputs, targets }: typeof train) => mseLoss(model.forward(inputs), targets);
  const steps: number[] = [];
  const note = (step: number) => {
    steps.push(step);
    return loss(train);
  };
  expect(run({ train: note, validation: () => loss(validation) }, model)).toEqual(first);
  expect(steps).toEqual(Array.from({ length: steps.length }, (_, k) => k));
});

test("a unit that nothing uses goes first, with tolerance 0", () => {
  const random = new Random(4);
  const initialiser = (shape: readonly number[]) => normal(shape, random, 0, 0.5);
  const model = new Sequential(new Polynomial(2, 3, { ...loretz2024, initialiser }), new Linear(3, 1, { random }));
  const [, weight] = model.parameters();
  assign(weight.value, tensor([[1, 0, -1]]));
  const inputs = uniform([100, 2], random, -1, 1);
  const targets = model.forward(inputs).value.add(normal([100, 1], random).mul(1e-3));
  const own = { inputs, targets };
  const report = prune(model, {
    train: own,
    validation: own,
    tolerance: 0,
    steps: 1,
    learningRate: 1e-9,
    patience: 1,
  });
  expect(report.removed.every(({ output }) => output === 1)).toBe(true);
  expect(report.coefficientsAfter).toBe(report.coefficientsBefore - 7);
});

describe("refusals", () => {
  const model = () => new Sequential(new Polynomial(4, 1, loretz2024));
  const options = { train, validation, tolerance: 1 };

  test.each([
    [{ ...options, tolerance: -1 }, "prune: tolerance must lie in [0, Infinity), got -1"],
    [{ train, validation }, "prune: the option tolerance is missing"],
    [{ ...options, data: train }, 'prune: there is no option "data"'],
    [{ ...options, train: { inputs: train.inputs } }, "train must be samples, { inputs, targets }, or a function"],
    [{ ...options, train: { inputs: 1, targets: 2 } }, "train must have tensors as inputs and targets, got 1"],
    [
      { ...options, validation: () => 1 },
      "prune: the loss of validation must be a variable, such as mseLoss(...) returns",
    ],
  ])("%#", (given, message) => {
    expect(() => Reflect.apply(prune, undefined, [model(), given])).toThrow(message);
  });

  test("a model without polynomials, a loss that is no number", () => {
    expect(() => prune(new Linear(4, 1), options)).toThrow("prune: the model has no Polynomial or BSpline layer");
    const broken = { ...options, validation: () => constant(tensor(Number.NaN)) };
    expect(() => prune(model(), broken)).toThrow("prune: the validation loss is NaN before anything is removed");
  });
});
