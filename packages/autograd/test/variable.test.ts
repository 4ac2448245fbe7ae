/** Variables: leaves, constants, precision, and the switch that stops recording. */
import { Tensor, tensor, toFloat64 } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { constant, isRecording, noGrad, Variable, variable } from "../src/index.ts";
import { listOf } from "./differences.ts";

describe("variable", () => {
  test("takes a tensor without copying it, or what makes one", () => {
    const t = tensor([1, 2]);
    expect(variable(t).value).toBe(t);
    expect(variable([[1], [2]]).shape).toEqual([2, 1]);
    expect(variable(3).item()).toBe(3);
    expect(variable(Float32Array.of(1, 2)).shape).toEqual([2]);
  });

  test("is a leaf that requires gradients and has none yet", () => {
    const x = variable([[1, 2, 3]]);
    expect([x.requiresGrad, x.grad, x.node]).toEqual([true, undefined, undefined]);
    expect([x.shape, x.rank, x.size]).toEqual([[1, 3], 2, 3]);
  });

  test("shows itself as its tensor", () => {
    expect(String(variable([1, 2]))).toBe("variable(tensor([1, 2]))");
    expect(Reflect.get(variable(1), Symbol.for("nodejs.util.inspect.custom")).call(variable(1))).toBe(
      "variable(tensor(1))",
    );
  });

  test("has an item only if it has one element", () => {
    expect(() => variable([1, 2]).item()).toThrow(/item/);
  });
});

describe("constant", () => {
  test("requires no gradients, unless it is given a variable that does", () => {
    expect(constant(1).requiresGrad).toBe(false);
    expect(constant(tensor([1])).requiresGrad).toBe(false);
    const x = variable(1);
    expect(constant(x)).toBe(x);
  });

  test("gives numbers the precision of what they meet", () => {
    expect(constant(0.1).item()).toBe(Math.fround(0.1));
    expect(constant(0.1, toFloat64(tensor(1))).item()).toBe(0.1);
    expect(constant(0.1, tensor(1)).item()).toBe(Math.fround(0.1));
    expect(
      variable(toFloat64(tensor(1)))
        .mul(0.1)
        .item(),
    ).toBe(0.1);
  });
});

test("methods refuse what is not an operand", () => {
  const x = variable([1]);
  const wrong: unknown = "2";
  expect(() => Reflect.apply(x.add, x, [wrong])).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: add: expected a tensor, a variable or a number, got "2"; make one with tensor(...)]`,
  );
  expect(() => Reflect.apply(x.add, x, [null])).toThrow(TypeError);
  expect(() => Reflect.apply(x.add, x, [[1]])).toThrow(TypeError);
});

describe("noGrad", () => {
  test("records nothing, and gives back the result", () => {
    const x = variable([1, 2]);
    const y = noGrad(() => x.mul(2));
    expect(y).toBeInstanceOf(Variable);
    expect(listOf(y)).toEqual([2, 4]);
    expect([y.requiresGrad, y.node]).toEqual([false, undefined]);
    expect(noGrad(() => 7)).toBe(7);
  });

  test("nests, and recording returns afterwards", () => {
    const seen: boolean[] = [isRecording()];
    noGrad(() => {
      noGrad(() => seen.push(isRecording()));
      seen.push(isRecording());
    });
    expect([...seen, isRecording()]).toEqual([true, false, false, true]);
  });

  test("recording returns after an error, too", () => {
    expect(() =>
      noGrad(() => {
        throw new RangeError("inside");
      }),
    ).toThrow("inside");
    expect(isRecording()).toBe(true);
    expect(() =>
      noGrad(() =>
        noGrad(() => {
          throw new RangeError("deeper");
        }),
      ),
    ).toThrow("deeper");
    expect(isRecording()).toBe(true);
  });

  test("refuses asynchronous functions: recording would be on again before they end", () => {
    expect(() => noGrad(async () => 1)).toThrowErrorMatchingInlineSnapshot(
      `[ArgumentError: noGrad: the function must not be asynchronous; wrap its synchronous parts]`,
    );
    expect(isRecording()).toBe(true);
  });

  test("leaves made inside are leaves", () => {
    const x = noGrad(() => variable(3));
    x.square().backward();
    expect(x.grad?.item()).toBe(6);
    expect(x.value).toBeInstanceOf(Tensor);
  });

  test("backward works inside it, on what was recorded outside", () => {
    const x = variable(3);
    const y = x.square();
    noGrad(() => y.backward());
    expect(x.grad?.item()).toBe(6);
  });
});
