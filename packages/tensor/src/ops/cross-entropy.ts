/** Cross entropy of logits against labels, forward and backward, row by row in double precision. */
import { ShapeError } from "../errors.ts";
import { numbers } from "../math/arithmetic.ts";
import { exp } from "../math/exp.ts";
import { log } from "../math/log.ts";
import { show } from "../shape.ts";
import { Storage } from "../storage.ts";
import { Tensor } from "../tensor.ts";
import { contiguous, floatsLike } from "../view.ts";
import { checkIndices, type Indices } from "./join.ts";

/**
 * The mean over the batch of ln(sum_c e^logits[b, c]) - logits[b, label[b]]: [batch, classes], [batch] -> [].
 * @throws ShapeError if the batch is empty or the labels do not fit it; ValueError if a label is not a class.
 */
export function crossEntropy(logits: Tensor, labels: Indices): Tensor {
  checkLabels(logits, labels);
  const { data, offset } = contiguous(logits);
  const [rows, classes] = logits.shape;
  let total = 0;
  for (let b = 0; b < rows; b++) {
    const start = offset + b * classes;
    const { top, sum } = exponentials(data, start, classes);
    total += log(numbers, sum) + top - data[start + labels[b]];
  }
  const y = floatsLike(logits, 1);
  y[0] = total / rows;
  return new Tensor(new Storage(y), []);
}

/** The gradient of `crossEntropy` by the logits: g (softmax(logits) - onehot(labels)) / batch. */
export function crossEntropyBackward(g: Tensor, logits: Tensor, labels: Indices): Tensor {
  const { data, offset } = contiguous(logits);
  const [rows, classes] = logits.shape;
  const y = floatsLike(logits, logits.size);
  const weight = g.item() / rows;
  for (let b = 0; b < rows; b++) {
    const start = offset + b * classes;
    const { top, sum } = exponentials(data, start, classes);
    for (let c = 0; c < classes; c++) {
      const share = exp(numbers, data[start + c] - top) / sum;
      y[b * classes + c] = weight * (c === labels[b] ? share - 1 : share);
    }
  }
  return new Tensor(new Storage(y), logits.shape);
}

/** The largest logit of a row, and the sum of e^(logit - largest): no exponential overflows. */
function exponentials(data: Float32Array | Float64Array, start: number, classes: number): { top: number; sum: number } {
  let top = data[start];
  for (let c = 1; c < classes; c++) top = Math.max(top, data[start + c]);
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += exp(numbers, data[start + c] - top);
  return { top, sum };
}

function checkLabels(logits: Tensor, labels: Indices): void {
  if (logits.rank !== 2 || logits.shape[0] !== labels.length)
    throw new ShapeError(
      `crossEntropy: needs logits [batch, classes] and a label for each row, got ${show(logits.shape)} and ${labels.length}`,
    );
  if (labels.length === 0) throw new ShapeError("crossEntropy: the batch is empty; there is no mean of nothing");
  checkIndices("crossEntropy", labels, logits.shape[1]);
}
