/** Images with the network's answers, such as those that it got most wrong. */
import type { Figure, FigureCaption } from "./figure.ts";

/** An image, and what the network made of it. */
export interface Answered {
  /** Grey levels from 0 (paper) to 255 (ink), row by row. */
  readonly pixels: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
  /** The name of the class that it is of. */
  readonly label: string;
  /** The name of the class that the network answered. */
  readonly answer: string;
  /** The probability that the network gave to its answer. */
  readonly probability: number;
}

export interface Digits extends FigureCaption {
  readonly images: readonly Answered[];
}

export function digits(data: Digits): Figure {
  throw new Error(`digits: "${data.title}" is not drawn yet`);
}
