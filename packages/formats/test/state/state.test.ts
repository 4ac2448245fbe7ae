/** Saved states: what goes into a file comes out of it, and what does not fit changes nothing. */
import { variable } from "@polygrad/autograd";
import { Linear, Module, manualSeed, Sequential } from "@polygrad/nn";
import { Random, Tensor, tensor } from "@polygrad/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tensors } from "../../../tensor/test/arbitraries.ts";
import { FormatError } from "../../src/errors.ts";
import { encodeSafetensors } from "../../src/safetensors/encode.ts";
import { parseSafetensors } from "../../src/safetensors/parse.ts";
import { encodeState, loadState } from "../../src/state/state.ts";

/** Anything with a state. */
class Holder {
  state: object;

  constructor(state: object) {
    this.state = state;
  }

  stateDict(): object {
    return this.state;
  }

  loadStateDict(state: object): void {
    if ("refuse" in state) throw new RangeError("not this one");
    this.state = state;
  }
}

function model(seed: number): Sequential {
  manualSeed(seed);
  return new Sequential(new Linear(3, 2), new Linear(2, 1));
}

function roundTrip(state: object): object {
  const copy = new Holder({});
  loadState(encodeState({ part: new Holder(state) }), { part: copy });
  return copy.state;
}

test("a model, a random stream, a number, text and a flag", () => {
  const random = new Random(3);
  random.uint32();
  const saved = encodeState({ model: model(1), random, epoch: 3, note: "so far", done: false });
  const parts = { model: model(2), random: new Random(0), epoch: 0, note: "", done: true };
  const loaded = loadState(saved, parts);
  expect(loaded).toMatchObject({ epoch: 3, note: "so far", done: false });
  expect([loaded.model, loaded.random]).toEqual([parts.model, parts.random]);
  expect(parts.model.stateDict()).toEqual(model(1).stateDict());
  expect(parts.random.uint32()).toBe(random.uint32());
  expect(parts.epoch).toBe(0); // what was given is not changed
});

test("other programs find the tensors under their names, and the rest as JSON", () => {
  const { tensors, metadata, dtypes } = parseSafetensors(
    encodeState({
      model: model(1),
      random: new Random(3),
      epoch: 3,
      loader: new Holder({ epoch: 2, order: Int32Array.of(1, 0) }),
    }),
  );
  expect(Object.keys(tensors).sort()).toEqual([
    ...["loader.order", "model.layers.0.bias", "model.layers.0.weight"],
    ...["model.layers.1.bias", "model.layers.1.weight", "random"],
  ]);
  expect([dtypes["loader.order"], dtypes.random, dtypes["model.layers.0.weight"]]).toEqual(["I32", "U32", "F32"]);
  expect({ ...metadata }).toEqual({
    "polygrad.state": "1",
    model: JSON.stringify({
      "layers.0.weight": { $: "tensor" },
      "layers.0.bias": { $: "tensor" },
      "layers.1.weight": { $: "tensor" },
      "layers.1.bias": { $: "tensor" },
    }),
    random: '{"$":"Uint32Array"}',
    epoch: "3",
    loader: '{"epoch":2,"order":{"$":"Int32Array"}}',
  });
});

test("any state comes back as it was", () => {
  const key = fc.string({ maxLength: 5 }).filter((name) => !["__proto__", "$"].includes(name) && !name.includes("."));
  const arrays = fc.oneof(
    ...[fc.int8Array(), fc.uint8Array(), fc.int16Array(), fc.uint16Array(), fc.int32Array(), fc.uint32Array()],
    ...[fc.float32Array(), fc.float64Array()],
  );
  const { state } = fc.letrec<{ state: object; value: unknown }>((tie) => ({
    state: fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
    value: fc.oneof(
      { depthSize: "small" },
      fc.oneof(fc.double(), fc.integer()),
      fc.string(),
      fc.constantFrom(true, false, null),
      tensors({ contents: "special" }, 0, 3),
      tensors({ contents: "special", double: true }, 0, 3),
      arrays,
      fc.array(tie("value"), { maxLength: 3 }),
      tie("state"),
    ),
  }));
  fc.assert(
    fc.property(state, (given) => {
      expect(plain(roundTrip(given))).toEqual(plain(given));
    }),
    { numRuns: 300 },
  );
});

/** The same with each tensor as its elements, its shape and its precision. */
function plain(value: unknown): unknown {
  if (value instanceof Tensor) return { shape: value.shape, dtype: value.dtype, elements: [...value.clone().data] };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
}

test("what is undefined is left out, and what was loaded shares no memory with the file", () => {
  expect(roundTrip({ a: undefined, b: 1 })).toEqual({ b: 1 });
  const saved = encodeState({ part: new Holder({ x: tensor([1, 2]) }) });
  const [first, second] = [new Holder({}), new Holder({})];
  loadState(saved, { part: first });
  const { x } = Object(first.state);
  x.assign(tensor([3, 4]));
  loadState(saved, { part: second });
  expect(Object(second.state).x.toArray()).toEqual([1, 2]);
});

test("a part of a file may be loaded alone", () => {
  const saved = encodeState({ model: model(1), epoch: 3 });
  expect(loadState(saved, { epoch: 0 })).toEqual({ epoch: 3 });
  const own = model(2);
  loadState(saved, { model: own });
  expect(own.stateDict()).toEqual(model(1).stateDict());
});

describe("nothing changes", () => {
  test("if a later part refuses its state", () => {
    const saved = encodeState({
      model: model(1),
      random: new Random(1),
      other: new Holder({ refuse: true }),
      epoch: 3,
    });
    const random = new Random(2);
    const parts = { model: model(2), random, other: new Holder({ a: 1 }), epoch: 0 };
    const refused = () => loadState(saved, parts, { file: "run" });
    expect(refused).toThrowErrorMatchingInlineSnapshot(
      `[FormatError: loadState: run: "other": not this one; nothing was changed]`,
    );
    expect(parts.model.stateDict()).toEqual(model(2).stateDict());
    expect(random.uint32()).toBe(new Random(2).uint32());
    expect(parts.other.state).toEqual({ a: 1 });
    try {
      refused();
    } catch (error) {
      expect(error).toMatchObject({ cause: new RangeError("not this one") });
    }
  });

  test("if the model has another shape", () => {
    class Other extends Module {
      weight = variable(tensor([1, 2]));
      forward(): never {
        throw new Error("not used");
      }
    }
    const random = new Random(2);
    const saved = encodeState({ random: new Random(1), model: model(1) });
    expect(() => loadState(saved, { random, model: new Other() })).toThrowErrorMatchingInlineSnapshot(
      `[FormatError: loadState: saved state: "model": loadStateDict: missing weight; unexpected layers.0.weight, layers.0.bias, layers.1.weight, layers.1.bias; load the state into a model of the same structure; nothing was changed]`,
    );
    expect(random.uint32()).toBe(new Random(2).uint32());
  });
});

describe("errors name the part:", () => {
  const metadataOf = (metadata: Record<string, string>) => encodeSafetensors({ x: tensor([1]) }, { metadata });
  const version = { "polygrad.state": "1" };
  const holder = new Holder({});
  test.each<readonly [string, () => unknown]>([
    ["other tensors", () => loadState(encodeSafetensors({ x: tensor([1]) }), { epoch: 0 })],
    ["another version", () => loadState(metadataOf({ "polygrad.state": "2" }), { epoch: 0 })],
    ["a missing part", () => loadState(encodeState({ model: model(1), note: "" }), { epoch: 0 })],
    ["a part of another kind", () => loadState(encodeState({ epoch: "3" }), { epoch: 0 })],
    ["a number for a model", () => loadState(encodeState({ model: 3 }), { model: model(1) })],
    ["a model for a number", () => loadState(encodeState({ model: model(1) }), { model: 3 })],
    ["a number for a random stream", () => loadState(encodeState({ random: 3 }), { random: new Random(0) })],
    ["JSON that ends early", () => loadState(metadataOf({ ...version, holder: '{"a":' }), { holder })],
    ["JSON with a name twice", () => loadState(metadataOf({ ...version, holder: '{"a":1,"a":2}' }), { holder })],
    ["JSON with __proto__", () => loadState(metadataOf({ ...version, holder: '{"__proto__":1}' }), { holder })],
    [
      "a tensor that is missing",
      () => loadState(metadataOf({ ...version, holder: '{"a":{"$":"tensor"}}' }), { holder }),
    ],
    ["an unknown kind of value", () => loadState(metadataOf({ ...version, x: '{"$":"constructor"}' }), { x: holder })],
    ["a kind that is no text", () => loadState(metadataOf({ ...version, x: '{"$":1}' }), { x: holder })],
    ["no file", () => loadState(Uint8Array.of(1, 2, 3), { epoch: 0 }, { file: "run" })],
    ["a part that is nothing", () => Reflect.apply(encodeState, undefined, [{ epoch: undefined }])],
    ["a part without a state", () => Reflect.apply(encodeState, undefined, [{ model: new Map() }])],
    ["parts that are a list", () => Reflect.apply(encodeState, undefined, [[1]])],
    ["a reserved name", () => encodeState({ "polygrad.state": 1 })],
    ["__proto__", () => encodeState(Object.fromEntries([["__proto__", 1]]))],
    ["a state that holds a date", () => encodeState({ x: new Holder({ a: [new Date(0)] }) })],
    ["a state that holds a function", () => encodeState({ x: new Holder({ a: () => 1 }) })],
    ["a state that holds a BigInt", () => encodeState({ x: new Holder({ a: 1n }) })],
    ["a state that is a map", () => encodeState({ x: new Holder(new Map()) })],
    ["a state with a reserved name", () => encodeState({ x: new Holder({ $: 1 }) })],
    ["two tensors of one path", () => encodeState({ x: new Holder({ "a.b": tensor(1), a: { b: tensor(1) } }) })],
  ])("%s", (_, attempt) => {
    let message = "accepted";
    try {
      attempt();
    } catch (error) {
      message = String(error).replace(/(not valid JSON): .*/, "$1: the engine's reason");
    }
    expect(message).toMatchSnapshot();
  });

  test("a state that holds itself", () => {
    const cycle: Record<string, unknown> = {};
    cycle.cycle = cycle;
    expect(() => encodeState({ x: new Holder(cycle) })).toThrow(FormatError);
  });
});
