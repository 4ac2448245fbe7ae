/** The answers of a classifier to a dataset of images, and what can be told from them. */
import { type ImageDataset, type Layer, noGrad, pinned } from "polygrad";
import type { Answered } from "./digits.ts";

/** The answer to each sample, in the order of the dataset. */
export interface Answers {
  readonly labels: ArrayLike<number>;
  readonly answers: Int32Array;
  /** The probability that the network gave to its answer. */
  readonly certainty: Float32Array;
}

const BATCH = 1000;

/** Classifies all images, a thousand at a time. A model with layers such as Dropout should be in evaluation mode. */
export function answersOf(model: Layer, images: ImageDataset): Answers {
  const answers = new Int32Array(images.length);
  const certainty = new Float32Array(images.length);
  for (let from = 0; from < images.length; from += BATCH) {
    const indices = Int32Array.from({ length: Math.min(BATCH, images.length - from) }, (_, k) => from + k);
    const inputs = pinned([indices.length, ...images.sampleShape]);
    images.gatherInto(indices, inputs);
    const probabilities = noGrad(() => model.forward(inputs)).value.softmax(1);
    answers.set(probabilities.argmax(1), from);
    certainty.set(probabilities.max(1).clone().data, from);
  }
  return { labels: images.labels, answers, certainty };
}

/** How often each class was taken for each other one: a row for each label, a column for each answer. */
export function confusionOf({ labels, answers }: Answers, classes: number): number[][] {
  const counts = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
  for (const [k, answer] of answers.entries()) counts[labels[k]][answer]++;
  return counts;
}

/** The wrong answers of which the network was most certain, most certain first; of equal ones, the first. */
export function mostWrong(
  { labels, answers, certainty }: Answers,
  images: ImageDataset,
  names: readonly string[],
  count = 16,
): Answered[] {
  const [height, width] = images.sampleShape;
  return Array.from(answers.keys())
    .filter((k) => answers[k] !== labels[k])
    .sort((a, b) => certainty[b] - certainty[a] || a - b)
    .slice(0, count)
    .map((k) => ({
      pixels: images.pixels.bytes.slice(k * width * height, (k + 1) * width * height),
      ...{ width, height, label: names[labels[k]], answer: names[answers[k]], probability: certainty[k] },
    }));
}
