/** State dicts: copies that load into other models, survive JSON, and are checked before anything is written. */
import { type Variable, variable } from "@polygrad/autograd";
import { tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { Linear, loadStateDict, loretz2024, Polynomial, Sequential, type StateDict, stateDict } from "../src/index.ts";
import { refusal } from "./refusal.ts";
import { arrays } from "./state.ts";

describe("the state", () => {
  const model = () => new Sequential(new Linear(2, 3), new Polynomial(3, 1, { ...loretz2024, degree: 1 }));

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

  test("a state that does not fit is refused, the error names every entry, and nothing is written", () => {
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

  test("names that every object inherits are missing all the same", () => {
    expect(refusal(() => loadStateDict({ toString: variable(1) }, {}))).toMatch(/^ValueError: .*missing toString/);
  });

  test("an entry that is a view of a parameter is read before it is overwritten", () => {
    const model = { a: variable([1, 2]), b: variable([3, 4]) };
    loadStateDict(model, { a: model.b.value, b: model.a.value.flip() });
    expect(arrays(model)).toEqual({ a: [3, 4], b: [2, 1] });
  });

  test("in float32 loads into a model in float64, but not the other way round", () => {
    const [narrow, wide] = [{ w: variable([0.1]) }, { w: variable(Float64Array.of(0.3)) }];
    expect(refusal(() => loadStateDict(narrow, stateDict(wide)))).toMatchInlineSnapshot(
      `"ValueError: loadStateDict: w: float64 in the state, but float32 here; round the state's tensors first: tensor(x.toArray())"`,
    );
    expect(arrays(narrow)).toEqual({ w: [Math.fround(0.1)] });
    loadStateDict(wide, stateDict(narrow));
    expect(arrays(wide)).toEqual({ w: [Math.fround(0.1)] });
  });
});

describe("JSON", () => {
  const awkward = [0.1, -0, 1e-45, 3.4e38, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const model = (): { a: Variable; b: Variable; c: Variable } => ({
    a: variable([awkward, awkward]),
    b: variable(Float64Array.from([...awkward, 0.1 + 0.2])),
    c: variable(7),
  });
  const through = (state: StateDict): StateDict => JSON.parse(JSON.stringify(state));

  test("gives every parameter back, to the bit, in its shape and precision", () => {
    const [from, to] = [model(), model()];
    for (const { value } of Object.values(to)) value.data.fill(5);
    loadStateDict(to, through(stateDict(from)));
    for (const name of ["a", "b", "c"] as const) {
      expect(to[name].shape).toEqual(from[name].shape);
      // JSON writes -0 as 0, the one bit that is lost.
      expect(Array.from(to[name].value.data, (x) => x + 0)).toEqual(Array.from(from[name].value.data, (x) => x + 0));
    }
    expect(to.b.value.data).toBeInstanceOf(Float64Array);
  });

  test("of a whole network, whose weight has another order in memory than in its shape", () => {
    const build = () =>
      new Sequential(new Linear(2, 3), new Polynomial(3, 2, loretz2024), new Linear(2, 1, { bias: false }));
    const [from, to] = [build(), build()];
    to.loadStateDict(through(from.stateDict()));
    expect(arrays(to)).toEqual(arrays(from));
  });

  test("of anything else is refused, the error names the entry, and nothing is written", () => {
    const to = new Linear(2, 1);
    const before = arrays(to);
    const saved = () => JSON.parse(JSON.stringify(new Linear(2, 1).stateDict()));
    const loading = (change: (state: Record<string, object>) => unknown) => {
      const state = saved();
      change(state);
      return refusal(() => to.loadStateDict(state));
    };
    // What JSON.stringify wrote before tensors had toJSON; the entry before it is right.
    const old = { storage: {}, shape: [1], strides: [1], offset: 0, size: 1 };
    expect(loading((state) => Object.assign(state, { bias: old }))).toMatchInlineSnapshot(
      `"ArgumentError: loadStateDict: bias must be a tensor or its JSON { shape, dtype, elements }, got an object with storage, shape, strides, offset, size"`,
    );
    expect(loading((state) => Object.assign(state.bias, { elements: [1, 2] }))).toMatchInlineSnapshot(
      `"ArgumentError: loadStateDict: bias is not a tensor: tensor: 2 values do not fill shape [1], which needs 1"`,
    );
    expect(loading((state) => Object.assign(state.bias, { elements: ["one"] }))).toMatchInlineSnapshot(
      `"ArgumentError: loadStateDict: bias is not a tensor: tensor: needs a number, nested arrays of numbers or a typed array, got an object"`,
    );
    expect(loading((state) => Object.assign(state.bias, { dtype: "float16" }))).toMatchInlineSnapshot(
      `"ArgumentError: loadStateDict: bias is not a tensor: tensor: dtype must be "float32" or "float64", got "float16""`,
    );
    expect(loading((state) => Object.assign(state.bias, { shape: 1 }))).toMatchInlineSnapshot(
      `"ArgumentError: loadStateDict: bias is not a tensor: tensor: the shape must be an array of integers, such as [2, 3], got 1"`,
    );
    expect(loading((state) => Object.assign(state.bias, { dtype: "float64" }))).toMatchInlineSnapshot(
      `"ValueError: loadStateDict: bias: float64 in the state, but float32 here; round the state's tensors first: tensor(x.toArray())"`,
    );
    expect(loading((state) => Object.assign(state, { bias: null }))).toMatchInlineSnapshot(
      `"ArgumentError: loadStateDict: bias must be a tensor or its JSON { shape, dtype, elements }, got null"`,
    );
    expect(loading((state) => Object.assign(state, { bias: [1] }))).toMatchInlineSnapshot(
      `"ArgumentError: loadStateDict: bias must be a tensor or its JSON { shape, dtype, elements }, got an array of 1"`,
    );
    expect(loading((state) => Object.assign(state, { bias: {} }))).toMatchInlineSnapshot(
      `"ArgumentError: loadStateDict: bias must be a tensor or its JSON { shape, dtype, elements }, got an object with no keys"`,
    );
    expect(loading((state) => Object.assign(state.bias, { shape: [1, 1] }))).toMatchInlineSnapshot(
      `"ShapeError: loadStateDict: bias has shape [1] here and [1, 1] in the state; make the model with the same sizes"`,
    );
    expect(arrays(to)).toEqual(before);
    expect(loading(() => undefined)).toBe("accepted");
  });
});

describe("refuses", () => {
  const to = new Linear(2, 1);

  test("anything that is not a state, or not a model, and says what arrived", () => {
    // @ts-expect-error undefined
    expect(refusal(() => to.loadStateDict())).toMatchInlineSnapshot(
      `"ArgumentError: loadStateDict: the state must be a plain object of tensors by name, as stateDict() returns, got undefined"`,
    );
    // @ts-expect-error null
    expect(refusal(() => to.loadStateDict(null))).toMatchInlineSnapshot(
      `"ArgumentError: loadStateDict: the state must be a plain object of tensors by name, as stateDict() returns, got null"`,
    );
    // @ts-expect-error JSON that was not parsed
    expect(refusal(() => to.loadStateDict(JSON.stringify(to.stateDict())))).toMatchInlineSnapshot(
      `"ArgumentError: loadStateDict: the state must be a plain object of tensors by name, as stateDict() returns, got "{\\"weight\\":{\\"shape\\":[1,2],\\"dtype\\":\\"float3...""`,
    );
    expect(refusal(() => loadStateDict(to, JSON.parse("[1, 2]")))).toMatchInlineSnapshot(
      `"ArgumentError: loadStateDict: the state must be a plain object of tensors by name, as stateDict() returns, got an array of 2"`,
    );
    // @ts-expect-error the method instead of what it returns
    expect(refusal(() => to.loadStateDict(to.stateDict))).toMatchInlineSnapshot(
      `"ArgumentError: loadStateDict: the state must be a plain object of tensors by name, as stateDict() returns, got the function stateDict"`,
    );
    const map = new Map(Object.entries(to.stateDict()));
    expect(refusal(() => loadStateDict(to, Object(map)))).toMatchInlineSnapshot(
      `"ArgumentError: loadStateDict: the state must be a plain object of tensors by name, as stateDict() returns, got a Map; pass Object.fromEntries(map)"`,
    );
    // @ts-expect-error a model instead of its state
    expect(refusal(() => to.loadStateDict(to))).toMatchInlineSnapshot(
      `"ArgumentError: loadStateDict: the state must be a plain object of tensors by name, as stateDict() returns, got a Linear"`,
    );
    expect(
      refusal(() => to.loadStateDict(Object.fromEntries<never>(Object(to.namedParameters())))),
    ).toMatchInlineSnapshot(
      `"ArgumentError: loadStateDict: weight must be a tensor or its JSON { shape, dtype, elements }, got a Variable"`,
    );
    // @ts-expect-error not a model
    expect(refusal(() => loadStateDict(undefined, {}))).toMatchInlineSnapshot(
      `"ArgumentError: loadStateDict: the model must be an object, got undefined"`,
    );
    // @ts-expect-error not a model
    expect(refusal(() => stateDict(3))).toMatchInlineSnapshot(
      `"ArgumentError: stateDict: the model must be an object, got 3"`,
    );
  });

  test("the unexpected key __proto__, but loads own fields of such names", () => {
    const state = JSON.parse(`{ "__proto__": { "shape": [], "dtype": "float32", "elements": [1] } }`);
    expect(refusal(() => loadStateDict({ w: variable(1) }, state))).toBe(
      "ValueError: loadStateDict: missing w; unexpected __proto__; load the state into a model of the same structure",
    );
    const odd = { ["__proto__"]: variable(2), constructor: variable(3) };
    expect(Object.keys(stateDict(odd))).toEqual(["__proto__", "constructor"]);
    loadStateDict(odd, { ...stateDict(odd), ["__proto__"]: tensor(5) });
    expect(arrays(odd)).toEqual(
      Object.fromEntries([
        ["__proto__", 5],
        ["constructor", 3],
      ]),
    );
    const bare: Record<string, StateDict[string]> = Object.assign(Object.create(null), to.stateDict());
    expect(refusal(() => to.loadStateDict(bare))).toBe("accepted");
  });
});
