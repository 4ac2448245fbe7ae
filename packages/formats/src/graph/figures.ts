/** What a drawing says of a tensor: its elements, if there are few, or where they lie. */
import type { Tensor } from "@polygrad/tensor";

/** The elements of a tensor of up to four, in row-major order; of a larger one, where they lie. */
export type Figures = readonly number[] | { readonly min: number; readonly mean: number; readonly max: number };

const MOST_ELEMENTS = 4;

export function figuresOf(x: Tensor): Figures {
  if (x.size <= MOST_ELEMENTS) return Array.from(x.clone().data);
  return { min: x.min().item(), mean: x.mean().item(), max: x.max().item() };
}

/** "-0.7342", "[1, 3, 7]", or "-2.13 ... 0.032 ... 1.94": the smallest element, the mean and the largest. */
export function figuresText(figures: Figures): string {
  if ("min" in figures) return [figures.min, figures.mean, figures.max].map((x) => short(x, 3)).join(" ... ");
  return figures.length === 1 ? short(figures[0], 4) : `[${figures.map((x) => short(x, 3)).join(", ")}]`;
}

function short(x: number, digits: number): string {
  return String(Number(x.toPrecision(digits)));
}
