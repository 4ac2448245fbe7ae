/** Parameter groups: each with its own options and schedule, and what is refused. */
import { type Variable, variable } from "@polygrad/autograd";
import { tensor, zeros } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import {
  Adam,
  AdamW,
  cosine,
  Linear,
  Optimiser,
  type ParameterStep,
  type ParametersOrGroups,
  RMSprop,
  SGD,
} from "../../src/index.ts";
import { refusal } from "../refusal.ts";
import { classes } from "./classes.ts";

const start = () => [variable([1, -2]), variable([[3], [0.5]]), variable(4)];

/** Some steps, each with gradients of its own. */
function steps(optimiser: Optimiser, count = 5): void {
  for (let step = 0; step < count; step++) {
    for (const parameter of optimiser.parameters) parameter.grad = parameter.value.mul(0.3).sub(0.1 * step);
    optimiser.step();
  }
}

const bits = (parameters: readonly Variable[]) => parameters.map(({ value }) => value.toArray());

describe("groups", () => {
  test("step with the bits of one optimiser for each, with its options", () => {
    const pairs = [
      {
        together: ([a, b, c]: Variable[]) =>
          new AdamW(
            [
              { parameters: [a, b], weightDecay: 0.5 },
              { parameters: new Set([c]), weightDecay: 0, learningRate: cosine(0.3, { steps: 9 }), betas: [0.5, 0.7] },
            ],
            { learningRate: 0.02, epsilon: 1e-3 },
          ),
        apart: ([a, b, c]: Variable[]) => [
          new AdamW([a, b], { learningRate: 0.02, epsilon: 1e-3, weightDecay: 0.5 }),
          new AdamW([c], { learningRate: cosine(0.3, { steps: 9 }), betas: [0.5, 0.7], epsilon: 1e-3, weightDecay: 0 }),
        ],
      },
      {
        together: ([a, b, c]: Variable[]) =>
          new SGD(
            [
              { parameters: [a], momentum: 0, nesterov: false },
              { parameters: [b], nesterov: false, dampening: 0.2 },
              { parameters: [c] },
            ],
            { learningRate: 0.1, momentum: 0.9, nesterov: true },
          ),
        apart: ([a, b, c]: Variable[]) => [
          new SGD([a], { learningRate: 0.1 }),
          new SGD([b], { learningRate: 0.1, momentum: 0.9, dampening: 0.2 }),
          new SGD([c], { learningRate: 0.1, momentum: 0.9, nesterov: true }),
        ],
      },
      {
        together: ([a, b, c]: Variable[]) =>
          new RMSprop([{ parameters: [a, b], centered: true }, { parameters: [c] }], { momentum: 0.5 }),
        apart: ([a, b, c]: Variable[]) => [
          new RMSprop([a, b], { centered: true, momentum: 0.5 }),
          new RMSprop([c], { momentum: 0.5 }),
        ],
      },
    ];
    for (const { together, apart } of pairs) {
      const [one, several] = [start(), start()];
      steps(together(one));
      for (const optimiser of apart(several)) steps(optimiser);
      expect(bits(one)).toEqual(bits(several));
      expect(bits(one)).not.toEqual(bits(start()));
    }
  });

  test("can be read, and their learning rates set", () => {
    const [a, b, c] = start();
    const optimiser = new SGD([{ parameters: [a, b] }, { parameters: [c], learningRate: 0.5, weightDecay: 0.25 }], {
      learningRate: 1,
    });
    expect(optimiser.parameters).toEqual([a, b, c]);
    expect(optimiser.groups.map(({ parameters, learningRate }) => [parameters, learningRate])).toEqual([
      [[a, b], 1],
      [[c], 0.5],
    ]);
    expect(optimiser.groups[1].options).toEqual({ momentum: 0, dampening: 0, weightDecay: 0.25, nesterov: false });
    expect([optimiser.learningRate, optimiser.currentRate]).toEqual([1, 1]);
    optimiser.groups[0].learningRate = 0;
    optimiser.groups[1].learningRate = (step) => 2 ** -step;
    for (const parameter of [a, b]) parameter.grad = parameter.value;
    c.grad = tensor(1);
    const before = bits([a, b]);
    optimiser.step();
    expect([bits([a, b]), c.item()]).toEqual([before, 4 - (1 + 0.25 * 4)]);
    optimiser.learningRate = 0.125;
    expect(optimiser.groups.map(({ learningRate }) => learningRate)).toEqual([0.125, 0.125]);
    expect(new SGD([a, b]).groups).toMatchObject([{ parameters: [a, b], learningRate: 0.001 }]);
  });

  test.each(classes)("of %o may have no parameters or empty ones, but not all none", (Class) => {
    const [empty, full] = [variable(zeros([0])), variable(1)];
    const optimiser = new Class([{ parameters: [] }, { parameters: [empty], learningRate: 1 }, { parameters: [full] }]);
    full.grad = tensor(1);
    optimiser.step();
    expect(full.item()).toBeLessThan(1);
    // Of the parameters of another worker there is nothing to wait for.
    const idle = new Class([{ parameters: [] }, { parameters: [variable(zeros([0]))] }]);
    idle.step();
    expect(idle.steps).toBe(1);
    expect(refusal(() => new Class([{ parameters: [] }, { parameters: [] }]))).toBe(
      "ValueError: Optimiser: got no parameters; pass model.parameters()",
    );
  });
});

describe("groups are refused", () => {
  const [a, b] = [variable(1), variable(2)];

  test("with a parameter that another has", () => {
    expect(refusal(() => new Adam([{ parameters: [a, b] }, { parameters: [a] }]))).toBe(
      "ValueError: Optimiser: parameters 0 and 2 are the same variable; pass each once: [...new Set(parameters)]",
    );
  });

  test.each(classes)("of %o with unknown options, or such as are out of range, by name and group", (Class) => {
    expect(refusal(() => new Class([{ parameters: [a] }, { parameters: [b], lr: 1 }]))).toMatch(
      `ArgumentError: ${Class.name}: group 1: there is no option "lr"; the options are parameters, learningRate, `,
    );
    expect(refusal(() => new Class([{ parameters: [a] }, { parameters: [b], weightDecay: -1 }]))).toBe(
      `ValueError: ${Class.name}: group 1: weightDecay must lie in [0, Infinity), got -1`,
    );
    expect(refusal(() => new Class([{ parameters: [a] }, { parameters: [b], learningRate: () => -1 }]))).toBe(
      "ValueError: Optimiser: the learning rate of group 1 must be finite and 0 or more, got -1",
    );
  });

  test("with options that do not go together", () => {
    const groups = [{ parameters: [a] }, { parameters: [b], momentum: 0 }];
    expect(refusal(() => new SGD(groups, { momentum: 0.9, nesterov: true }))).toBe(
      "ValueError: SGD: group 1: nesterov needs a momentum and no dampening; set momentum above 0 and dampening to 0",
    );
  });

  test("among parameters, without parameters, or with something else", () => {
    // @ts-expect-error a parameter among groups
    expect(refusal(() => new SGD([{ parameters: [a] }, b]))).toMatchInlineSnapshot(
      `"ArgumentError: Optimiser: group 1 must be { parameters: [...], ... }, as the others are, got a Variable"`,
    );
    // @ts-expect-error PyTorch's name
    expect(refusal(() => new SGD([{ params: [a] }]))).toMatchInlineSnapshot(
      `"ArgumentError: SGD: group 0: there is no option "params"; the options are parameters, learningRate, momentum, dampening, weightDecay, nesterov"`,
    );
    // @ts-expect-error a model
    expect(refusal(() => new SGD([{ parameters: new Linear(2, 2) }]))).toMatchInlineSnapshot(
      `"ArgumentError: Optimiser: group 0: parameters must be an array of variables, got a Linear; pass model.parameters()"`,
    );
  });
});

test("an optimiser of your own has options, states and groups in a few lines", () => {
  interface CountingOptions {
    readonly learningRate?: number;
    readonly size?: number;
  }
  class Counting extends Optimiser<CountingOptions> {
    constructor(parameters: ParametersOrGroups<CountingOptions>, options: CountingOptions = {}) {
      super(parameters, options, { name: "Counting", defaults: { learningRate: 1, size: 2 }, states: ["seen"] });
    }
    protected override update({ value, states, options }: ParameterStep<CountingOptions>, rate: number): void {
      states[0].assign(states[0].add(1));
      value.assign(value.sub(rate * options.size));
    }
  }
  const two = () => variable([0, 0]);
  const optimiser = new Counting([{ parameters: [two()] }, { parameters: [two()], size: 3 }]);
  for (const parameter of optimiser.parameters) parameter.grad = tensor([1, 1]);
  optimiser.step();
  expect(bits(optimiser.parameters)).toEqual([
    [-2, -2],
    [-3, -3],
  ]);
  expect(optimiser.stateDict()["1.seen"].toArray()).toEqual([1, 1]);
  // @ts-expect-error not an option
  expect(refusal(() => new Counting([two()], { rate: 1 }))).toMatchInlineSnapshot(
    `"ArgumentError: Counting: there is no option "rate"; the options are learningRate, size"`,
  );
});
