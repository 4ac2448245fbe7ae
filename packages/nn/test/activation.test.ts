/** Layers without parameters: what they compute, and their values and gradients at kinks. */
import { checkGradients, variable } from "@polygrad/autograd";
import { ones, tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import {
  crossEntropy,
  ELU,
  Flatten,
  GELU,
  LeakyReLU,
  LogSoftmax,
  nllLoss,
  ReLU,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
} from "../src/index.ts";
import { refusal } from "./refusal.ts";

const plain = [ReLU, LeakyReLU, ELU, GELU, SiLU, Softplus, Tanh, Sigmoid, Softmax, LogSoftmax, Flatten] as const;

test.each(plain)("%o has no parameters and takes tensors", (Class) => {
  expect(new Class().parameters()).toEqual([]);
  expect(new Class().eval().forward(tensor([[0, 0]])).shape).toEqual([1, 2]);
});

test("Flatten keeps the batch, also an empty one, and refuses an input with only one axis", () => {
  expect(new Flatten().forward(ones([2, 3, 4])).shape).toEqual([2, 12]);
  expect(new Flatten().forward(ones([0, 3, 4])).shape).toEqual([0, 12]);
  expect(refusal(() => new Flatten().forward(ones([3])))).toMatchInlineSnapshot(
    `"ShapeError: flatten: axis 1 is out of range for rank 1; use -1 to 0"`,
  );
});

test("the slope and alpha are those given, in the precision of the input", () => {
  const x = tensor(Float64Array.of(-2, 2));
  expect(new LeakyReLU(0.3).forward(x).value.toArray()).toEqual([-0.6, 2]);
  expect(new ELU(0.3).forward(x).value.toArray()).toEqual([expect.closeTo(0.3 * Math.expm1(-2), 15), 2]);
});

test("Softmax and LogSoftmax go along the last axis, whatever the size of the logits", () => {
  const logits = tensor([
    [0, Math.log(3), -200],
    [1e4, 1e4, 1e4],
  ]);
  const rows = new Softmax().forward(logits).value;
  const third = 1 / 3;
  const wanted = tensor([
    [0.25, 0.75, 0],
    [third, third, third],
  ]);
  expect(rows.allClose(wanted, { absolute: 1e-7 })).toBe(true);
  expect(new Softmax().forward(ones([2, 1, 4])).value.toArray()).toEqual([
    [[0.25, 0.25, 0.25, 0.25]],
    [[0.25, 0.25, 0.25, 0.25]],
  ]);
  const labels = Uint8Array.of(1, 2);
  const loss = nllLoss(new LogSoftmax().forward(logits), labels).item();
  expect(loss).toBeCloseTo((Math.log(4 / 3) + Math.log(3)) / 2, 6);
  expect(loss).toBeCloseTo(crossEntropy(logits, labels).item(), 6);
});

/** The values and the derivatives where formulas meet their kinks, overflow, or multiply Infinity by 0. */
describe("at 0, far out, and at infinity", () => {
  const far = [Number.NEGATIVE_INFINITY, -1e4, -0, 0, 1e4, Number.POSITIVE_INFINITY];
  const [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  // Limits of x / (1 + e^-x), of its derivative, and so on; at 0 as PyTorch has them.
  test.each([
    ["SiLU", new SiLU(), [0, 0, 0, 0, 1e4, high], [0, 0, 0.5, 0.5, 1, 1]],
    ["ELU", new ELU(0.5), [-0.5, -0.5, 0, 0, 1e4, high], [0, 0, 0.5, 0.5, 1, 1]],
    ["LeakyReLU", new LeakyReLU(0.25), [low, -2500, 0, 0, 1e4, high], [0.25, 0.25, 0.25, 0.25, 1, 1]],
    ["Softplus", new Softplus(), [0, 0, Math.LN2, Math.LN2, 1e4, high], [0, 0, 0.5, 0.5, 1, 1]],
    ["ReLU", new ReLU(), [0, 0, 0, 0, 1e4, high], [0, 0, 0, 0, 1, 1]],
  ] as const)("%s", (_, layer, values, slopes) => {
    const x = variable(Float64Array.from(far));
    const y = layer.forward(x);
    y.sum().backward();
    const plus = (list: Iterable<number>) => Array.from(list, (value) => value + 0);
    expect(plus(y.value.data)).toEqual(values);
    expect(plus(x.grad?.data ?? [])).toEqual(slopes);
    expect(layer.forward(tensor(far)).value.allClose(tensor(values.map(Math.fround)), { absolute: 1e-7 })).toBe(true);
    expect(layer.forward(tensor([Number.NaN])).item()).toBeNaN();
  });

  test("beyond 1024, where SiLU changes its formula, it stays x", () => {
    const xs = [1023, 1023.75, 1024, 1024.25, 1500, 2047.5, 123456, 1e30];
    expect(new SiLU().forward(tensor(xs)).value.toArray()).toEqual(xs.map(Math.fround));
    checkGradients((x) => new SiLU().forward(x), [tensor([1020, 1030, -1020, -1030])], { order: 2, tolerance: 1e-5 });
  });
});

test("activations refuse settings and inputs that do not fit, and say what arrived", () => {
  expect(refusal(() => new ELU(Number.NaN))).toMatchInlineSnapshot(`"ValueError: ELU: alpha must be finite, got NaN"`);
  expect(refusal(() => new LeakyReLU(Number.POSITIVE_INFINITY))).toMatchInlineSnapshot(
    `"ValueError: LeakyReLU: the slope must be finite, got Infinity"`,
  );
  // @ts-expect-error nested arrays are not a tensor
  expect(refusal(() => new SiLU().forward([[1, 2]]))).toMatchInlineSnapshot(
    `"ArgumentError: SiLU: the input must be a tensor or a variable, got an array of 1; make one with tensor(...)"`,
  );
});
