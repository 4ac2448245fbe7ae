/** How often the label is the class with the largest logit, or among the k largest. */
import { contiguous, type Indices, ShapeError } from "@polygrad/tensor";
import { checkIndices, indexList, show } from "@polygrad/tensor/internal";
import { positiveInteger } from "../checks.ts";
import { type Input, inputOf } from "../module.ts";
import { Metric } from "./metric.ts";

/**
 * The logits of a batch, row by row.
 * @throws ArgumentError, ShapeError or ValueError unless they are [batch, classes] with a label for each row
 */
export function rowsOf(operation: string, logits: Input, labels: Indices): ArrayLike<number>[] {
  const { value } = inputOf(operation, logits, "the logits");
  indexList(operation, "labels", labels);
  if (value.rank !== 2 || value.shape[0] !== labels.length)
    throw new ShapeError(
      `${operation}: needs logits [batch, classes] and a label for each row, ` +
        `got ${show(value.shape)} and ${labels.length} labels`,
    );
  const classes = value.shape[1];
  checkIndices(operation, labels, classes);
  const { data, offset } = contiguous(value);
  return Array.from({ length: labels.length }, (_, row) =>
    data.subarray(offset + row * classes, offset + (row + 1) * classes),
  );
}

/** How many classes come before the label: those with larger logits, and those before it with the same. */
function classesBefore(row: ArrayLike<number>, label: number): number {
  let before = 0;
  for (let k = 0; k < row.length; k++) {
    if (Number.isNaN(row[k])) return Number.POSITIVE_INFINITY;
    if (row[k] > row[label] || (row[k] === row[label] && k < label)) before++;
  }
  return before;
}

/** The number of rows whose label is among the k largest logits, and the number of rows. */
function hits(operation: string, logits: Input, labels: Indices, k: number): [hits: number, rows: number] {
  const rows = rowsOf(operation, logits, labels);
  return [rows.filter((row, at) => classesBefore(row, labels[at]) < k).length, rows.length];
}

/**
 * The share of rows whose largest logit is that of the label. Of equal logits, the first counts as the largest, as for
 * `argmax`. A row with NaN counts as wrong.
 */
export class Accuracy extends Metric {
  readonly kind = "Accuracy";

  /**
   * Adds a batch: logits [batch, classes], and a label for each row.
   * @throws ArgumentError, ShapeError or ValueError if they are something else, or a label is out of range
   */
  add(logits: Input, labels: Indices): this {
    return this.addSums(hits(this.kind, logits, labels, 1));
  }

  get value(): number {
    return this.mean(...this.sums);
  }
}

/** The share of rows whose label is among the k largest logits. Ties and NaN are as for `Accuracy`. */
export class TopKAccuracy extends Metric {
  readonly kind = "TopKAccuracy";
  readonly k: number;

  /** @throws ValueError if k is not a positive integer */
  constructor(k: number) {
    positiveInteger("TopKAccuracy", "k", k);
    super({ k });
    this.k = k;
  }

  /**
   * Adds a batch: logits [batch, classes], and a label for each row.
   * @throws ArgumentError, ShapeError or ValueError if they are something else, or a label is out of range
   */
  add(logits: Input, labels: Indices): this {
    return this.addSums(hits(this.kind, logits, labels, this.k));
  }

  get value(): number {
    return this.mean(...this.sums);
  }
}
