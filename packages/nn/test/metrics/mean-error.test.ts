/** Mean squared and mean absolute error against sums in float64; examples of scikit-learn; what they refuse. */
import { constant } from "@polygrad/autograd";
import { normal, Random, tensor, zeros } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { MeanAbsoluteError, MeanSquaredError } from "../../src/index.ts";
import { refusal } from "../refusal.ts";

describe("mean squared and mean absolute error", () => {
  test("are those of scikit-learn's documentation", () => {
    const [truth, predictions] = [tensor([3, -0.5, 2, 7]), tensor([2.5, 0, 2, 8])];
    expect(new MeanSquaredError().add(predictions, truth).value).toBe(0.375);
    expect(new MeanAbsoluteError().add(constant(predictions), truth).value).toBe(0.5);
  });

  test("are taken over all elements, in double precision, whatever the shapes and strides of the batches", () => {
    const random = new Random(1);
    const batches = [[3, 2], [4], [2, 2, 3], [0, 5], []].map((shape) => [
      normal(shape, random, 1e4),
      normal(shape, random, 1e4),
    ]);
    batches.push([normal([3, 4], random).transpose(), normal([4, 3], random)]);
    const [squared, absolute] = [new MeanSquaredError(), new MeanAbsoluteError()];
    const errors: number[] = [];
    for (const [x, y] of batches) {
      squared.add(x, y);
      absolute.add(x, y);
      const [predictions, targets] = [x.clone().data, y.clone().data];
      errors.push(...Array.from(predictions, (value, k) => value - targets[k]));
    }
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(squared.value).toBeCloseTo(mean(errors.map((error) => error ** 2)), 12);
    expect(absolute.value).toBeCloseTo(mean(errors.map(Math.abs)), 12);
  });

  test("are NaN as soon as an element is", () => {
    expect(new MeanSquaredError().add(tensor([Number.NaN, 1]), zeros(2)).value).toBeNaN();
  });

  test("refuse what does not fit, and say what arrived", () => {
    expect(refusal(() => new MeanSquaredError().add(zeros([2, 1]), zeros([2])))).toMatchInlineSnapshot(
      `"ShapeError: MeanSquaredError: prediction [2, 1] and target [2] must have one shape; reshape one"`,
    );
    // @ts-expect-error the targets are missing
    expect(refusal(() => new MeanAbsoluteError().add(zeros([2])))).toMatchInlineSnapshot(
      `"ArgumentError: MeanAbsoluteError: the target must be a tensor or a variable, got undefined; make one with tensor(...)"`,
    );
    expect(refusal(() => new MeanAbsoluteError().value)).toMatch(/^ValueError: MeanAbsoluteError: nothing has been/);
  });
});
