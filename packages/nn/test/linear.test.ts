/** The linear layer: x W^T + b for inputs of any rank, and what it refuses. (Gradients: gradients.test.ts.) */
import { normal, Random, tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { Linear } from "../src/index.ts";
import { refusal } from "./refusal.ts";

const random = new Random(1);

describe("Linear", () => {
  test("maps the last axis, whatever stands before it", () => {
    for (const bias of [true, false]) {
      const layer = new Linear(3, 2, { random, bias });
      const x = normal([4, 5, 3], random);
      const y = layer.forward(x).value;
      expect(y.shape).toEqual([4, 5, 2]);
      expect(layer.forward(x.select(0, 3).select(0, 2)).value.allClose(y.select(0, 3).select(0, 2))).toBe(true);
      expect(layer.forward(x.slice(0, 0, 0)).shape).toEqual([0, 5, 2]);
    }
  });

  test("has a bias by default", () => {
    expect([...new Linear(3, 2).namedParameters().keys()]).toEqual(["weight", "bias"]);
    expect([...new Linear(3, 2, { bias: false }).namedParameters().keys()]).toEqual(["weight"]);
    expect(new Linear(3, 2, { bias: false }).bias).toBeUndefined();
  });

  test("refuses sizes that are not positive integers", () => {
    for (const size of [0, -1, 2.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(refusal(() => new Linear(size, 2))).toMatch(/^ValueError: Linear: inputs must be a positive integer, got/);
      expect(refusal(() => new Linear(2, size))).toMatch(
        /^ValueError: Linear: outputs must be a positive integer, got/,
      );
    }
    expect(refusal(() => new Linear(0, 2))).toMatchInlineSnapshot(
      `"ValueError: Linear: inputs must be a positive integer, got 0"`,
    );
  });

  test("refuses inputs of another size, and gives all shapes", () => {
    expect(refusal(() => new Linear(3, 2).forward(tensor([[1, 2]])))).toMatchInlineSnapshot(
      `"ShapeError: linear: needs [..., inputs], [outputs, inputs] and [outputs], got [1, 2], [2, 3] and [2]"`,
    );
    expect(refusal(() => new Linear(3, 2).forward(tensor(1)))).toMatch(/^ShapeError: linear/);
    expect(refusal(() => new Linear(3, 2, { bias: false }).forward(tensor([1, 2])))).toMatch(/^ShapeError: linear/);
  });

  test("refuses misspelt options, and options and arguments of the wrong kind", () => {
    // @ts-expect-error not an option
    expect(refusal(() => new Linear(3, 2, { dtype: "float64" }))).toMatchInlineSnapshot(
      `"ArgumentError: Linear: there is no option "dtype"; the options are bias, random"`,
    );
    // @ts-expect-error PyTorch's third argument
    expect(refusal(() => new Linear(3, 2, false))).toMatchInlineSnapshot(
      `"ArgumentError: Linear: options must be a plain object with any of bias, random, got false"`,
    );
    // @ts-expect-error not a boolean
    expect(refusal(() => new Linear(3, 2, { bias: 0 }))).toMatchInlineSnapshot(
      `"ArgumentError: Linear: bias must be true or false, got 0"`,
    );
    // @ts-expect-error the size of the outputs is missing
    expect(refusal(() => new Linear(3))).toMatchInlineSnapshot(
      `"ArgumentError: Linear: outputs must be a number, got undefined"`,
    );
    // @ts-expect-error the input is missing
    expect(refusal(() => new Linear(3, 2).forward())).toMatchInlineSnapshot(
      `"ArgumentError: Linear: the input must be a tensor or a variable, got undefined; make one with tensor(...)"`,
    );
    expect(refusal(() => new Linear(1e9, 1e9))).toMatchInlineSnapshot(
      `"MemoryError: linearUniform: [1000000000, 1000000000] has 1000000000000000000 elements; a tensor has at most 2^30"`,
    );
  });
});
