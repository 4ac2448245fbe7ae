/** Cross entropy of logits and labels. Its gradient is in gradients.ts. */

import { contiguous } from "../copy.ts";
import { ShapeError } from "../errors.ts";
import { crossEntropyKernel } from "../kernels/cross-entropy.ts";
import { launch } from "../kernels/launch.ts";
import { type Primitive, primitive, type Unary } from "../operation.ts";
import { required } from "../parameters.ts";
import { show } from "../shape.ts";
import { checkLabels, type Indices, indexList, indicesAsTensor } from "./indices.ts";

/**
 * The mean over the batch of ln(sum_c e^logits[b, c]) - logits[b, labels[b]]: logits [batch, classes], labels [batch]
 * -> [].
 * @throws ShapeError if the batch is empty or does not have one label for each row; ValueError unless every label is an
 * integer from 0 to classes - 1.
 */
export const crossEntropy: Primitive<Unary<[labels: Indices]>> = primitive(
  "crossEntropy",
  1,
  [required("labels", indexList)],
  (logits, labels) => {
    if (logits.rank !== 2 || logits.shape[0] !== labels.length)
      throw new ShapeError(
        `crossEntropy: needs logits [batch, classes] and a label for each row, got ${show(logits.shape)} and ${labels.length} labels`,
      );
    if (labels.length === 0) throw new ShapeError("crossEntropy: the batch is empty; the mean of no rows is undefined");
    const [rows, classes] = logits.shape;
    checkLabels("crossEntropy", labels, classes);
    return launch(crossEntropyKernel, { classes }, [contiguous(logits), indicesAsTensor(labels)], [], [rows], [rows]);
  },
);
