/** What optimisers share: which parameters they step, when, in what memory and precision; what they refuse. */
import { constant, GradientError, type Variable, variable } from "@polygrad/autograd";
import { ones, pin, pinned, Random, type Tensor, tensor, toFloat64, uniform, zeros } from "@polygrad/tensor";
import { handleOf, tensorAt } from "@polygrad/tensor/internal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  Adam,
  AdamW,
  clipGradNorm,
  LayerNorm,
  Linear,
  Optimiser,
  type ParameterStep,
  Polynomial,
  RMSprop,
  Sequential,
  SGD,
} from "../../src/index.ts";
import { optimisers } from "../figures.ts";
import { kinds, under } from "../kernel-kinds.ts";
import { refusal } from "../refusal.ts";
import { arrays } from "../state.ts";
import { moving } from "./steps.ts";

const classes = [SGD, Adam, AdamW, RMSprop] as const;

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

  test("the learning rate is 0.001 by default", () => {
    for (const Class of [SGD, Adam, AdamW]) expect(new Class([variable(1)]).currentRate).toBe(0.001);
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

/** An optimiser that changes nothing and keeps what it is asked to step. */
class Watching extends Optimiser {
  readonly seen: ParameterStep[] = [];

  constructor(parameters: Iterable<Variable>, states = 1) {
    super(parameters, 0.1, states);
  }

  protected override update(step: ParameterStep): void {
    this.seen.push(step);
  }

  /** [index, taken] of the parameters that one step steps. */
  steppedOnce(): number[][] {
    this.seen.length = 0;
    this.step();
    return this.seen.map(({ index, taken }) => [index, taken]);
  }
}

const network = () => new Sequential(new Polynomial(3, 4, { degree: 2 }), new LayerNorm(4), new Linear(4, 2));
const loss = (model: Sequential) =>
  model
    .forward(tensor([[0.5, -1, 2]]))
    .square()
    .sum();

describe("parameters stay where they are", () => {
  const ways: readonly ((parameters: readonly Variable[]) => Optimiser)[] = [
    (parameters) => new SGD(parameters, { learningRate: 0.1, momentum: 0.9 }),
    (parameters) => new Adam(parameters, { learningRate: 0.1 }),
    (parameters) => new AdamW(parameters, { learningRate: 0.1 }),
    (parameters) => new RMSprop(parameters, { learningRate: 0.1, momentum: 0.9 }),
  ];

  test.each(ways)(
    "%#: a tensor taken before the optimiser is made is the parameter's memory after its steps",
    (build) => {
      const model = network();
      const parameters = [...model.parameters(), variable([[1, 2]]), variable(toFloat64(tensor([3, 4])))];
      const taken = parameters.map(({ value }) => value);
      const before = taken.map((value) => value.clone());
      const layouts = taken.map(({ storage, offset, strides }) => ({ storage, offset, strides }));
      const optimiser = build(parameters);
      for (let step = 0; step < 3; step++) {
        optimiser.zeroGrad();
        loss(model).backward();
        for (const own of parameters.slice(-2)) own.square().sum().backward();
        optimiser.step();
      }
      for (const [k, { value }] of parameters.entries()) {
        expect(value).toBe(taken[k]);
        expect(value.storage).toBe(layouts[k].storage);
        expect([value.offset, value.strides]).toEqual([layouts[k].offset, layouts[k].strides]);
        expect(taken[k].equals(before[k])).toBe(false);
      }
    },
  );

  test("also those that share memory: a view of a parameter sees every step, and so does the other parameter", () => {
    const whole = pinned([3, 4]);
    const [top, rest] = [variable(whole.slice(0, 0, 1)), variable(whole.slice(0, 1))];
    const optimiser = new SGD([rest, top], { learningRate: 1 });
    top.sum().add(rest.mul(2).sum()).backward();
    optimiser.step();
    expect(whole.toArray()).toEqual([
      [-1, -1, -1, -1],
      [-2, -2, -2, -2],
      [-2, -2, -2, -2],
    ]);
  });

  test("making an optimiser changes neither gradients nor their buffers", () => {
    const model = network();
    const parameters = model.parameters();
    loss(model).backward();
    const before = parameters.map(({ grad, gradBuffer, value }) => ({ grad, gradBuffer, value }));
    const elements = arrays(model);
    for (const build of ways) build(parameters);
    for (const [k, { grad, gradBuffer, value }] of parameters.entries())
      expect([grad === before[k].grad, gradBuffer === before[k].gradBuffer, value === before[k].value]).toEqual([
        true,
        true,
        true,
      ]);
    expect(arrays(model)).toEqual(elements);
  });

  test("one flat parameter over a part of shared memory is stepped there, for all that read it", () => {
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
});

describe("what an update is given", () => {
  test("is each parameter once, in order: its own value, gradient and states, and how many steps it has taken", () => {
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

  test("includes gradients that have accumulated", () => {
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

  test("leaves out a parameter without a gradient, which counts its own steps and keeps its own states", () => {
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

  test("is the very gradient, also one that was put elsewhere or lies in another order in memory", () => {
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

  test("is the value of the moment: one that is replaced later is stepped, and the one before is left alone", () => {
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
  test("may step the same parameters, or some of them, in turn", () => {
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

describe("parameters in float64", () => {
  const doubles = (...values: number[]) => variable(Float64Array.from(values));

  test("are stepped in float64: no update is narrowed", () => {
    const p = doubles(1);
    p.grad = tensor(Float64Array.of(2));
    new SGD([p], { learningRate: 0.01 }).step();
    expect(p.value.toArray()).toEqual([0.98]);
    const narrow = variable([1]);
    narrow.grad = tensor([2]);
    new SGD([narrow], { learningRate: 0.01 }).step();
    expect(narrow.value.toArray()).toEqual([Math.fround(0.98)]);
  });

  test("have the steps of the equations in plain arithmetic, states included", () => {
    const [decay, momentum, rate] = [0.1, 0.9, 0.01];
    const [ball, adam] = [doubles(0.3, -0.7), doubles(0.3, -0.7)];
    const optimisers = [
      new SGD([ball], { learningRate: rate, momentum, weightDecay: decay }),
      new Adam([adam], { learningRate: rate }),
    ];
    const [byHand, moments] = [
      [0.3, -0.7],
      [0.3, -0.7],
    ];
    const [velocity, mean, square] = [
      [0, 0],
      [0, 0],
      [0, 0],
    ];
    for (let step = 1; step <= 5; step++) {
      const gradient = [0.1 * step, -0.03 * step];
      for (const p of [ball, adam]) p.grad = tensor(Float64Array.from(gradient));
      for (const optimiser of optimisers) optimiser.step();
      for (const [k, g] of gradient.entries()) {
        velocity[k] = momentum * velocity[k] + (g + decay * byHand[k]);
        byHand[k] -= rate * velocity[k];
        mean[k] = 0.9 * mean[k] + 0.1 * g;
        square[k] = 0.999 * square[k] + 0.001 * g * g;
        const scale = Math.sqrt(square[k] / (1 - 0.999 ** step)) + 1e-8;
        moments[k] -= (rate * (mean[k] / (1 - 0.9 ** step))) / scale;
      }
    }
    const close = (wanted: number[]) => ({
      value: tensor(Float64Array.from(wanted)),
      tolerance: { relative: 1e-14, absolute: 0 },
    });
    for (const [p, wanted] of [
      [ball, close(byHand)],
      [adam, close(moments)],
    ] as const)
      expect(p.value.allClose(wanted.value, wanted.tolerance)).toBe(true);
  });

  test("take gradients in float32, and parameters in float32 take those in float64", () => {
    const [wide, narrow] = [doubles(1), variable([1])];
    wide.grad = tensor([0.5]);
    narrow.grad = tensor(Float64Array.of(0.1));
    new SGD([wide, narrow], { learningRate: 0.1 }).step();
    expect(wide.value.toArray()).toEqual([1 - 0.1 * 0.5]);
    const rounded = Math.fround(Math.fround(0.1) * Math.fround(0.1));
    expect(narrow.value.toArray()).toEqual([Math.fround(1 - rounded)]);
    expect([wide.value.data.constructor, narrow.value.data.constructor]).toEqual([Float64Array, Float32Array]);
  });

  test("may stand among others", () => {
    const [a, b, c] = [doubles(1, 2), variable([3]), doubles(4)];
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
    expect(watching.steppedOnce()).toEqual([0, 1, 2].map((k) => [k, 0]));
    expect(watching.seen.map(({ states }) => states[0].data.constructor)).toEqual([
      Float64Array,
      Float32Array,
      Float64Array,
    ]);
  });
});

describe("parameters of any layout", () => {
  test("may have no elements", () => {
    const parameters = [variable([1, 2]), variable(zeros([0, 3])), variable([3])];
    const optimiser = new SGD(parameters, { learningRate: 1 });
    for (const parameter of parameters) parameter.sum().backward();
    optimiser.step();
    expect(parameters.map(({ value }) => value.toArray())).toEqual([[0, 1], [], [2]]);
    const watching = new Watching(parameters);
    expect(watching.steppedOnce()).toEqual([0, 1, 2].map((k) => [k, 0]));
    parameters[1].grad = undefined;
    expect(watching.steppedOnce()).toEqual([
      [0, 1],
      [2, 1],
    ]);
  });

  const builders: Readonly<Record<string, (parameters: readonly Variable[]) => Optimiser>> = {
    SGD: (parameters) => new SGD(parameters, { learningRate: 0.1, weightDecay: 0.1 }),
    "SGD with momentum": (parameters) => new SGD(parameters, { learningRate: 0.1, momentum: 0.9, dampening: 0.3 }),
    "SGD, Nesterov's": (parameters) => new SGD(parameters, { learningRate: 0.1, momentum: 0.9, nesterov: true }),
    Adam: (parameters) => new Adam(parameters, { learningRate: 0.1, weightDecay: 0.1 }),
    AdamW: (parameters) => new AdamW(parameters, { learningRate: 0.1 }),
    RMSprop: (parameters) => new RMSprop(parameters, { learningRate: 0.1, momentum: 0.9, centered: true }),
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
      `"ValueError: Optimiser: the learning rate must be finite and 0 or more, got -1"`,
    );
    expect(refusal(() => new SGD(p).step())).toMatchInlineSnapshot(
      `"GradientError: Optimiser: no parameter has a gradient; call backward() on the loss before step()"`,
    );
    expect(() => new SGD(p).step()).toThrow(GradientError);
  });

  test("a parameter that comes twice would be stepped twice; the error says where", () => {
    const shared = new Linear(2, 2);
    const [a, b] = [new Sequential(shared), new Sequential(new Linear(2, 2), shared)];
    for (const Class of classes)
      expect(refusal(() => new Class([...a.parameters(), ...b.parameters()]))).toBe(
        "ValueError: Optimiser: parameters 0 and 4 are the same variable; pass each once: [...new Set(parameters)]",
      );
    expect(refusal(() => new SGD(new Set([...a.parameters(), ...b.parameters()])))).toBe("accepted");
  });

  test("what never gets a gradient: results of operations, and constants", () => {
    const leaf = variable([1, 2]);
    const freed = leaf.mul(2);
    freed.sum().backward();
    for (const Class of classes) {
      expect(refusal(() => new Class([leaf, leaf.mul(2)]))).toBe(
        "ValueError: Optimiser: parameter 1 of shape [2] was computed from other variables; pass those, the leaves, " +
          "made with variable(...)",
      );
      expect(refusal(() => new Class([freed]))).toMatch(/^ValueError: Optimiser: parameter 0 of shape \[2\] was comp/);
      expect(refusal(() => new Class([constant(tensor([1, 2]))]))).toBe(
        "ValueError: Optimiser: parameter 0 of shape [2] is a constant, which gets no gradient; make it with " +
          "variable(...), or leave it out",
      );
    }
  });

  test("what is not a list of variables, in words", () => {
    const model = network();
    // @ts-expect-error a model
    expect(refusal(() => new SGD(model))).toMatchInlineSnapshot(
      `"ArgumentError: Optimiser: parameters must be an array of variables, got a Sequential; pass model.parameters()"`,
    );
    // @ts-expect-error a tensor
    expect(refusal(() => new Adam(tensor([1, 2])))).toMatchInlineSnapshot(
      `"ArgumentError: Optimiser: parameters must be an array of variables, got a Tensor; pass model.parameters()"`,
    );
    // @ts-expect-error one variable
    expect(refusal(() => new Adam(variable(1)))).toMatchInlineSnapshot(
      `"ArgumentError: Optimiser: parameters must be an array of variables, got a Variable; pass model.parameters()"`,
    );
    // @ts-expect-error tensors
    expect(refusal(() => new AdamW(model.parameters().map(({ value }) => value)))).toMatchInlineSnapshot(
      `"ArgumentError: Optimiser: parameter 0 must be a variable, got a Tensor; pass model.parameters(), or those of several models in one array: [...a.parameters(), ...b.parameters()]"`,
    );
    // @ts-expect-error nested lists
    expect(refusal(() => new RMSprop([model.parameters()]))).toMatchInlineSnapshot(
      `"ArgumentError: Optimiser: parameter 0 must be a variable, got an array of 5; pass model.parameters(), or those of several models in one array: [...a.parameters(), ...b.parameters()]"`,
    );
    // @ts-expect-error a map
    expect(refusal(() => new SGD(model.namedParameters()))).toMatchInlineSnapshot(
      `"ArgumentError: Optimiser: parameter 0 must be a variable, got an array of 2; pass model.parameters(), or those of several models in one array: [...a.parameters(), ...b.parameters()]"`,
    );
    // @ts-expect-error nothing
    expect(refusal(() => new SGD())).toMatchInlineSnapshot(
      `"ArgumentError: Optimiser: parameters must be an array of variables, got undefined; pass model.parameters()"`,
    );
    // @ts-expect-error text
    expect(refusal(() => new SGD("abc"))).toMatchInlineSnapshot(
      `"ArgumentError: Optimiser: parameters must be an array of variables, got "abc"; pass model.parameters()"`,
    );
  });

  test.each(classes)("%o: options that it does not have", (Class) => {
    // @ts-expect-error PyTorch's name
    expect(refusal(() => new Class(p, { lr: 0.1 }))).toMatch(
      new RegExp(`^ArgumentError: ${Class.name}: there is no option "lr"; the options are learningRate, .*weightDecay`),
    );
    // @ts-expect-error not an object
    expect(refusal(() => new Class(p, null))).toMatch(
      new RegExp(`^ArgumentError: ${Class.name}: options must be a plain object`),
    );
    // @ts-expect-error not a number
    expect(refusal(() => new Class(p, { learningRate: "0.1" }))).toBe(
      `ArgumentError: ${Class.name}: learningRate must be a number or a schedule, such as cosine(...), got "0.1"`,
    );
  });

  test("a learning rate that is set to something else later, and states without number", () => {
    const optimiser = new SGD([moving(1, 1)]);
    Object.assign(optimiser, { learningRate: "0.1" });
    expect(refusal(() => optimiser.step())).toMatchInlineSnapshot(
      `"ArgumentError: Optimiser: learningRate must be a number or a schedule, such as cosine(...), got "0.1""`,
    );
    Object.assign(optimiser, { learningRate: () => "0.1" });
    expect(refusal(() => optimiser.step())).toMatchInlineSnapshot(
      `"ValueError: Optimiser: the learning rate must be finite and 0 or more, got "0.1""`,
    );
    expect(refusal(() => new Watching(p, -1))).toMatchInlineSnapshot(
      `"ValueError: Optimiser: states must be an integer from 0 up, got -1"`,
    );
    expect(refusal(() => new Watching(p, 1e9))).toMatchInlineSnapshot(
      `"ValueError: Optimiser: a parameter can have at most 16 states, got 1000000000"`,
    );
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
    const [first, second] = [variable(zeros([2, 3])), variable(zeros([1, 3]))];
    const together = pin(ones([9]));
    first.grad = together.slice(0, 0, 3).reshape([1, 3]);
    second.grad = together.slice(0, 3).reshape([2, 3]);
    const optimiser = new SGD([first, second], { learningRate: 1 });
    expect(refusal(() => optimiser.step())).toMatch(/^ShapeError: sgd: parameter \[2, 3\] and gradient \[1, 3\]/);
    expect([first, second].map(({ value }) => value.sum().item())).toEqual([0, 0]);
  });

  test.each([
    ["gaps", (x: Tensor) => x.slice(1, 0, undefined, 2)],
    ["repeated elements", (x: Tensor) => x.slice(0, 0, 1).expand([2, 4])],
    ["elements in reverse", (x: Tensor) => x.flip()],
  ])("a parameter with %s in memory", (_, view) => {
    const parameter = variable(view(pinned([2, 4])));
    for (const Class of classes)
      expect(refusal(() => new Class([variable(1), parameter]))).toBe(
        `ValueError: Optimiser: parameter 1 of shape [${parameter.shape.join(", ")}] does not lie in memory in one run ` +
          "without gaps; make the variable from a clone() of its tensor",
      );
    expect(refusal(() => new SGD([variable(parameter.value.clone())]))).toBe("accepted");
  });
});

test("an optimiser may have 16 states, one axis each, in the precision of the parameter", () => {
  const seen: (readonly number[])[] = [];
  class Watching extends Optimiser {
    protected override update({ states }: ParameterStep): void {
      seen.push(...states.map(({ shape }) => shape));
    }
  }
  const parameter = variable(toFloat64(ones([2, 3])));
  parameter.grad = toFloat64(ones([2, 3]));
  new Watching([parameter], 0.1, 16).step();
  expect(seen).toEqual(Array.from({ length: 16 }, () => [6]));
  expect(refusal(() => new Watching([parameter], 0.1, 17))).toMatch(/^ValueError: .*at most 16 states, got 17$/);
});

test("a graph from before a step is refused, and the step is named", () => {
  for (const Class of classes) {
    const p = variable(2);
    const loss = p.square();
    p.grad = tensor(1);
    new Class([p]).step();
    expect(refusal(() => loss.backward())).toContain(`which ${Class.name}.step has overwritten since`);
  }
});
