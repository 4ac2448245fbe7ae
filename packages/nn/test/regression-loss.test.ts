/** Losses between predicted and wanted numbers: defaults, infinite errors, precision, and what they refuse. */
import { variable } from "@polygrad/autograd";
import { tensor, zeros } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { huberLoss, l1Loss, mseLoss, smoothL1Loss } from "../src/index.ts";
import { refusal } from "./refusal.ts";

const x = tensor([
  [0.5, -1, 2],
  [1, 0, -0.5],
]);

test("the mean is the default", () => {
  const target = x.mul(2);
  for (const loss of [mseLoss, l1Loss, huberLoss, smoothL1Loss]) {
    expect(loss(x, target).item()).toBe(loss(x, target, { reduction: "mean" }).item());
    expect(loss(x, target).item()).toBeCloseTo(loss(x, target, { reduction: "sum" }).item() / 6);
  }
  // Half the square of 0.5, and 3 - 1/2.
  expect(smoothL1Loss(tensor([0.5, 3]), tensor([0, 0])).item()).toBe((0.125 + 2.5) / 2);
});

test("infinite errors have the finite gradients of the definition", () => {
  const errors = [Number.NEGATIVE_INFINITY, -1e30, -0.5, 0, 0.5, 1e30, Number.POSITIVE_INFINITY];
  for (const [loss, slopes] of [
    [huberLoss, [-1, -1, -0.5, 0, 0.5, 1, 1]],
    [smoothL1Loss, [-1, -1, -0.5, 0, 0.5, 1, 1]],
    [l1Loss, [-1, -1, -1, 0, 1, 1, 1]],
  ] as const) {
    const prediction = variable(errors);
    loss(prediction, zeros([errors.length]), { reduction: "sum" }).backward();
    expect(prediction.grad?.toArray()).toEqual(slopes);
  }
});

test("inputs in float64 give losses in float64, options included", () => {
  const [prediction, target] = [variable(Float64Array.of(0.3)), tensor(Float64Array.of(1))];
  const exact = (value: number) => expect.closeTo(value, 15);
  expect(huberLoss(prediction, target, { delta: 0.1 }).item()).toEqual(exact(0.1 * (0.7 - 0.05)));
  expect(smoothL1Loss(prediction, target, { beta: 0.1 }).item()).toEqual(exact(0.7 - 0.05));
});

describe("refuses", () => {
  const three = tensor([1, 2, 3]);

  test.each([
    ["targets that would broadcast", () => mseLoss(x, three), "ShapeError"],
    ["an empty batch", () => mseLoss(tensor([]), tensor([])), "ShapeError"],
    ["a missing target", () => Reflect.apply(mseLoss, undefined, [x]), "ArgumentError"],
    ["targets of l1Loss that would broadcast", () => l1Loss(x, three), "ShapeError"],
    ["an empty batch in l1Loss", () => l1Loss(tensor([]), tensor([])), "ShapeError"],
    ["targets of huberLoss that would broadcast", () => huberLoss(x, three), "ShapeError"],
    ["a delta of 0", () => huberLoss(x, x, { delta: 0 }), "ValueError"],
    ["an infinite delta", () => huberLoss(x, x, { delta: Number.POSITIVE_INFINITY }), "ValueError"],
    ["a beta of 0", () => smoothL1Loss(x, x, { beta: 0 }), "ValueError"],
    ["a beta of NaN", () => smoothL1Loss(x, x, { beta: Number.NaN }), "ValueError"],
  ])("%s", (_, call, name) => {
    expect(refusal(call)).toMatch(new RegExp(`^${name}: \\w+: .+`));
  });

  test("shapes that differ and empty batches, and gives the shapes", () => {
    expect(refusal(() => mseLoss(x, three))).toMatchInlineSnapshot(
      `"ShapeError: mseLoss: prediction [2, 3] and target [3] must have one shape; reshape one"`,
    );
    expect(refusal(() => mseLoss(tensor([]), tensor([])))).toMatchInlineSnapshot(
      `"ShapeError: mseLoss: the batch is empty; pass at least one sample"`,
    );
  });

  test("arguments of the wrong kind, and says what arrived", () => {
    // @ts-expect-error no such reduction
    expect(refusal(() => mseLoss(x, x, { reduction: "max" }))).toMatchInlineSnapshot(
      `"ArgumentError: mseLoss: reduction must be "mean" or "sum" or "none", got "max""`,
    );
    // @ts-expect-error the reduction is an option
    expect(refusal(() => l1Loss(x, x, "sum"))).toMatchInlineSnapshot(
      `"ArgumentError: l1Loss: options must be a plain object with any of reduction, got "sum""`,
    );
    // @ts-expect-error a number
    expect(refusal(() => mseLoss(x, 3))).toMatchInlineSnapshot(
      `"ArgumentError: mseLoss: the target must be a tensor or a variable, got 3; make one with tensor(...)"`,
    );
  });
});
