/** Sequential: its layers one after the other, with the bits of that also where two of them are computed as one. */
import { constant, Variable, variable } from "@polygrad/autograd";
import { normal, Random, type Tensor, tensor } from "@polygrad/tensor";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type Input, type Layer, Linear, loretz2024, type Module, Polynomial, ReLU, Sequential } from "../src/index.ts";
import { kinds, under } from "./kernel-kinds.ts";
import { refusal } from "./refusal.ts";

afterEach(() => vi.restoreAllMocks());

test("is its layers one after the other; of none, the identity", () => {
  const [a, b] = [new Linear(2, 3), new Linear(3, 1)];
  const x = tensor([[1, -2]]);
  expect(new Sequential(a, b).forward(x).item()).toBe(b.forward(a.forward(x)).item());
  expect(new Sequential().forward(x).value).toBe(x);
  expect(new Sequential({ forward: (y) => constant(y).mul(2) }).forward(x).value.toArray()).toEqual([[2, -4]]);
});

/** What a list of layers means. */
function oneByOne(layers: readonly Layer[], x: Input): Variable {
  return layers.reduce((y, layer) => layer.forward(y), constant(x));
}

/** The value, and the gradients with respect to the input and all parameters. */
function results(model: Module, forward: (x: Variable) => Variable, input: Tensor): unknown[] {
  model.zeroGrad();
  const x = variable(input);
  const y = forward(x);
  y.backward(normal(y.shape, new Random(2)));
  return [y.value, x.grad, ...model.parameters().map(({ grad }) => grad)].map((part) => part?.toArray());
}

/** How often, while a model computes, `linear` runs with relu, and `relu` by itself. */
function ran(model: Layer, x: Input): { together: number; alone: number } {
  const [linear, relu] = [vi.spyOn(Variable.prototype, "linear"), vi.spyOn(Variable.prototype, "relu")];
  model.forward(x);
  const together = linear.mock.calls.filter(([, , withRelu]) => withRelu === true).length;
  const alone = relu.mock.calls.length;
  vi.restoreAllMocks();
  return { together, alone };
}

class Doubled extends Linear {
  override forward(x: Input): Variable {
    return super.forward(x).mul(2);
  }
}

class Leaky extends ReLU {
  override forward(x: Input): Variable {
    return constant(x).maximum(constant(x).mul(0.1));
  }
}

/** A name of its own, and nothing else. */
class Dense extends Linear {}

const random = new Random(1);
const layer = (inputs: number, outputs: number, bias = true): Linear => new Linear(inputs, outputs, { random, bias });
const changed = layer(3, 3);
changed.forward = (x) => constant(x).mul(3);
const changedReLU = new ReLU();
changedReLU.forward = (x) => constant(x).abs();
const shared = layer(3, 3);

/** Models, and what is to run together (Linear and ReLU) and alone (ReLU). */
const models: Readonly<Record<string, readonly [layers: readonly Layer[], together: number, alone: number]>> = {
  "Linear, ReLU": [[layer(3, 4), new ReLU()], 1, 0],
  "Linear, ReLU, Linear, ReLU, Linear": [[layer(3, 4), new ReLU(), layer(4, 4), new ReLU(), layer(4, 2)], 2, 0],
  "Linear, ReLU, ReLU": [[layer(3, 4), new ReLU(), new ReLU()], 1, 1],
  "Linear, Linear, ReLU": [[layer(3, 4), layer(4, 4), new ReLU()], 1, 0],
  "ReLU, Linear": [[new ReLU(), layer(3, 4)], 0, 1],
  "Polynomial, ReLU": [[new Polynomial(3, 4, { ...loretz2024, random }), new ReLU()], 0, 1],
  "a layer used twice": [[shared, new ReLU(), shared, new ReLU()], 2, 0],
  "Linear without a bias": [[layer(3, 4, false), new ReLU()], 0, 1],
  "a subclass of Linear with a forward of its own": [[new Doubled(3, 4, { random }), new ReLU()], 0, 1],
  "a subclass of Linear without": [[new Dense(3, 4, { random }), new ReLU()], 1, 0],
  "a subclass of ReLU with a forward of its own": [[layer(3, 4), new Leaky()], 0, 0],
  "a Linear whose forward was replaced": [[changed, new ReLU()], 0, 1],
  "a ReLU whose forward was replaced": [[layer(3, 4), changedReLU], 0, 0],
  "a Sequential inside": [[new Sequential(layer(3, 4), new ReLU()), new Sequential(layer(4, 4)), new ReLU()], 1, 1],
};

describe.each(Object.entries(models))("%s", (_, [layers, together, alone]) => {
  const model = new Sequential(...layers);

  test("how many pairs run as one kernel", () => {
    expect(ran(model, normal([2, 3], random))).toEqual({ together, alone });
  });

  test.each(kinds)("values and gradients have the bits of the layers one by one, with %s kernels", (kind) => {
    for (const shape of [[3], [1, 3], [70, 3], [5, 7, 3], [0, 3]])
      under(kind, () => {
        const x = normal(shape, random);
        const found = results(model, (v) => model.forward(v), x);
        expect(found).toEqual(results(model, (v) => oneByOne(layers, v), x));
      });
  });
});

test("a prototype whose forward was replaced is called", () => {
  const model = new Sequential(layer(3, 4), new ReLU());
  const spy = vi.spyOn(ReLU.prototype, "forward");
  model.forward(normal([2, 3], random));
  expect(spy).toHaveBeenCalledTimes(1);
});

test("an input of the wrong size gets the error of the linear layer", () => {
  expect(() => new Sequential(layer(3, 4), new ReLU()).forward(normal([2, 5], random))).toThrow(
    "linear: needs [..., inputs], [outputs, inputs] and [outputs], got [2, 5], [4, 3] and [4]",
  );
});

test("anything that is not a layer, or returns no variable, is refused, and the error says what arrived", () => {
  // @ts-expect-error a list of layers
  expect(refusal(() => new Sequential([layer(3, 4), new ReLU()]))).toMatchInlineSnapshot(
    `"ArgumentError: Sequential: layer 0 must be an object with a method forward, got an array of 2; pass the layers one by one: new Sequential(...layers)"`,
  );
  // @ts-expect-error a class, not an instance
  expect(refusal(() => new Sequential(layer(3, 4), ReLU))).toMatchInlineSnapshot(
    `"ArgumentError: Sequential: layer 1 must be an object with a method forward, got the function ReLU"`,
  );
  // @ts-expect-error undefined
  expect(refusal(() => new Sequential(undefined))).toMatchInlineSnapshot(
    `"ArgumentError: Sequential: layer 0 must be an object with a method forward, got undefined"`,
  );
  // @ts-expect-error a function is not a layer
  expect(refusal(() => new Sequential((x: Input) => constant(x)))).toMatchInlineSnapshot(
    `"ArgumentError: Sequential: layer 0 must be an object with a method forward, got a function"`,
  );
  // @ts-expect-error a layer that forgets to return
  expect(refusal(() => new Sequential({ forward: () => undefined }).forward(tensor([1])))).toMatchInlineSnapshot(
    `"ArgumentError: Sequential: the result of layer 0 must be a tensor or a variable, got undefined; make one with tensor(...)"`,
  );
  // @ts-expect-error a number is not an input
  expect(refusal(() => new Sequential().forward(3))).toMatchInlineSnapshot(
    `"ArgumentError: Sequential: the input must be a tensor or a variable, got 3; make one with tensor(...)"`,
  );
});
