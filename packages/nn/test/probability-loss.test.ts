/** Losses between predicted and wanted probabilities: definitions, large logits, precision, and what they refuse. */
import { variable } from "@polygrad/autograd";
import { tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { binaryCrossEntropyWithLogits, klDivLoss } from "../src/index.ts";
import { refusal } from "./refusal.ts";

const logits = tensor([
  [0.5, -1, 2],
  [1, 0, -0.5],
]);

describe("binaryCrossEntropyWithLogits", () => {
  test("at logits of 0 is ln 2, times the weight of positive targets", () => {
    const none = logits.mul(0);
    expect(binaryCrossEntropyWithLogits(none, none).item()).toBeCloseTo(Math.LN2);
    const weighted = binaryCrossEntropyWithLogits(none, none.add(1), { positiveWeight: 3 });
    expect(weighted.item()).toBeCloseTo(3 * Math.LN2);
  });

  test("is computed in float64 from float64, the positive weight included", () => {
    const [x, t] = [variable(Float64Array.of(0.3)), tensor(Float64Array.of(1))];
    const wanted = 2.3 * Math.log1p(Math.exp(-0.3));
    const loss = binaryCrossEntropyWithLogits(x, t, { positiveWeight: 2.3 });
    expect(loss.item()).toEqual(expect.closeTo(wanted, 15));
  });

  test("has finite values and gradients for logits beyond e^88", () => {
    const x = variable([[1000, -1000]]);
    const t = tensor([[0, 1]]);
    binaryCrossEntropyWithLogits(x, t).backward();
    expect(binaryCrossEntropyWithLogits(x, t).item()).toBe(1000);
    expect(x.grad?.toArray()).toEqual([[0.5, -0.5]]);
  });
});

test("the divergence of a distribution from itself is 0; the mean over the batch is the default", () => {
  const [p, q] = [tensor([[0.5, 0.25, 0.25, 0]]), tensor([[0.25, 0.25, 0.25, 0.25]])];
  // sum p ln(p / q) = 0.5 ln 2
  expect(klDivLoss(q.log(), p).item()).toBeCloseTo(0.5 * Math.LN2, 6);
  expect(klDivLoss(p.log(), p).item()).toBe(0);
  const twice = (x: typeof p) => x.expand([2, 4]);
  expect(klDivLoss(twice(q.log()), twice(p)).item()).toBeCloseTo(0.5 * Math.LN2, 6);
  expect(klDivLoss(twice(q.log()), twice(p), { reduction: "sum" }).item()).toBeCloseTo(Math.LN2, 6);
  // Where the prediction is 0 and the target is not, it is infinite; a target below 0 has no logarithm.
  expect(klDivLoss(p.log(), q).item()).toBe(Number.POSITIVE_INFINITY);
  expect(klDivLoss(q.log(), p.sub(0.5)).item()).toBeNaN();
});

describe("refuses", () => {
  const three = tensor([1, 2, 3]);

  test.each([
    ["binary targets of another shape", () => binaryCrossEntropyWithLogits(logits, three), "ShapeError"],
    ["an empty batch of binary targets", () => binaryCrossEntropyWithLogits(tensor([]), tensor([])), "ShapeError"],
    [
      "a negative positive weight",
      () => binaryCrossEntropyWithLogits(logits, logits, { positiveWeight: -1 }),
      "ValueError",
    ],
    [
      "positive weights of NaN",
      () => binaryCrossEntropyWithLogits(logits, logits, { positiveWeight: tensor([1, Number.NaN, 2]) }),
      "ValueError",
    ],
    [
      "positive weights that do not broadcast",
      () => binaryCrossEntropyWithLogits(logits, logits, { positiveWeight: tensor([1, 2]) }),
      "ShapeError",
    ],
    ["distributions that would broadcast", () => klDivLoss(logits, three), "ShapeError"],
    ["one distribution without a batch", () => klDivLoss(three, three), "ShapeError"],
    ["an empty batch of distributions", () => klDivLoss(logits.slice(0, 0, 0), logits.slice(0, 0, 0)), "ShapeError"],
  ])("%s", (_, call, name) => {
    expect(refusal(call)).toMatch(new RegExp(`^${name}: \\w+: .+`));
  });

  test("unknown options and reductions, and a mean over no batch axis", () => {
    // @ts-expect-error PyTorch's name
    expect(refusal(() => binaryCrossEntropyWithLogits(logits, logits, { posWeight: 2 }))).toMatchInlineSnapshot(
      `"ArgumentError: binaryCrossEntropyWithLogits: there is no option "posWeight"; the options are reduction, positiveWeight"`,
    );
    // @ts-expect-error PyTorch's default, which is not a mean of divergences
    expect(refusal(() => klDivLoss(logits, logits, { reduction: "mean" }))).toMatchInlineSnapshot(
      `"ArgumentError: klDivLoss: reduction must be "batchMean" or "sum" or "none", got "mean""`,
    );
    expect(refusal(() => klDivLoss(tensor([1]), tensor([1])))).toMatchInlineSnapshot(
      `"ShapeError: klDivLoss: needs [batch, ...] to average over a batch, got [1]; use the reduction "sum""`,
    );
  });
});
