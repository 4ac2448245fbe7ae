/** Losses: against PyTorch, at their edges, and what they refuse. */
import { checkGradients, type Variable, variable } from "@polygrad/autograd";
import { tensor, zeros } from "@polygrad/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  binaryCrossEntropyWithLogits,
  crossEntropy,
  huberLoss,
  klDivLoss,
  l1Loss,
  lossValue,
  mseLoss,
  nllLoss,
  smoothL1Loss,
} from "../src/index.ts";
import { expectFigures, type LossCase, losses } from "./figures.ts";
import { kinds, under } from "./kernel-kinds.ts";
import { refusal } from "./refusal.ts";

function compute(figure: LossCase, input: Variable): Variable {
  switch (figure.function) {
    case "huberLoss":
      return huberLoss(input, tensor(figure.target), figure.options);
    case "smoothL1Loss":
      return smoothL1Loss(input, tensor(figure.target), figure.options);
    case "klDivLoss":
      return klDivLoss(input, tensor(figure.target), figure.options);
  }
  const { posWeight, weight, ...rest } = figure.options;
  const options = weight === undefined ? rest : { ...rest, weight: tensor(weight) };
  switch (figure.function) {
    case "crossEntropy":
      return crossEntropy(input, figure.target, options);
    case "nllLoss":
      return nllLoss(input, figure.target, options);
    case "mseLoss":
      return mseLoss(input, tensor(figure.target), rest);
    case "l1Loss":
      return l1Loss(input, tensor(figure.target), rest);
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
    const none = logits.mul(0);
    expect(item(binaryCrossEntropyWithLogits(none, none))).toBeCloseTo(Math.LN2);
    expect(item(binaryCrossEntropyWithLogits(none, none.add(1), { positiveWeight: 3 }))).toBeCloseTo(3 * Math.LN2);
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

  test("the gradients of the losses between numbers are right to second order, on both sides of their kinks", () => {
    const targets = logits.mul(0.3).add(0.45);
    const kinds = [
      (x: Variable, y: Variable) => l1Loss(x, y),
      (x: Variable, y: Variable) => huberLoss(x, y, { delta: 0.4 }),
      (x: Variable, y: Variable) => smoothL1Loss(x, y, { beta: 0.4, reduction: "sum" }),
      (x: Variable, y: Variable) => klDivLoss(x, y.square()),
    ];
    for (const f of kinds) checkGradients(f, [logits, targets], { order: 2 });
  });

  test("the gradients of the Huber losses are finite for infinite errors, as their definition has them", () => {
    const errors = [Number.NEGATIVE_INFINITY, -1e30, -0.5, 0, 0.5, 1e30, Number.POSITIVE_INFINITY];
    for (const [loss, slopes] of [
      [huberLoss, [-1, -1, -0.5, 0, 0.5, 1, 1]],
      [smoothL1Loss, [-1, -1, -0.5, 0, 0.5, 1, 1]],
      [l1Loss, [-1, -1, -1, 0, 1, 1, 1]],
    ] as const) {
      const x = variable(errors);
      loss(x, zeros([errors.length]), { reduction: "sum" }).backward();
      expect(x.grad?.toArray()).toEqual(slopes);
    }
  });

  test("the divergence of a distribution from itself is 0; by default it is the mean over the batch", () => {
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

  test("an infinite logit gives NaN for every option, as in PyTorch; one of -Infinity is a class without chance", () => {
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

  test("are computed in float64 from float64, options included", () => {
    const [x, t] = [variable(Float64Array.of(0.3)), tensor(Float64Array.of(1))];
    const exact = (value: number) => expect.closeTo(value, 15);
    const softplus = Math.log1p(Math.exp(-0.3));
    expect(binaryCrossEntropyWithLogits(x, t, { positiveWeight: 2.3 }).item()).toEqual(exact(2.3 * softplus));
    expect(huberLoss(x, t, { delta: 0.1 }).item()).toEqual(exact(0.1 * (0.7 - 0.05)));
    expect(smoothL1Loss(x, t, { beta: 0.1 }).item()).toEqual(exact(0.7 - 0.05));
    const rows = tensor(Float64Array.of(0.3, -0.2), [1, 2]);
    const [first, second] = [-Math.log1p(Math.exp(-0.5)), -Math.log1p(Math.exp(0.5))];
    const smoothed = -(0.9 * first + 0.05 * (first + second));
    expect(crossEntropy(rows, [0], { labelSmoothing: 0.1 }).item()).toEqual(exact(smoothed));
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
    ["weights below 0", () => crossEntropy(logits, labels, { weight: tensor([1, -1, 1]) }), "ValueError"],
    ["weights of NaN", () => nllLoss(logits, labels, { weight: tensor([1, Number.NaN, 1]) }), "ValueError"],
    [
      "infinite weights",
      () => crossEntropy(logits, labels, { weight: tensor([1, Number.POSITIVE_INFINITY, 1]) }),
      "ValueError",
    ],
    ["only weights of 0", () => crossEntropy(logits, [1, 1], { weight: tensor([1, 0, 1]) }), "ValueError"],
    ["only weights of 0, again", () => nllLoss(logits, [1, 1], { weight: tensor([1, 0, 1]) }), "ValueError"],
    ["a tensor of labels", () => crossEntropy(logits, Object(tensor([0, 1]))), "ArgumentError"],
    ["no labels", () => Reflect.apply(nllLoss, undefined, [logits]), "ArgumentError"],
    ["no target", () => Reflect.apply(mseLoss, undefined, [logits]), "ArgumentError"],
    ["absolute errors that would broadcast", () => l1Loss(logits, three), "ShapeError"],
    ["no absolute errors", () => l1Loss(tensor([]), tensor([])), "ShapeError"],
    ["Huber's errors that would broadcast", () => huberLoss(logits, three), "ShapeError"],
    ["a delta of 0", () => huberLoss(logits, logits, { delta: 0 }), "ValueError"],
    ["an infinite delta", () => huberLoss(logits, logits, { delta: Number.POSITIVE_INFINITY }), "ValueError"],
    ["a beta of 0", () => smoothL1Loss(logits, logits, { beta: 0 }), "ValueError"],
    ["a beta of NaN", () => smoothL1Loss(logits, logits, { beta: Number.NaN }), "ValueError"],
    ["distributions that would broadcast", () => klDivLoss(logits, three), "ShapeError"],
    ["one distribution without a batch", () => klDivLoss(three, three), "ShapeError"],
    ["no distributions", () => klDivLoss(logits.slice(0, 0, 0), logits.slice(0, 0, 0)), "ShapeError"],
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
      `"ValueError: crossEntropy: labelSmoothing must be a number from 0 to 1, got 2"`,
    );
  });
});

describe("what losses refuse of other kinds, in words", () => {
  test("options", () => {
    // @ts-expect-error misspelt
    expect(refusal(() => crossEntropy(logits, labels, { labelSmothing: 0.1 }))).toMatchInlineSnapshot(
      `"ArgumentError: crossEntropy: there is no option "labelSmothing"; the options are reduction, weight, labelSmoothing"`,
    );
    // @ts-expect-error PyTorch's name
    expect(refusal(() => binaryCrossEntropyWithLogits(logits, logits, { posWeight: 2 }))).toMatchInlineSnapshot(
      `"ArgumentError: binaryCrossEntropyWithLogits: there is no option "posWeight"; the options are reduction, positiveWeight"`,
    );
    // @ts-expect-error no such reduction
    expect(refusal(() => mseLoss(logits, logits, { reduction: "max" }))).toMatchInlineSnapshot(
      `"ArgumentError: mseLoss: reduction must be "mean" or "sum" or "none", got "max""`,
    );
    // @ts-expect-error PyTorch's default, which is no mean of divergences
    expect(refusal(() => klDivLoss(logits, logits, { reduction: "mean" }))).toMatchInlineSnapshot(
      `"ArgumentError: klDivLoss: reduction must be "batchMean" or "sum" or "none", got "mean""`,
    );
    // @ts-expect-error an array
    expect(refusal(() => nllLoss(logits, labels, { weight: [1, 1, 1] }))).toMatchInlineSnapshot(
      `"ArgumentError: nllLoss: weight must be a tensor, such as tensor([1, 2]), got an array of 3"`,
    );
    // @ts-expect-error the reduction is an option
    expect(refusal(() => l1Loss(logits, logits, "sum"))).toMatchInlineSnapshot(
      `"ArgumentError: l1Loss: options must be a plain object with any of reduction, got "sum""`,
    );
    expect(refusal(() => crossEntropy(logits, labels, { weight: tensor([1, -1, 1]) }))).toMatchInlineSnapshot(
      `"ValueError: crossEntropy: weight must consist of finite numbers from 0 up, got tensor([ 1, -1,  1])"`,
    );
    expect(refusal(() => crossEntropy(logits, [1, 1], { weight: tensor([1, 0, 1]) }))).toMatchInlineSnapshot(
      `"ValueError: crossEntropy: the weights of all labels of the batch are 0, so there is no weighted mean"`,
    );
    expect(refusal(() => klDivLoss(tensor([1]), tensor([1])))).toMatchInlineSnapshot(
      `"ShapeError: klDivLoss: needs [batch, ...] to average over a batch, got [1]; use the reduction "sum""`,
    );
  });

  test("predictions and targets", () => {
    // @ts-expect-error an array
    expect(refusal(() => crossEntropy([[1, 2]], [0]))).toMatchInlineSnapshot(
      `"ArgumentError: crossEntropy: the logits must be a tensor or a variable, got an array of 1; make one with tensor(...)"`,
    );
    // @ts-expect-error a number
    expect(refusal(() => mseLoss(logits, 3))).toMatchInlineSnapshot(
      `"ArgumentError: mseLoss: the target must be a tensor or a variable, got 3; make one with tensor(...)"`,
    );
    // @ts-expect-error a tensor of labels
    expect(refusal(() => crossEntropy(logits, tensor([0, 1])))).toMatchInlineSnapshot(
      `"ArgumentError: crossEntropy: labels must be class numbers in an array, an Int32Array or a Uint8Array, got a Tensor"`,
    );
    const oneHot = [labels, labels];
    // @ts-expect-error nested labels
    expect(refusal(() => crossEntropy(logits, oneHot))).toMatchInlineSnapshot(
      `"ArgumentError: crossEntropy: labels must be class numbers in an array, an Int32Array or a Uint8Array, got an array of 2 at position 0"`,
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

  test("refuses what is no loss, in words", () => {
    // @ts-expect-error a number
    expect(refusal(() => lossValue(0.5, 0))).toMatchInlineSnapshot(
      `"ArgumentError: lossValue: the loss must be a variable, such as a loss, got 0.5"`,
    );
    // @ts-expect-error no step
    expect(refusal(() => lossValue(variable(1)))).toMatchInlineSnapshot(
      `"ArgumentError: lossValue: the step must be a number, got undefined"`,
    );
  });
});

test("an empty batch is refused also where the mean is weighted", () => {
  const message = "ShapeError: nllLoss: the batch is empty; pass at least one sample";
  expect(refusal(() => nllLoss(zeros([0, 3]), [], { weight: tensor([1, 2, 3]) }))).toBe(message);
});

test("smooth L1 is averaged by default", () => {
  // Half the square of 0.5, and 3 - 1/2.
  expect(smoothL1Loss(tensor([0.5, 3]), tensor([0, 0])).item()).toBe((0.125 + 2.5) / 2);
});
