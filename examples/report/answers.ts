/** The answers of a classifier to a dataset of images, and what can be told from them. */
import type { ImageDataset, Layer } from "polygrad";
import type { Answered } from "./digits.ts";

/** The answer to each sample, in the order of the dataset. */
export interface Answers {
  readonly labels: ArrayLike<number>;
  readonly answers: Int32Array;
  /** The probability that the network gave to its answer, and the one that it gave to the label. */
  readonly certainty: Float32Array;
  readonly ofLabel: Float32Array;
}

/** Classifies all images, a thousand at a time. The model should be in evaluation mode. */
export function answersOf(model: Layer, images: ImageDataset): Answers {
  throw new Error(`answersOf: not there yet ${model} ${images}`);
}

/** How often each class was taken for each other one: a row for each label, a column for each answer. */
export function confusionOf({ labels }: Answers, classes: number): number[][] {
  throw new Error(`confusionOf: not there yet ${labels} ${classes}`);
}

/** The wrong answers of which the network was most certain, most certain first. */
export function mostWrong(answers: Answers, images: ImageDataset, names: readonly string[], count = 20): Answered[] {
  throw new Error(`mostWrong: not there yet ${answers} ${images} ${names} ${count}`);
}
