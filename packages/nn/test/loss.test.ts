/** Losses over classes: defaults, edges, and what they refuse; and the loss as a number. */
import { variable } from "@polygrad/autograd";
import { tensor, zeros } from "@polygrad/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crossEntropy, lossValue, nllLoss } from "../src/index.ts";
import { refusal } from "./refusal.ts";

const logits = tensor([
  [0.5, -1, 2],
  [1, 0, -0.5],
]);
const labels = [2, 0];

test("the mean, unsmoothed and unweighted, is the default", () => {
  const loss = crossEntropy(logits, labels).item();
  expect(loss).toBe(crossEntropy(logits, labels, { reduction: "mean" }).item());
  expect(loss).toBeCloseTo(crossEntropy(logits, labels, { reduction: "sum" }).item() / 2, 6);
  expect(loss).toBeCloseTo(crossEntropy(logits, labels, { labelSmoothing: 0, weight: tensor([1, 1, 1]) }).item(), 6);
});

test("cross entropy is the negative log-likelihood of logSoftmax, whatever kind of array holds the labels", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(2), fc.integer({ min: -90, max: 90 })), { minLength: 1 }), (rows) => {
      const x = tensor(rows.map(([, shift]) => [shift, 0, -1]));
      const classes = rows.map(([label]) => label);
      const wanted = nllLoss(variable(x).logSoftmax(1), classes).item();
      for (const kind of [classes, Int32Array.from(classes), Uint8Array.from(classes)])
        expect(crossEntropy(x, kind).item()).toBeCloseTo(wanted, 4);
    }),
  );
});

test("an infinite logit gives NaN for every option, as in PyTorch; -Infinity gives a class the probability 0", () => {
  const weight = tensor([1, 2, 0.5]);
  for (const reduction of ["mean", "sum", "none"] as const)
    for (const option of [{}, { labelSmoothing: 0.1 }, { weight }, { weight, labelSmoothing: 0.1 }]) {
      for (const label of [0, 1]) {
        const lost = crossEntropy(tensor([[Number.POSITIVE_INFINITY, 1, 2]]), [label], { reduction, ...option });
        expect(lost.sum().item()).toBeNaN();
      }
      const masked = crossEntropy(tensor([[Number.NEGATIVE_INFINITY, 1, 2]]), [1], { reduction, ...option });
      const wanted = "labelSmoothing" in option ? Number.POSITIVE_INFINITY : Math.log(1 + Math.E);
      const factor = "weight" in option && reduction !== "mean" ? 2 : 1;
      expect(masked.sum().item()).toBeCloseTo(factor * wanted, 5);
    }
});

test("cross entropy is computed in float64 from float64, the smoothing included", () => {
  const rows = tensor(Float64Array.of(0.3, -0.2), [1, 2]);
  const [first, second] = [-Math.log1p(Math.exp(-0.5)), -Math.log1p(Math.exp(0.5))];
  const smoothed = -(0.9 * first + 0.05 * (first + second));
  expect(crossEntropy(rows, [0], { labelSmoothing: 0.1 }).item()).toEqual(expect.closeTo(smoothed, 15));
});

test("cross entropy of logits beyond e^88 is finite", () => {
  expect(crossEntropy(tensor([[1000, -1000]]), [1]).item()).toBe(2000);
});

describe("refuses", () => {
  test.each([
    ["too few labels", () => crossEntropy(logits, [1]), "ShapeError"],
    ["too many labels", () => crossEntropy(logits, [0, 1, 2], { reduction: "sum" }), "ShapeError"],
    ["logits that are not a matrix", () => crossEntropy(tensor([1, 2, 3]), [0, 1, 2]), "ShapeError"],
    ["a class below 0", () => crossEntropy(logits, [0, -1]), "ValueError"],
    ["a class above the last", () => crossEntropy(logits, [3, 0], { labelSmoothing: 0.1 }), "ValueError"],
    ["a class of 0.5", () => crossEntropy(logits, [0, 0.5], { reduction: "none" }), "ValueError"],
    ["NaN as a class", () => crossEntropy(logits, [Number.NaN, 0]), "ValueError"],
    ["an empty batch", () => crossEntropy(logits.slice(0, 0, 0), []), "ShapeError"],
    ["an empty batch, unreduced", () => crossEntropy(logits.slice(0, 0, 0), [], { reduction: "none" }), "ShapeError"],
    ["smoothing below 0", () => crossEntropy(logits, labels, { labelSmoothing: -0.1 }), "ValueError"],
    ["smoothing above 1", () => crossEntropy(logits, labels, { labelSmoothing: 1.5 }), "ValueError"],
    ["weights for more classes", () => crossEntropy(logits, labels, { weight: tensor([1, 1, 1, 1]) }), "ShapeError"],
    ["one weight for all classes", () => crossEntropy(logits, labels, { weight: tensor([1]) }), "ShapeError"],
    ["weights for fewer classes", () => nllLoss(logits, [0, 1], { weight: tensor([1, 1]) }), "ShapeError"],
    ["too few labels for nllLoss", () => nllLoss(logits, [0]), "ShapeError"],
    ["a class above the last in nllLoss", () => nllLoss(logits, [0, 3]), "ValueError"],
    ["an empty batch in nllLoss", () => nllLoss(logits.slice(0, 0, 0), []), "ShapeError"],
    ["weights below 0", () => crossEntropy(logits, labels, { weight: tensor([1, -1, 1]) }), "ValueError"],
    ["weights of NaN", () => nllLoss(logits, labels, { weight: tensor([1, Number.NaN, 1]) }), "ValueError"],
    [
      "infinite weights",
      () => crossEntropy(logits, labels, { weight: tensor([1, Number.POSITIVE_INFINITY, 1]) }),
      "ValueError",
    ],
    ["only weights of 0", () => crossEntropy(logits, [1, 1], { weight: tensor([1, 0, 1]) }), "ValueError"],
    ["only weights of 0 in nllLoss", () => nllLoss(logits, [1, 1], { weight: tensor([1, 0, 1]) }), "ValueError"],
    ["a tensor of labels", () => crossEntropy(logits, Object(tensor([0, 1]))), "ArgumentError"],
    ["missing labels", () => Reflect.apply(nllLoss, undefined, [logits]), "ArgumentError"],
  ])("%s", (_, call, name) => {
    expect(refusal(call)).toMatch(new RegExp(`^${name}: \\w+: .+`));
  });

  test("labels, weights and smoothing that do not fit, and says what arrived", () => {
    expect(refusal(() => crossEntropy(logits, [0, 3]))).toMatchInlineSnapshot(
      `"ValueError: crossEntropy: index 3 at position 1 is not an integer from 0 to 2"`,
    );
    expect(refusal(() => crossEntropy(logits, [0, 0.5], { reduction: "sum" }))).toMatchInlineSnapshot(
      `"ValueError: crossEntropy: index 0.5 at position 1 is not an integer from 0 to 2"`,
    );
    expect(refusal(() => nllLoss(logits, [0]))).toMatchInlineSnapshot(
      `"ShapeError: nllLoss: needs [batch, classes] and a label for each row, got [2, 3] and 1 labels"`,
    );
    expect(refusal(() => crossEntropy(logits, labels, { weight: tensor([1]) }))).toMatchInlineSnapshot(
      `"ShapeError: crossEntropy: needs a weight for each of 3 classes, got weights [1]"`,
    );
    expect(refusal(() => crossEntropy(logits, labels, { labelSmoothing: 2 }))).toMatchInlineSnapshot(
      `"ValueError: crossEntropy: labelSmoothing must be a number from 0 to 1, got 2"`,
    );
  });

  test("an empty batch, also where the mean is weighted", () => {
    const message = "ShapeError: nllLoss: the batch is empty; pass at least one sample";
    expect(refusal(() => nllLoss(zeros([0, 3]), [], { weight: tensor([1, 2, 3]) }))).toBe(message);
  });

  test("misspelt options, and weights that are not tensors or do not fit", () => {
    // @ts-expect-error misspelt
    expect(refusal(() => crossEntropy(logits, labels, { labelSmothing: 0.1 }))).toMatchInlineSnapshot(
      `"ArgumentError: crossEntropy: there is no option "labelSmothing"; the options are reduction, weight, labelSmoothing"`,
    );
    // @ts-expect-error an array
    expect(refusal(() => nllLoss(logits, labels, { weight: [1, 1, 1] }))).toMatchInlineSnapshot(
      `"ArgumentError: nllLoss: weight must be a tensor, such as tensor([1, 2]), got an array of 3"`,
    );
    expect(refusal(() => crossEntropy(logits, labels, { weight: tensor([1, -1, 1]) }))).toMatchInlineSnapshot(
      `"ValueError: crossEntropy: weight must consist of finite numbers from 0 up, got tensor([ 1, -1,  1])"`,
    );
    expect(refusal(() => crossEntropy(logits, [1, 1], { weight: tensor([1, 0, 1]) }))).toMatchInlineSnapshot(
      `"ValueError: crossEntropy: the weights of all labels of the batch are 0, so there is no weighted mean"`,
    );
  });

  test("logits and labels of the wrong kind, and says what arrived", () => {
    // @ts-expect-error an array
    expect(refusal(() => crossEntropy([[1, 2]], [0]))).toMatchInlineSnapshot(
      `"ArgumentError: crossEntropy: the logits must be a tensor or a variable, got an array of 1; make one with tensor(...)"`,
    );
    // @ts-expect-error a tensor of labels
    expect(refusal(() => crossEntropy(logits, tensor([0, 1])))).toMatchInlineSnapshot(
      `"ArgumentError: crossEntropy: labels must be a flat list of integers, such as an Int32Array, got a Tensor"`,
    );
    const oneHot = [labels, labels];
    // @ts-expect-error nested labels
    expect(refusal(() => crossEntropy(logits, oneHot))).toMatchInlineSnapshot(
      `"ArgumentError: crossEntropy: labels must be a flat list of integers, such as an Int32Array, got nested arrays; flatten it, in row-major order: indices.flat()"`,
    );
  });
});

describe("lossValue", () => {
  test("returns a finite loss as a number", () => {
    expect(lossValue(variable(0.25), 3)).toBe(0.25);
  });

  test("refuses a loss that is not finite, and names the step", () => {
    expect(refusal(() => lossValue(variable(Number.NaN), 17))).toMatchInlineSnapshot(
      `"ValueError: the loss is NaN at step 17; lower the learning rate, clip the gradients, or normalise the inputs"`,
    );
    expect(refusal(() => lossValue(variable(Number.POSITIVE_INFINITY), 0))).toMatch(
      /^ValueError: the loss is Infinity at step 0/,
    );
    expect(refusal(() => lossValue(variable([1, 2]), 0))).toMatch(/^ShapeError/);
  });

  test("refuses anything that is not a loss, and says what arrived", () => {
    // @ts-expect-error a number
    expect(refusal(() => lossValue(0.5, 0))).toMatchInlineSnapshot(
      `"ArgumentError: lossValue: the loss must be a variable, such as a loss, got 0.5"`,
    );
    // @ts-expect-error the step is missing
    expect(refusal(() => lossValue(variable(1)))).toMatchInlineSnapshot(
      `"ArgumentError: lossValue: the step must be a number, got undefined"`,
    );
  });
});
