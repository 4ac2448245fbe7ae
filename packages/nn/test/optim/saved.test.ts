/** The state of optimisers: a training goes on with the same bits, and what is refused leaves everything as it was. */
import { type Variable, variable } from "@polygrad/autograd";
import { pin, pinned, tensor, toFloat64 } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { Adam, AdamW, cosine, Lion, type Optimiser, RMSprop, SGD } from "../../src/index.ts";
import { refusal } from "../refusal.ts";

/** Parameters in several places: pinned, ordinary, with exchanged axes, in float64, a scalar, an empty one. */
const start = () => [
  variable(pin(tensor([1, -2, 0.5]))),
  variable([[3], [0.5]]),
  variable(pinned([3, 2]).transpose().add(0.25)),
  variable(
    pin(
      tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    ).transpose(),
  ),
  variable(toFloat64(tensor([[0.1, 7]]))),
  variable(4),
  variable(pinned([0, 2])),
];

const builders: Record<string, (parameters: readonly Variable[]) => Optimiser> = {
  SGD: (parameters) => new SGD(parameters, { learningRate: 0.01, weightDecay: 0.1 }),
  "SGD with momentum": (parameters) => new SGD(parameters, { learningRate: 0.01, momentum: 0.9, dampening: 0.5 }),
  "SGD, Nesterov's": (parameters) => new SGD(parameters, { learningRate: 0.01, momentum: 0.9, nesterov: true }),
  Adam: (parameters) => new Adam(parameters, { weightDecay: 0.1 }),
  "AdamW, in groups, with a schedule": ([first, second, ...others]) =>
    new AdamW(
      [
        { parameters: [first] },
        { parameters: [], learningRate: 7 },
        { parameters: [second], betas: [0.5, 0.9] },
        { parameters: others, learningRate: cosine(0.1, { steps: 12 }) },
      ],
      { learningRate: 0.02 },
    ),
  Lion: (parameters) => new Lion(parameters, { learningRate: 0.01, weightDecay: 0.1 }),
  RMSprop: (parameters) => new RMSprop(parameters),
  "RMSprop, centred": (parameters) => new RMSprop(parameters, { momentum: 0.5, centered: true }),
};

/** Steps from `from` to `to`. Some parameters lack some gradients, so that they count fewer steps. */
function train(optimiser: Optimiser, from: number, to: number): void {
  for (let step = from; step < to; step++) {
    for (const [k, parameter] of optimiser.parameters.entries())
      parameter.grad = (step + k) % 4 === 3 ? undefined : parameter.value.mul(0.7).sub(0.05 * step + 0.1 * k);
    optimiser.step();
  }
}

const bits = (parameters: readonly Variable[]) => parameters.map(({ value }) => value.toArray());

describe.each(Object.entries(builders))("the state of %s", (_, build) => {
  test.each([1, 5, 9])("saved after %d steps lets a new optimiser go on with the same bits", (at) => {
    const [whole, parts] = [start(), start()];
    train(build(whole), 0, 10);
    const first = build(parts);
    train(first, 0, at);
    const saved = JSON.stringify(first.stateDict());
    const second = build(parts);
    if (first.learningRate !== second.learningRate) throw new Error("the builder must give the same rate");
    second.loadStateDict(JSON.parse(saved));
    expect(JSON.stringify(second.stateDict())).toBe(saved);
    train(second, at, 10);
    expect(second.steps).toBe(10);
    expect(bits(parts)).toEqual(bits(whole));
  });

  test("can be loaded again and again, also an earlier one into the same optimiser", () => {
    const parameters = start();
    const optimiser = build(parameters);
    train(optimiser, 0, 3);
    const [state, values] = [optimiser.stateDict(), parameters.map(({ value }) => value.clone())];
    const runs = [0, 1].map(() => {
      for (const [k, { value }] of parameters.entries()) value.assign(values[k]);
      optimiser.loadStateDict(state);
      train(optimiser, 3, 8);
      return bits(parameters);
    });
    expect(runs[1]).toEqual(runs[0]);
  });
});

test("without its state, Adam starts over with steps that are too long; with it, the loss goes on falling", () => {
  // A narrow valley, in which Adam's learning rate is too large for the first steps.
  const descend = (p: Variable, optimiser: Optimiser, count: number) => {
    let loss = 0;
    for (let step = 0; step < count; step++) {
      optimiser.zeroGrad();
      const value = p
        .square()
        .mul(tensor([1, 400]))
        .sum();
      value.backward();
      optimiser.step();
      loss = Math.max(loss, value.item());
    }
    return loss;
  };
  const p = variable([1, 1]);
  const first = new Adam([p], { learningRate: 0.05 });
  descend(p, first, 300);
  const [state, value] = [first.stateDict(), p.value.clone()];
  const worst = [true, false].map((isLoaded) => {
    p.value.assign(value);
    const second = new Adam([p], { learningRate: 0.05 });
    if (isLoaded) second.loadStateDict(state);
    return descend(p, second, 50);
  });
  expect(worst[1]).toBeGreaterThan(100 * worst[0]);
});

describe("a state", () => {
  const optimised = () => {
    const w = variable(
      pin(
        tensor([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ).transpose(),
    );
    const optimiser = new AdamW([{ parameters: [w] }, { parameters: [variable(1)], learningRate: () => 0.5 }]);
    w.grad = tensor([
      [1, 0],
      [0, 2],
      [-3, 0],
    ]);
    optimiser.step();
    return optimiser;
  };

  test("names the steps, the rates of groups without a schedule, and what is kept of each parameter, in its shape", () => {
    const state = optimised().stateDict();
    expect(Object.entries(state).map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
      ["steps", "float64", []],
      ["groups.0.learningRate", "float64", []],
      ["0.taken", "float64", []],
      ["0.mean", "float32", [3, 2]],
      ["0.square", "float32", [3, 2]],
      ["1.taken", "float64", []],
      ["1.mean", "float32", []],
      ["1.square", "float32", []],
    ]);
    expect(["steps", "0.taken", "1.taken", "groups.0.learningRate"].map((name) => state[name].item())).toEqual([
      1, 1, 0, 0.001,
    ]);
    expect(
      state["0.mean"].allClose(
        tensor([
          [0.1, 0],
          [0, 0.2],
          [-0.3, 0],
        ]),
      ),
    ).toBe(true);
    expect(state["0.mean"].isContiguous).toBe(true);
  });

  test("holds copies, and restores a learning rate that was set", () => {
    const optimiser = optimised();
    optimiser.groups[0].learningRate = 0.125;
    const state = optimiser.stateDict();
    const before = JSON.stringify(state);
    train(optimiser, 1, 5);
    expect(JSON.stringify(state)).toBe(before);
    optimiser.learningRate = 3;
    // The second group has a number now, too, which the state does not know.
    expect(refusal(() => optimiser.loadStateDict(state))).toMatchInlineSnapshot(
      `"ValueError: AdamW.loadStateDict: missing groups.1.learningRate; make the optimiser with the same groups and schedules"`,
    );
    optimiser.groups[1].learningRate = () => 0.5;
    optimiser.loadStateDict(state);
    expect(optimiser.learningRate).toBe(0.125);
  });

  const faults: [what: string, spoil: (state: Record<string, unknown>) => unknown, message: string][] = [
    ["a missing name", (state) => delete state["0.mean"], "ValueError: AdamW.loadStateDict: missing 0.mean; make the"],
    [
      "an unexpected name",
      (state) => Object.assign(state, { "2.mean": tensor([1]), "2.square": tensor([1]) }),
      "ValueError: AdamW.loadStateDict: unexpected 2.mean, 2.square; make the",
    ],
    [
      "the state of SGD",
      (state) => {
        for (const name of Object.keys(state)) if (/mean|square/.test(name)) delete state[name];
        state["0.velocity"] = tensor([1]);
      },
      "ValueError: AdamW.loadStateDict: for each parameter the state has velocity, but this optimiser keeps mean, " +
        "square; the state belongs to another kind of optimiser",
    ],
    [
      "a model's state",
      (state) => {
        for (const name of Object.keys(state)) delete state[name];
        state["layers.0.weight"] = tensor([1]);
      },
      "ValueError: AdamW.loadStateDict: for each parameter the state has nothing, but this optimiser keeps mean",
    ],
    [
      "another shape",
      (state) => Object.assign(state, { "0.square": tensor([1, 2, 3, 4, 5, 6]) }),
      "ShapeError: AdamW.loadStateDict: 0.square has shape [6] in the state, but the parameter [3, 2]; it needs",
    ],
    [
      "float64",
      (state) => Object.assign(state, { "1.mean": toFloat64(tensor(1)) }),
      "ValueError: AdamW.loadStateDict: 1.mean is in float64 in the state, but the parameter in float32; round",
    ],
    [
      "NaN steps",
      (state) => Object.assign(state, { steps: tensor(Number.NaN) }),
      "ValueError: AdamW.loadStateDict: steps must be an integer from 0 up, got NaN",
    ],
    [
      "half a step",
      (state) => Object.assign(state, { "1.taken": tensor(0.5) }),
      "ValueError: AdamW.loadStateDict: 1.taken must be an integer from 0 up, got 0.5",
    ],
    [
      "fewer than no steps",
      (state) => Object.assign(state, { "1.taken": tensor(-1) }),
      "ValueError: AdamW.loadStateDict: 1.taken must be an integer from 0 up, got -1",
    ],
    [
      "several numbers of steps",
      (state) => Object.assign(state, { steps: tensor([1, 2]) }),
      "ShapeError: AdamW.loadStateDict: steps must be one number, got a tensor of shape [2]",
    ],
    [
      "a negative learning rate",
      (state) => Object.assign(state, { "groups.0.learningRate": tensor(-1) }),
      "ValueError: AdamW.loadStateDict: groups.0.learningRate must lie in [0, Infinity), got -1",
    ],
    [
      "a number that is no tensor",
      (state) => Object.assign(state, { "1.square": 3 }),
      "ArgumentError: AdamW.loadStateDict: 1.square must be a tensor or its JSON { shape, dtype, elements }, got 3",
    ],
  ];

  test.each(faults)("with %s is refused, and nothing is changed", (_, spoil, message) => {
    const optimiser = optimised();
    const before = JSON.stringify(optimiser.stateDict());
    const other = optimised();
    train(other, 1, 3);
    const state: Record<string, unknown> = { ...other.stateDict() };
    spoil(state);
    expect(refusal(() => Reflect.apply(optimiser.loadStateDict, optimiser, [state]))).toContain(message);
    expect(JSON.stringify(optimiser.stateDict())).toBe(before);
  });

  test("of more steps than anyone has taken costs no more than the powers of the betas need to vanish", () => {
    const p = variable(1);
    const optimiser = new Adam([p], { learningRate: 0.5 });
    const many = tensor(Float64Array.of(Number.MAX_SAFE_INTEGER), []);
    optimiser.loadStateDict({ ...optimiser.stateDict(), "0.taken": many });
    p.grad = tensor(1);
    optimiser.step();
    // Nothing is left of the correction for the start: m / sqrt(v) = 0.1 / sqrt(0.001).
    expect(p.item()).toBeCloseTo(1 - 0.5 * Math.sqrt(10), 5);
  });

  test("that is no plain object is refused", () => {
    for (const state of [undefined, 1, "state", [], new Map()])
      expect(refusal(() => Reflect.apply(optimised().loadStateDict, optimised(), [state]))).toMatch(/^ArgumentError: /);
  });
});
