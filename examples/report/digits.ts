/** Images with the network's answers, such as those that it got most wrong. */
import { type Drawing, type Figure, type FigureCaption, figure, rows } from "./figure.ts";
import { percent } from "./format.ts";
import { raster } from "./raster.ts";
import { element, label } from "./svg.ts";

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

const SIDE = 64;

/** Each image with three lines: the answer and its probability, and what it is. */
export function digits(data: Digits): Figure {
  const told = data.images.map(
    ({ label: is, answer, probability }) => `${is} taken for ${answer} (${percent(probability, 1)})`,
  );
  const description = `${data.images.length} images with the answers of the network: ${told.join(", ")}.`;
  return figure(data, description, (width) => rows(data.images, width, { least: 76, gap: 10 }, tile));
}

function tile({ pixels, width, height, label: is, answer, probability }: Answered): Drawing {
  const rgb = Uint8Array.from({ length: 3 * pixels.length }, (_, k) => 255 - pixels[Math.floor(k / 3)]);
  const high = (SIDE * height) / width;
  const box = { x: 0, y: 0, width: SIDE, height: high };
  const right = is === answer;
  return {
    height: high + 54,
    content: [
      raster(rgb, [width, height], { ...box, class: "digit" }),
      element("rect", { ...box, fill: "none", stroke: "var(--grid)" }),
      label(0, high + 16, answer, { class: "strong", fill: right ? "var(--s1)" : "var(--s2)" }),
      label(0, high + 31, percent(probability, 1), { class: "small" }),
      label(0, high + 45, right ? "right" : `is ${is}`, { class: "muted small" }),
    ].join(""),
  };
}
