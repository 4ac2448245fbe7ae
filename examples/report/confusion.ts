/** A confusion matrix: how often each class was taken for each other one. */
import type { Figure, FigureCaption } from "./figure.ts";

export interface Confusion extends FigureCaption {
  /** Counts with a row for each label and a column for each answer, as `ConfusionMatrix` has them. */
  readonly counts: readonly (readonly number[])[];
  /** The names of the classes. */
  readonly names: readonly string[];
}

/** Right answers, on the diagonal, in one colour, mistakes in another: both as shares of their row. */
export function confusionMatrix(data: Confusion): Figure {
  throw new Error(`confusionMatrix: "${data.title}" is not drawn yet`);
}
