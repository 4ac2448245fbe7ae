/** Cross entropy of logits against labels on tensors, and its gradient. */

import { contiguous, elements, floatsLike } from "../copy.ts";
import { ShapeError } from "../errors.ts";
import {
  crossEntropyBackwardPlain,
  crossEntropyBackwardSimd,
  crossEntropyScratch,
  logSumExpRowsPlain,
  logSumExpRowsSimd,
} from "../kernels/cross-entropy.ts";
import { withScratch } from "../kernels/scratch.ts";
import { heap } from "../memory.ts";
import { show } from "../shape.ts";
import { runsPlain } from "../simd.ts";
import { Storage } from "../storage.ts";
import { Tensor } from "../tensor.ts";
import { checkIndices, type Indices } from "./join.ts";

/**
 * The mean over the batch of ln(sum_c e^logits[b, c]) - logits[b, label[b]]: [batch, classes], [batch] -> [].
 * @throws ShapeError if the batch is empty or the labels do not fit it; ValueError if a label is not a class.
 */
export function crossEntropy(logits: Tensor, labels: Indices): Tensor {
  checkLabels(logits, labels);
  const x = elements(logits);
  const classes = logits.shape[1];
  const sums = logSumExpRows(logits);
  let total = 0;
  for (let b = 0; b < labels.length; b++) total += sums[b] - x[b * classes + labels[b]];
  const y = floatsLike(logits, 1);
  y[0] = total / labels.length;
  return new Tensor(new Storage(y), []);
}

function logSumExpRows(logits: Tensor): Float64Array {
  const [rows, classes] = logits.shape;
  if (runsPlain(logits.storage)) {
    const sums = new Float64Array(rows);
    logSumExpRowsPlain(elements(logits), classes, sums);
    return sums;
  }
  return withScratch((scratch) => {
    const sums = scratch.allocateDoubles(rows);
    logSumExpRowsSimd(classes)(scratch.place(contiguous(logits), logits.size), sums, rows);
    return new Float64Array(heap().memory.buffer, sums, rows).slice();
  });
}

/** The gradient of `crossEntropy` by the logits: g (softmax(logits) - onehot(labels)) / batch. */
export function crossEntropyBackward(g: Tensor, logits: Tensor, labels: Indices): Tensor {
  checkLabels(logits, labels);
  const [rows, classes] = logits.shape;
  const weight = g.item() / rows;
  if (runsPlain(logits.storage)) {
    const y = floatsLike(logits, logits.size);
    crossEntropyBackwardPlain(elements(logits), classes, labels, weight, y);
    return new Tensor(new Storage(y), logits.shape);
  }
  return withScratch((scratch) => {
    const x = scratch.place(contiguous(logits), logits.size);
    const y = scratch.placeResult(logits.size);
    const [labelsAt, weightsAt] = [scratch.allocateDoubles(rows), scratch.allocateDoubles(rows)];
    // The kernel takes four rows at a time, the last row as often as it needs: so it has its label as often.
    const whole = 4 * Math.ceil(rows / 4);
    const labelsInMemory = new Float64Array(heap().memory.buffer, labelsAt, whole);
    labelsInMemory.fill(labels[rows - 1]).set(labels);
    new Float64Array(heap().memory.buffer, weightsAt, whole).fill(weight);
    const room = scratch.allocate(crossEntropyScratch(classes));
    crossEntropyBackwardSimd(classes)(x, labelsAt, weightsAt, y, rows, room);
    return scratch.result(y, logits.shape);
  });
}

function checkLabels(logits: Tensor, labels: Indices): void {
  if (logits.rank !== 2 || logits.shape[0] !== labels.length)
    throw new ShapeError(
      `crossEntropy: needs logits [batch, classes] and a label for each row, got ${show(logits.shape)} and ${labels.length}`,
    );
  if (labels.length === 0) throw new ShapeError("crossEntropy: the batch is empty; there is no mean of nothing");
  checkIndices("crossEntropy", labels, logits.shape[1]);
}
