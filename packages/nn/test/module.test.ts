/** Modules: which parameters a model has and what they are called, several inputs, and modes. */
import { constant, type Variable, variable } from "@polygrad/autograd";
import { ArgumentError, ones, Random, tensor, uniform } from "@polygrad/tensor";
import { described } from "@polygrad/tensor/internal";
import { describe, expect, test } from "vitest";
import {
  Adam,
  Dropout,
  ELU,
  Flatten,
  GELU,
  type Input,
  LayerNorm,
  LeakyReLU,
  Linear,
  LogSoftmax,
  loretz2024,
  Module,
  mseLoss,
  namedModules,
  namedParameters,
  Polynomial,
  parameters,
  ReLU,
  Sequential,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
} from "../src/index.ts";
import { stochasticLayers } from "../src/internal.ts";
import { refusal } from "./refusal.ts";

class Block extends Module {
  readonly norm = new LayerNorm(3);
  readonly paths = [new Linear(3, 3, { bias: false }), [new Linear(3, 3)]] as const;
  readonly scale: Variable = variable(2);
  readonly drop = new Dropout(0.5);

  forward(x: Input): Variable {
    return this.drop.forward(this.paths[1][0].forward(this.paths[0].forward(this.norm.forward(x)))).mul(this.scale);
  }
}

class Model extends Module {
  readonly first = new Polynomial(2, 3, loretz2024);
  readonly blocks = [new Block(), new Block()];
  // Neither of these is a parameter: a constant, something computed, a typed array, settings.
  readonly offset = constant(tensor([1, 2, 3]));
  readonly computed: Variable = variable(1).mul(2);
  readonly order: Int32Array = Int32Array.of(1, 2);
  readonly settings: { depth: number; name: string | null } = { depth: 2, name: null };

  forward(x: Input): Variable {
    return this.blocks.reduce((y, block) => block.forward(y), this.first.forward(x)).add(this.offset);
  }
}

const blockNames = ["norm.weight", "norm.bias", "paths.0.weight", "paths.1.0.weight", "paths.1.0.bias", "scale"];

describe("names", () => {
  test("are dotted paths through fields and arrays, in their order", () => {
    const model = new Model();
    const names = ["first.weight", ...[0, 1].flatMap((k) => blockNames.map((name) => `blocks.${k}.${name}`))];
    expect([...model.namedParameters().keys()]).toEqual(names);
    expect(Object.keys(model.stateDict())).toEqual(names);
    expect(model.parameters().every((parameter, k) => parameter === model.namedParameters().get(names[k]))).toBe(true);
    expect([...new Sequential(new Linear(2, 3), new ReLU(), new Linear(3, 1)).namedParameters().keys()]).toEqual([
      "layers.0.weight",
      "layers.0.bias",
      "layers.2.weight",
      "layers.2.bias",
    ]);
  });

  test("of modules: the model itself first, under the empty name", () => {
    const model = new Model();
    const modules = namedModules(model);
    expect([...modules.keys()].slice(0, 4)).toEqual(["", "first", "blocks.0", "blocks.0.norm"]);
    expect(modules.get("")).toBe(model);
    expect(modules.get("blocks.1.paths.1.0")).toBe(model.blocks[1].paths[1][0]);
    expect(modules.size).toBe(2 + 2 * 5);
  });

  test("are found in plain objects, which need no base class", () => {
    const plain = { a: { w: variable([1, 2]) }, list: [variable(3)], forward: (x: Input) => constant(x) };
    expect([...namedParameters(plain).keys()]).toEqual(["a.w", "list.0"]);
    const [first, second] = parameters(plain);
    expect(first).toBe(plain.a.w);
    expect(second).toBe(plain.list[0]);
    expect([...namedModules(plain).keys()]).toEqual([""]);
    expect(namedParameters(variable(1)).size).toBe(1);
  });

  test("a layer used twice counts once, under its first name, and so does a tied parameter", () => {
    const shared = new Linear(3, 3);
    const tied = Object.assign(new Linear(3, 3, { bias: false }), { weight: shared.weight });
    const model = new Sequential(shared, new ReLU(), shared, tied);
    expect([...model.namedParameters().keys()]).toEqual(["layers.0.weight", "layers.0.bias"]);
    expect([...namedModules(model).keys()]).toEqual(["", "layers.0", "layers.1", "layers.3"]);
    // The gradient has a share from every use.
    model
      .forward(ones([1, 3]))
      .sum()
      .backward();
    expect(model.parameters()).toHaveLength(2);
    expect(tied.weight.grad).toBe(shared.weight.grad);
  });

  test("are found however deep they are, in their order", () => {
    let deep: object = { last: variable(1) };
    for (let level = 0; level < 50_000; level++) deep = [deep];
    const found = namedParameters({ first: variable(0), deep, after: variable(2) });
    expect([...found.values()].map((parameter) => parameter.item())).toEqual([0, 1, 2]);
  });

  test("a field that refers back to its owner ends the search, not the program", () => {
    const child: { owner?: object; w: Variable } = { w: variable(1) };
    const owner = { child };
    child.owner = owner;
    expect([...namedParameters(owner).keys()]).toEqual(["child.w"]);
  });
});

/** Two inputs, as in a model of pairs. */
class Pair extends Module {
  readonly left = new Linear(2, 3);
  readonly right = new Linear(1, 3);

  forward(x: Input, z: Input): Variable {
    return this.left.forward(x).add(this.right.forward(z)).tanh().mean(1);
  }
}

describe("a module with several inputs", () => {
  test("trains: both halves learn", () => {
    const random = new Random(2);
    const [model, x, z] = [new Pair(), uniform([32, 2], random, -1, 1), uniform([32, 1], random, -1, 1)];
    const target = x.sum(1).sub(z.squeeze(1)).mul(0.2);
    const optimiser = new Adam(model.parameters(), { learningRate: 0.02 });
    const before = model.parameters().map(({ value }) => value.clone());
    for (let step = 0; step < 200; step++) {
      optimiser.zeroGrad();
      mseLoss(model.forward(x, z), target).backward();
      optimiser.step();
    }
    expect(mseLoss(model.forward(x, z), target).item()).toBeLessThan(1e-3);
    expect(model.parameters().map(({ value }, k) => value.equals(before[k]))).toEqual([false, false, false, false]);
  });

  test("has its parameters, modules, modes and state like any other", () => {
    const model = new Sequential({ forward: (x: Input) => pair.forward(x, x) });
    const pair = new Pair();
    expect([...pair.namedParameters().keys()]).toEqual(["left.weight", "left.bias", "right.weight", "right.bias"]);
    expect([...namedModules({ pair, model }).keys()]).toContain("pair.right");
    expect(pair.eval().training).toBe(false);
    expect(refusal(() => pair.loadStateDict(new Pair().stateDict()))).toBe("accepted");
  });
});

describe("modules refuse", () => {
  test("models that are not objects, and modes that are neither true nor false", () => {
    // @ts-expect-error undefined
    expect(refusal(() => parameters(undefined))).toMatchInlineSnapshot(
      `"ArgumentError: parameters: the model must be an object, got undefined"`,
    );
    // @ts-expect-error null
    expect(refusal(() => namedParameters(null))).toMatchInlineSnapshot(
      `"ArgumentError: namedParameters: the model must be an object, got null"`,
    );
    // @ts-expect-error text
    expect(refusal(() => namedModules("model"))).toMatchInlineSnapshot(
      `"ArgumentError: namedModules: the model must be an object, got "model""`,
    );
    // @ts-expect-error a number
    expect(refusal(() => new Linear(1, 1).train(0))).toMatchInlineSnapshot(
      `"ArgumentError: train: on must be true or false, got 0"`,
    );
  });
});

/** Inputs that are neither tensors nor variables. */
const notInputs: readonly unknown[] = [undefined, null, 3, "text", Symbol("s"), [[1, 2]], {}, new Linear(2, 2)];

test.each([
  new Linear(2, 2),
  new Linear(2, 2, { bias: false }),
  new Polynomial(2, 2, loretz2024),
  new Polynomial(2, 2, { ...loretz2024, elementwise: true }),
  new LayerNorm(2),
  new Sequential(),
  new Sequential(new Linear(2, 2), new ReLU()),
  ...[Dropout, ELU, Flatten, GELU, LeakyReLU, LogSoftmax, ReLU, Sigmoid, SiLU, Softmax, Softplus, Tanh].map(
    (Class) => new Class(),
  ),
])("$constructor.name refuses an input that is neither a tensor nor a variable, and says what arrived", (layer) => {
  for (const value of notInputs) {
    const call = () => Reflect.apply(layer.forward, layer, [value]);
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(
      `${layer.constructor.name}: the input must be a tensor or a variable, got ${described(value)}; make one with`,
    );
  }
});

describe("modes", () => {
  test("train and eval reach everything below, through arrays and plain objects", () => {
    const inside = new Dropout();
    const model = Object.assign(new Model(), { plain: { list: [inside] } });
    const all = () => [...namedModules(model).values()].map((layer) => layer instanceof Module && layer.training);
    expect(new Set(all())).toEqual(new Set([true]));
    expect(model.eval()).toBe(model);
    expect(new Set([...all(), inside.training])).toEqual(new Set([false]));
    expect(model.train()).toBe(model);
    expect(new Set([...all(), inside.training])).toEqual(new Set([true]));
    expect(model.train(false).training).toBe(false);
  });

  test("zeroGrad sets all gradients to undefined", () => {
    const model = new Model();
    model
      .forward(ones([2, 2]))
      .sum()
      .backward();
    expect(model.parameters().every(({ grad }) => grad !== undefined)).toBe(true);
    model.zeroGrad();
    expect(model.parameters().every(({ grad }) => grad === undefined)).toBe(true);
  });
});

describe("layers that draw random numbers", () => {
  test("stand in the order of the fields, each once, whatever holds them", () => {
    const [a, b, c] = [new Dropout(0.1), new Dropout(0.2), new Dropout(0.3)];
    const drawn: Random[] = [];
    const own = { reseed: (random: Random) => void drawn.push(random) };
    const model = { last: [a, { inner: new Sequential(new Linear(2, 2), b, a) }], own, c, none: null, reseed: 7 };
    expect(stochasticLayers(model)).toEqual([a, b, own, c]);
    expect(stochasticLayers(new Sequential(new Linear(2, 2)))).toEqual([]);
    expect(stochasticLayers(a)).toEqual([a]);
    const random = new Random(1);
    for (const layer of stochasticLayers({ own })) layer.reseed(random);
    expect(drawn).toEqual([random]);
  });
});
