/** The settings of the stage Digits. */
import type { Query } from "../../app/query.ts";
import { rates } from "../../train/choices.ts";
import { amounts } from "./amounts.ts";

/** The number of classes. */
export const DIGITS = 10;
/** The layers: that of the library, and that of the article (Loretz 2024). */
export const layers = ["stable", "loretz2024"] as const;
export const batches = [32, 64, 128, 256, 512, 1024, 2048] as const;

export interface DigitsSettings {
  readonly layer: (typeof layers)[number];
  readonly degree: number;
  readonly hidden: number;
  readonly lr: (typeof rates)[number];
  readonly batch: (typeof batches)[number];
  readonly images: (typeof amounts)[number];
  readonly seed: number;
}

export function readDigits(query: Query): DigitsSettings {
  return {
    layer: query.choice("layer", "stable", layers),
    degree: query.integer("degree", 3, 1, 6),
    hidden: query.integer("hidden", 20, 4, 40),
    lr: query.number("lr", 0.01, rates),
    batch: query.number("batch", 128, batches),
    images: query.number("images", 10_000, amounts),
    seed: query.integer("seed", 1, 0, 999_999_999),
  };
}
