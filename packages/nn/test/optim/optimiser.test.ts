/** What optimisers share: which parameters move, when, and together with which; with what they begin; what they refuse. */
import { GradientError, type Variable, variable } from "@polygrad/autograd";
import {
  handleOf,
  ones,
  pin,
  pinned,
  Random,
  type Tensor,
  tensor,
  tensorAt,
  toFloat64,
  uniform,
  zeros,
} from "@polygrad/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  Adam,
  AdamW,
  clipGradNorm,
  LayerNorm,
  Linear,
  Optimiser,
  Polynomial,
  type Run,
  Sequential,
  SGD,
  slicesOf,
} from "../../src/index.ts";
import { optimisers } from "../figures.ts";
import { kinds, under } from "../kernel-kinds.ts";
import { refusal } from "../refusal.ts";
import { arrays } from "../state.ts";
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

/** An optimiser that moves nothing and keeps what it is given to move. */
class Watching extends Optimiser {
  readonly seen: Run[] = [];

  constructor(parameters: Iterable<Variable>, states = 1) {
    super(parameters, 0.1, states);
  }

  protected override update(run: Run): void {
    this.seen.push(run);
  }

  /** [first, end, taken] of the runs of one step. */
  spans(): number[][] {
    this.seen.length = 0;
    this.step();
    return this.seen.map(({ first, end, taken }) => [first, end, taken]);
  }
}

const flat = (x: Tensor | undefined) => x?.data.subarray(x.offset, x.offset + x.size) ?? [];

describe("runs", () => {
  const network = () => new Sequential(new Polynomial(3, 4, { degree: 2 }), new LayerNorm(4), new Linear(4, 2));
  const loss = (model: Sequential) =>
    model
      .forward(tensor([[0.5, -1, 2]]))
      .square()
      .sum();

  test("all of a model moves as one, and its gradients have been computed where they belong", () => {
    const model = network();
    const parameters = model.parameters();
    const optimiser = new Watching(parameters, 2);
    for (let step = 0; step < 3; step++) {
      optimiser.zeroGrad();
      loss(model).backward();
      expect(optimiser.spans()).toEqual([[0, 5, step]]);
      const [{ values, gradients, states }] = optimiser.seen;
      const size = parameters.reduce((sum, parameter) => sum + parameter.size, 0);
      for (const tensor of [values, gradients, ...states]) {
        expect([tensor.shape, tensor.strides, tensor.offset]).toEqual([[size], [1], 0]);
        expect(tensor.storage.address).toBeDefined();
      }
      expect(new Set([values, gradients, ...states].map(({ storage }) => storage)).size).toBe(4);
      expect([...flat(values)]).toEqual(parameters.flatMap(({ value }) => [...flat(value)]));
      expect([...flat(gradients)]).toEqual(parameters.flatMap(({ grad }) => [...flat(grad)]));
      expect(states.every((state) => state.data.every((value) => value === 0))).toBe(true);
    }
  });

  test("gradients that accumulate go on lying side by side", () => {
    const model = network();
    const optimiser = new Watching(model.parameters());
    for (let batch = 0; batch < 3; batch++) loss(model).backward();
    expect(optimiser.spans()).toEqual([[0, 5, 0]]);
  });

  test("a parameter without a gradient parts them, and counts its own steps ever after", () => {
    const parameters = [[1, 2], [3], [4, 5, 6], [7]].map((values) => variable(values));
    const optimiser = new Watching(parameters);
    const step = (...which: number[]) => {
      optimiser.zeroGrad();
      for (const k of which) parameters[k].sum().backward();
      return optimiser.spans();
    };
    expect(step(0, 1, 2, 3)).toEqual([[0, 4, 0]]);
    expect(step(0, 2, 3)).toEqual([
      [0, 1, 1],
      [2, 4, 1],
    ]);
    expect(step(0, 1, 2, 3)).toEqual([
      [0, 1, 2],
      [1, 2, 1],
      [2, 4, 2],
    ]);
    expect(step(1)).toEqual([[1, 2, 2]]);
    // All have taken three.
    expect(step(3, 2, 1, 0)).toEqual([[0, 4, 3]]);
    expect(optimiser.steps).toBe(5);
    const starts = parameters.map((_, k) => {
      step(k);
      return optimiser.seen[0].states[0];
    });
    expect(starts.map(({ offset, size }) => [offset, size])).toEqual([
      [0, 2],
      [2, 1],
      [3, 3],
      [6, 1],
    ]);
  });

  test("gradients put elsewhere, or in another order, move their parameters alone", () => {
    const parameters = [zeros([2, 3]), zeros([3]), zeros([2, 2])].map((value) => variable(value));
    const optimiser = new Watching(parameters);
    const backward = () => {
      optimiser.zeroGrad();
      for (const parameter of parameters) parameter.mul(2).sum().backward();
    };
    const alone = [0, 1, 2].map((k) => [k, k + 1]);
    backward();
    clipGradNorm(parameters, 1);
    expect(optimiser.spans().map(([first, end]) => [first, end])).toEqual(alone);
    backward();
    parameters[1].grad = tensor([1, 2, 3]);
    expect(optimiser.spans().map(([first, end]) => [first, end])).toEqual(alone);
    backward();
    // The same memory, read in columns.
    parameters[2].grad = parameters[2].grad?.transpose();
    expect(optimiser.spans().map(([first, end]) => [first, end])).toEqual([
      [0, 2],
      [2, 3],
    ]);
    backward();
    parameters[0].grad = parameters[0].grad?.reshape([3, 2]).transpose();
    expect(optimiser.spans().map(([first, end]) => [first, end])).toEqual([
      [0, 1],
      [1, 3],
    ]);
    // One tensor for all, side by side.
    const together = slicesOf(ones([13]), parameters);
    for (const [k, parameter] of parameters.entries()) parameter.grad = together[k];
    expect(optimiser.spans()).toEqual([[0, 3, 4]]);
  });

  test("a value put elsewhere later is moved there, and the others where they are", () => {
    const parameters = [[1, 2], [3], [4, 5]].map((values) => variable(values));
    const [optimiser, watching] = [new SGD(parameters, { learningRate: 1 }), new Watching(parameters)];
    const before = parameters[1].value;
    parameters[1].value = pin(tensor([10]));
    for (const parameter of parameters) parameter.sum().backward();
    expect(watching.spans()).toEqual([
      [0, 1, 0],
      [1, 2, 0],
      [2, 3, 0],
    ]);
    optimiser.step();
    expect(parameters.map(({ value }) => value.toArray())).toEqual([[0, 1], [9], [3, 4]]);
    expect(before.toArray()).toEqual([3]);
  });

  test("gradients side by side but of other shapes are refused, and nothing moves", () => {
    const parameters = [variable(zeros([2, 3])), variable(zeros([1, 3]))];
    const optimiser = new SGD(parameters, { learningRate: 1 });
    const together = pin(ones([9]));
    parameters[0].grad = together.slice(0, 0, 3).reshape([1, 3]);
    parameters[1].grad = together.slice(0, 3).reshape([2, 3]);
    expect(refusal(() => optimiser.step())).toMatch(/^ShapeError: sgd: parameter \[2, 3\] and gradient \[1, 3\]/);
    expect(parameters.map(({ value }) => value.sum().item())).toEqual([0, 0]);
  });

  test("a second optimiser of the same parameters leaves them where they are; one of some of them does no harm", () => {
    const model = network();
    const parameters = model.parameters();
    const first = new Watching(parameters);
    const [places, buffers] = [parameters.map(({ value }) => value), parameters.map(({ gradBuffer }) => gradBuffer)];
    const second = new Watching(parameters);
    expect(parameters.every(({ value, gradBuffer }, k) => value === places[k] && gradBuffer === buffers[k])).toBe(true);
    // Neighbours among them too.
    const some = new Watching(parameters.slice(1, 3));
    expect(parameters.every(({ value }, k) => value === places[k])).toBe(true);
    const before = arrays(model);
    const ends = new Watching([parameters[4], parameters[0]]);
    expect(arrays(model)).toEqual(before);
    loss(model).backward();
    const spans = [first, second, some, ends].map((optimiser) => optimiser.spans());
    expect(spans).toEqual([
      [
        [0, 1, 0],
        [1, 4, 0],
        [4, 5, 0],
      ],
      [
        [0, 1, 0],
        [1, 4, 0],
        [4, 5, 0],
      ],
      [[0, 2, 0]],
      [[0, 2, 0]],
    ]);
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

  test("one flat parameter over a part of shared memory stays in place, and moves with what reads it there", () => {
    const whole = tensorAt(handleOf(pin(ones([12]))));
    const [own, gradients] = [variable(whole.slice(0, 4, 9)), pin(ones([12])).slice(0, 4, 9)];
    const { value } = own;
    const optimiser = new SGD([own], { learningRate: 0.5, momentum: 0.5 });
    own.grad = gradients;
    optimiser.step();
    optimiser.step();
    expect(own.value).toBe(value);
    expect([...whole.data]).toEqual([1, 1, 1, 1, -0.25, -0.25, -0.25, -0.25, -0.25, 1, 1, 1]);
  });

  test("parameters in doubles stay where they are, and move one by one if they lie apart", () => {
    const [a, b, c] = [variable(toFloat64(tensor([1, 2]))), variable([3]), variable(toFloat64(tensor([4])))];
    const optimiser = new SGD([a, b, c], { learningRate: 0.25, momentum: 0.5 });
    const watching = new Watching([a, b, c]);
    for (let step = 0; step < 2; step++) {
      optimiser.zeroGrad();
      for (const parameter of [a, b, c]) parameter.mul(parameter).sum().backward();
      optimiser.step();
    }
    // g = 2 p, so the first step takes half of p; the second velocity is p + p, so the next takes the other half.
    expect([a, b, c].map(({ value }) => value.toArray())).toEqual([[0, 0], [0], [0]]);
    expect([a.value.data.constructor, b.value.data.constructor]).toEqual([Float64Array, Float32Array]);
    expect(watching.spans()).toEqual([
      [0, 1, 0],
      [1, 2, 0],
      [2, 3, 0],
    ]);
  });

  test("parameters of no elements do not part the others", () => {
    const parameters = [variable([1, 2]), variable(zeros([0, 3])), variable([3])];
    const optimiser = new SGD(parameters, { learningRate: 1 });
    for (const parameter of parameters) parameter.sum().backward();
    optimiser.step();
    expect(parameters.map(({ value }) => value.toArray())).toEqual([[0, 1], [], [2]]);
    expect(new Watching(parameters).spans()).toEqual([[0, 3, 0]]);
    // Unless theirs is missing: then no run may count it.
    parameters[1].grad = undefined;
    expect(new Watching(parameters).spans()).toEqual([
      [0, 1, 0],
      [2, 3, 0],
    ]);
  });

  const builders: Readonly<Record<string, (parameters: readonly Variable[]) => Optimiser>> = {
    SGD: (parameters) => new SGD(parameters, { learningRate: 0.1, weightDecay: 0.1 }),
    "SGD with momentum": (parameters) => new SGD(parameters, { learningRate: 0.1, momentum: 0.9, dampening: 0.3 }),
    "SGD, Nesterov's": (parameters) => new SGD(parameters, { learningRate: 0.1, momentum: 0.9, nesterov: true }),
    Adam: (parameters) => new Adam(parameters, { learningRate: 0.1, weightDecay: 0.1 }),
    AdamW: (parameters) => new AdamW(parameters, { learningRate: 0.1 }),
  };

  describe.each(kinds)("with %s kernels", (kind) => {
    test.each(Object.entries(builders))(
      "%s: the bits of every parameter are those of stepping it alone",
      (_, build) => {
        /** How a parameter gets its gradient in a step; some rows of steps, one entry for each of four parameters. */
        const means = fc.constantFrom("backward", "backward", "backward", "none", "ordinary", "reversed in memory");
        const rows = fc.array(fc.tuple(means, means, means, means), { minLength: 3, maxLength: 6 });
        const start = () =>
          [pinned([5, 4, 3]).permute([0, 2, 1]), zeros([7]), pinned([2, 9]), zeros([])].map((value, k) =>
            variable(value.assign(uniform(value.shape, new Random(k)))),
          );
        const property = fc.property(rows, (steps) => {
          const [together, alone] = [start(), start()];
          const optimiser = build(together);
          const single = alone.map((parameter) => build([parameter]));
          for (const [step, row] of steps.entries()) {
            optimiser.zeroGrad();
            for (const [k, how] of row.entries()) {
              alone[k].grad = undefined;
              if (how === "none") continue;
              const g = uniform(together[k].shape, new Random(10 * step + k), -1, 1);
              const reversed = g.shape.map((_, axis) => -1 - axis);
              if (how === "backward") together[k].mul(g).sum().backward();
              else together[k].grad = how === "ordinary" ? g : pin(g.permute(reversed)).permute(reversed);
              alone[k].grad = g;
              single[k].step();
            }
            if (row.some((how) => how !== "none")) optimiser.step();
            for (const [k, { value }] of together.entries()) expect(value.equals(alone[k].value)).toBe(true);
          }
        });
        under(kind, () => fc.assert(property, { numRuns: 15 }));
      },
    );
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
