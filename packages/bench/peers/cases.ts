/** The cases that are measured: two networks, each with two batch sizes, and matrix products. */

/** Rows, inner size and columns of a matrix product. */
export type Shape = readonly [number, number, number];

export interface Training {
  readonly model: "poly" | "linear";
  readonly batchSize: number;
}

const TRAININGS = {
  "poly-2048": { model: "poly", batchSize: 2048 },
  "linear-2048": { model: "linear", batchSize: 2048 },
  "poly-128": { model: "poly", batchSize: 128 },
  "linear-128": { model: "linear", batchSize: 128 },
} as const satisfies Readonly<Record<string, Training>>;

export type TrainingName = keyof typeof TRAININGS;
export type CaseName = TrainingName | "gemm";

export const CASES: readonly CaseName[] = ["poly-2048", "linear-2048", "poly-128", "linear-128", "gemm"];

export function trainingOf(name: TrainingName): Training {
  return TRAININGS[name];
}

export const SHAPES: readonly Shape[] = [
  [256, 256, 256],
  [512, 512, 512],
  [1024, 1024, 1024],
  [128, 784, 128],
  [2048, 784, 20],
  [20, 2048, 784],
];

export const IMAGES = 60_000;
export const LEARNING_RATE = 0.001;
export const SEED = 0;
