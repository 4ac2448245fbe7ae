/** How often each class is taken for each other one; precision and recall of every class. */
import { type Indices, ShapeError, type Tensor, tensor, ValueError } from "@polygrad/tensor";
import { type Check, integerFrom } from "@polygrad/tensor/internal";
import type { Input } from "../module.ts";
import { rowsOf } from "./accuracy.ts";
import { Metric } from "./metric.ts";

const classCount: Check = integerFrom(1, 4096);

/**
 * Counts of labels and predictions: `value` is [classes, classes] in float64, with a row for each label and a column for
 * each prediction, as in scikit-learn. Predictions are the largest logits; of equal ones, the first.
 */
export class ConfusionMatrix extends Metric<Tensor> {
  readonly kind = "ConfusionMatrix";
  readonly classes: number;

  /** @throws ValueError if the number of classes is not an integer from 1 to 4096 */
  constructor(classes: number) {
    classCount("ConfusionMatrix", "classes", classes);
    super({ classes });
    this.classes = classes;
  }

  /**
   * Adds a batch: logits [batch, classes], and a label for each row.
   * @throws ArgumentError, ShapeError or ValueError if they are something else, a label is out of range, or a logit is
   * NaN, because then no class is predicted
   */
  add(logits: Input, labels: Indices): this {
    const { kind, classes } = this;
    const counts = new Array<number>(classes * classes).fill(0);
    for (const [at, row] of rowsOf(kind, logits, labels).entries()) {
      if (row.length !== classes)
        throw new ShapeError(`${kind}: made for ${classes} classes, but the logits are of ${row.length}`);
      counts[labels[at] * classes + predictionOf(row, at)]++;
    }
    return this.addSums(counts);
  }

  get value(): Tensor {
    return tensor(Float64Array.from(this.#counts())).reshape([this.classes, this.classes]);
  }

  /** Of what was predicted to be a class, the share that is: one number for each class; 0 if it was never predicted. */
  get precision(): readonly number[] {
    return this.#shares((counts, k, other) => counts[other * this.classes + k]);
  }

  /** Of what is of a class, the share that was predicted to be: one number for each class; 0 if nothing is. */
  get recall(): readonly number[] {
    return this.#shares((counts, k, other) => counts[k * this.classes + other]);
  }

  /** For each class k, its hits divided by the sum of `count(counts, k, other)` over all other classes and itself. */
  #shares(count: (counts: readonly number[], k: number, other: number) => number): number[] {
    const counts = this.#counts();
    const classes = [...Array(this.classes).keys()];
    return classes.map((k) => {
      const all = classes.reduce((total, other) => total + count(counts, k, other), 0);
      return all === 0 ? 0 : counts[k * this.classes + k] / all;
    });
  }

  #counts(): readonly number[] {
    this.checkCount(this.sums.reduce((total, count) => total + count, 0));
    return this.sums;
  }
}

/** The first of the largest logits. */
function predictionOf(row: ArrayLike<number>, at: number): number {
  let best = 0;
  for (let k = 0; k < row.length; k++) {
    if (Number.isNaN(row[k]))
      throw new ValueError(`ConfusionMatrix: logit ${k} of row ${at} is NaN, so no class is predicted`);
    if (row[k] > row[best]) best = k;
  }
  return best;
}
