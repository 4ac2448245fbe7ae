/** Losses: against PyTorch, at their edges, and what they refuse. */
import { checkGradients, type Variable, variable } from "@polygrad/autograd";
import { tensor } from "@polygrad/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binaryCrossEntropyWithLogits, crossEntropy, lossValue, mseLoss, nllLoss } from "../src/index.ts";
import { expectFigures, type LossCase, losses } from "./figures.ts";
import { kinds, under } from "./kernel-kinds.ts";
import { refusal } from "./refusal.ts";

function compute(figure: LossCase, input: Variable): Variable {
  const { posWeight, weight, ...rest } = figure.options;
  const options = weight === undefined ? rest : { ...rest, weight: tensor(weight) };
  switch (figure.function) {
    case "crossEntropy":
      return crossEntropy(input, figure.target, options);
    case "nllLoss":
      return nllLoss(input, figure.target, options);
    case "mseLoss":
      return mseLoss(input, tensor(figure.target), rest);
    case "binaryCrossEntropyWithLogits": {
      const binary = posWeight === undefined ? rest : { ...rest, positiveWeight: tensor(posWeight) };
      return binaryCrossEntropyWithLogits(input, tensor(figure.target), binary);
    }
  }
}

describe.each(kinds)("PyTorch's figures with %s kernels", (kind) => {
  test.each(losses.cases)("$name", (figure) => {
    const tolerance = 4e-7 + figure.float32Deviation;
    under(kind, () => {
      const input = variable(figure.input);
      const loss = compute(figure, input);
      expectFigures("loss", loss.value, figure.loss, tolerance);
      loss.backward(tensor(figure.gradOutput));
      expectFigures("gradInput", input.grad ?? tensor([]), figure.gradInput, tolerance);
    });
  });
});

const logits = tensor([
  [0.5, -1, 2],
  [1, 0, -0.5],
]);
const labels = [2, 0];

describe("what losses are", () => {
  test("by default the mean, unsmoothed and unweighted", () => {
    const { item } = { item: (loss: Variable) => loss.item() };
    expect(item(crossEntropy(logits, labels))).toBe(item(crossEntropy(logits, labels, { reduction: "mean" })));
    expect(item(mseLoss(logits, logits.mul(2)))).toBeCloseTo(
      item(mseLoss(logits, logits.mul(2), { reduction: "sum" })) / 6,
    );
    const zeros = logits.mul(0);
    expect(item(binaryCrossEntropyWithLogits(zeros, zeros))).toBeCloseTo(Math.LN2);
    expect(item(binaryCrossEntropyWithLogits(zeros, zeros.add(1), { positiveWeight: 3 }))).toBeCloseTo(3 * Math.LN2);
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

  test("the gradients are right to second order, for every option", () => {
    const weight = tensor([0.5, 2, 1]);
    const targets = logits.mul(0.3).add(0.4);
    const options = [
      {},
      { labelSmoothing: 0.2 },
      { weight },
      { weight, labelSmoothing: 0.1, reduction: "none" },
    ] as const;
    for (const option of options) checkGradients((x) => crossEntropy(x, labels, option), [logits], { order: 2 });
    checkGradients((x) => nllLoss(x, labels, { weight }), [logits], { order: 2 });
    checkGradients((x, y) => mseLoss(x, y), [logits, targets], { order: 2 });
    checkGradients((x, t) => binaryCrossEntropyWithLogits(x, t, { positiveWeight: 2 }), [logits, targets], {
      order: 2,
    });
  });

  test("logits beyond e^88 give a finite loss and gradient", () => {
    const x = variable([[1000, -1000]]);
    const t = tensor([[0, 1]]);
    binaryCrossEntropyWithLogits(x, t).backward();
    expect(binaryCrossEntropyWithLogits(x, t).item()).toBe(1000);
    expect(x.grad?.toArray()).toEqual([[0.5, -0.5]]);
    expect(crossEntropy(x, [1]).item()).toBe(2000);
  });
});

describe("what losses refuse", () => {
  const three = tensor([1, 2, 3]);

  test.each([
    ["too few labels", () => crossEntropy(logits, [1]), "ShapeError"],
    ["too many labels", () => crossEntropy(logits, [0, 1, 2], { reduction: "sum" }), "ShapeError"],
    ["logits that are no matrix", () => crossEntropy(three, [0, 1, 2]), "ShapeError"],
    ["a class below", () => crossEntropy(logits, [0, -1]), "ValueError"],
    ["a class beyond", () => crossEntropy(logits, [3, 0], { labelSmoothing: 0.1 }), "ValueError"],
    ["half a class", () => crossEntropy(logits, [0, 0.5], { reduction: "none" }), "ValueError"],
    ["NaN as a class", () => crossEntropy(logits, [Number.NaN, 0]), "ValueError"],
    ["an empty batch", () => crossEntropy(logits.slice(0, 0, 0), []), "ShapeError"],
    ["an empty batch, unreduced", () => crossEntropy(logits.slice(0, 0, 0), [], { reduction: "none" }), "ShapeError"],
    ["smoothing below 0", () => crossEntropy(logits, labels, { labelSmoothing: -0.1 }), "ValueError"],
    ["smoothing above 1", () => crossEntropy(logits, labels, { labelSmoothing: 1.5 }), "ValueError"],
    ["weights for more classes", () => crossEntropy(logits, labels, { weight: tensor([1, 1, 1, 1]) }), "ShapeError"],
    ["one weight for all", () => crossEntropy(logits, labels, { weight: tensor([1]) }), "ShapeError"],
    ["weights for fewer classes", () => nllLoss(logits, [0, 1], { weight: tensor([1, 1]) }), "ShapeError"],
    ["log-probabilities and too few labels", () => nllLoss(logits, [0]), "ShapeError"],
    ["log-probabilities and a class beyond", () => nllLoss(logits, [0, 3]), "ValueError"],
    ["no log-probabilities", () => nllLoss(logits.slice(0, 0, 0), []), "ShapeError"],
    ["targets that would broadcast", () => mseLoss(logits, three), "ShapeError"],
    ["nothing to predict", () => mseLoss(tensor([]), tensor([])), "ShapeError"],
    ["binary targets of another shape", () => binaryCrossEntropyWithLogits(logits, three), "ShapeError"],
    ["no binary targets", () => binaryCrossEntropyWithLogits(tensor([]), tensor([])), "ShapeError"],
    [
      "weights that do not broadcast",
      () => binaryCrossEntropyWithLogits(logits, logits, { positiveWeight: tensor([1, 2]) }),
      "ShapeError",
    ],
  ])("%s", (_, call, name) => {
    expect(refusal(call)).toMatch(new RegExp(`^${name}: \\w+: .+`));
  });

  test("in words", () => {
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
    expect(refusal(() => mseLoss(logits, tensor([1, 2, 3])))).toMatchInlineSnapshot(
      `"ShapeError: mseLoss: prediction [2, 3] and target [3] must have one shape; reshape one"`,
    );
    expect(refusal(() => mseLoss(tensor([]), tensor([])))).toMatchInlineSnapshot(
      `"ShapeError: mseLoss: the batch is empty; pass at least one sample"`,
    );
    expect(refusal(() => crossEntropy(logits, labels, { labelSmoothing: 2 }))).toMatchInlineSnapshot(
      `"ValueError: crossEntropy: labelSmoothing must lie between 0 and 1, got 2"`,
    );
  });
});

describe("lossValue", () => {
  test("a finite loss is passed on", () => {
    expect(lossValue(variable(0.25), 3)).toBe(0.25);
  });

  test("a loss that is lost names the step", () => {
    expect(refusal(() => lossValue(variable(Number.NaN), 17))).toMatchInlineSnapshot(
      `"ValueError: the loss is NaN at step 17; lower the learning rate, clip the gradients, or normalise the inputs"`,
    );
    expect(refusal(() => lossValue(variable(Number.POSITIVE_INFINITY), 0))).toMatch(
      /^ValueError: the loss is Infinity at step 0/,
    );
    expect(refusal(() => lossValue(variable([1, 2]), 0))).toMatch(/^ShapeError/);
  });
});
