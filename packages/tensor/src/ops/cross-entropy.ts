/** Cross entropy of logits against labels, and its gradient. */
import { contiguous } from "../copy.ts";
import { ShapeError } from "../errors.ts";
import { crossEntropyKernel } from "../kernels/cross-entropy.ts";
import { launch } from "../kernels/launch.ts";
import { type Primitive, primitive, type Unary } from "../operation.ts";
import { show } from "../shape.ts";
import { checkIndices, type Indices, indicesAsTensor } from "./indices.ts";

/**
 * The mean over the batch of ln(sum_c e^logits[b, c]) - logits[b, label[b]]: [batch, classes], [batch] -> [].
 * @throws ShapeError if the batch is empty or the labels do not fit it; ValueError if a label is not a class.
 */
export const crossEntropy: Primitive<Unary<[labels: Indices]>> = primitive("crossEntropy", 1, (logits, labels) => {
  if (logits.rank !== 2 || logits.shape[0] !== labels.length)
    throw new ShapeError(
      `crossEntropy: needs logits [batch, classes] and a label for each row, got ${show(logits.shape)} and ${labels.length} labels`,
    );
  if (labels.length === 0) throw new ShapeError("crossEntropy: the batch is empty, and there is no mean of no rows");
  const [rows, classes] = logits.shape;
  checkIndices("crossEntropy", labels, classes);
  return launch(crossEntropyKernel, { classes }, [contiguous(logits), indicesAsTensor(labels)], [], [rows], [rows]);
});
