/** Every loss against PyTorch: its values and gradients, with both kinds of kernels. */
import { type Variable, variable } from "@polygrad/autograd";
import { tensor } from "@polygrad/tensor";
import { describe, test } from "vitest";
import {
  binaryCrossEntropyWithLogits,
  crossEntropy,
  huberLoss,
  klDivLoss,
  l1Loss,
  mseLoss,
  nllLoss,
  smoothL1Loss,
} from "../src/index.ts";
import { expectFigures, type LossCase, losses } from "./figures.ts";
import { kinds, under } from "./kernel-kinds.ts";

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
