/** Modules: which parameters a model has and what they are called, its modes, and its state saved and loaded. */
import { constant, type Variable, variable } from "@polygrad/autograd";
import { ones, Random, tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import {
  Dropout,
  type Input,
  LayerNorm,
  Linear,
  loadStateDict,
  Module,
  namedModules,
  namedParameters,
  Polynomial,
  parameters,
  ReLU,
  Sequential,
  type StateDict,
  stateDict,
} from "../src/index.ts";
import { stochasticLayers } from "../src/internal.ts";
import { refusal } from "./refusal.ts";
import { arrays } from "./state.ts";

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
  readonly first = new Polynomial(2, 3);
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

  test("what refers back to its owner ends the walk, not the program", () => {
    const child: { owner?: object; w: Variable } = { w: variable(1) };
    const owner = { child };
    child.owner = owner;
    expect([...namedParameters(owner).keys()]).toEqual(["child.w"]);
  });
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

  test("zeroGrad forgets all gradients", () => {
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

describe("the state", () => {
  const model = () => new Sequential(new Linear(2, 3), new Polynomial(3, 1, { degree: 1 }));

  test("is a copy, and loads into another model", () => {
    const [from, to] = [model(), model()];
    const state = from.stateDict();
    to.loadStateDict(state);
    expect(arrays(to)).toEqual(arrays(from));
    from.parameters()[0].value.data.fill(7);
    expect(to.parameters()[0].value.equals(state["layers.0.weight"])).toBe(true);
    expect(stateDict(from)["layers.0.weight"].toArray()).toEqual([
      [7, 7],
      [7, 7],
      [7, 7],
    ]);
  });

  test("is written where the parameters lie: optimisers and workers go on seeing them", () => {
    const to = model();
    const places = to.parameters().map(({ value }) => value);
    to.loadStateDict(model().stateDict());
    expect(to.parameters().every(({ value }, k) => value === places[k])).toBe(true);
  });

  test("what does not fit is refused in words, and nothing is written", () => {
    const to = model();
    const before = arrays(to);
    const zeros: StateDict = Object.fromEntries(
      Object.entries(to.stateDict()).map(([name, value]) => [name, value.mul(0)]),
    );
    const { "layers.0.bias": bias, ...short } = zeros;
    const renamed = { ...short, bias };
    const misshapen = {
      ...zeros,
      "layers.0.bias": tensor([1, 2]),
      "layers.1.weight": zeros["layers.1.weight"].select(0, 0),
    };
    expect(refusal(() => to.loadStateDict(short))).toMatchInlineSnapshot(
      `"ValueError: loadStateDict: missing layers.0.bias; load the state into a model of the same structure"`,
    );
    expect(refusal(() => to.loadStateDict({ ...zeros, extra: bias, more: bias }))).toMatchInlineSnapshot(
      `"ValueError: loadStateDict: unexpected extra, more; load the state into a model of the same structure"`,
    );
    expect(refusal(() => to.loadStateDict(renamed))).toMatchInlineSnapshot(
      `"ValueError: loadStateDict: missing layers.0.bias; unexpected bias; load the state into a model of the same structure"`,
    );
    expect(refusal(() => to.loadStateDict(misshapen))).toMatchInlineSnapshot(
      `"ShapeError: loadStateDict: layers.0.bias has shape [3] here and [2] in the state; layers.1.weight has shape [1, 3, 2] here and [3, 2] in the state; make the model with the same sizes"`,
    );
    // A size-one or broadcasting shape is another shape too.
    expect(refusal(() => to.loadStateDict({ ...zeros, "layers.0.bias": tensor(0) }))).toMatch(/^ShapeError/);
    expect(refusal(() => loadStateDict(to, {}))).toMatch(
      /^ValueError: loadStateDict: missing layers.0.weight, layers.0/,
    );
    expect(arrays(to)).toEqual(before);
  });

  test("names that every object has are missing all the same", () => {
    expect(refusal(() => loadStateDict({ toString: variable(1) }, {}))).toMatch(/^ValueError: .*missing toString/);
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
