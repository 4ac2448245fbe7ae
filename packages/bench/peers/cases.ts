/** The cases that are measured: networks, sizes of batch and collections of images; matrix products; a race. */

/** Rows, inner size and columns of a matrix product. */
export type Shape = readonly [number, number, number];

/** `dense` is MNIST's labels with random pixels, none of them zero: no library can gain by skipping zeros. */
export const DATASETS = ["mnist", "fashion", "dense"] as const;
export type DatasetName = (typeof DATASETS)[number];

/** The networks: how tables call them, PyTorch's ways of computing them, and whether the other peers take part. */
export const NETWORKS = {
  poly: { title: "polynomial", torch: ["article", "products"], others: true },
  linear: { title: "linear", torch: [""], others: true },
  cheby: { title: "Chebyshev KAN", torch: [""], others: false },
  kan: { title: "B-spline KAN", torch: [""], others: false },
  kan8: { title: "B-spline KAN with 8 hidden features", torch: [""], others: false },
} as const;
export type ModelName = keyof typeof NETWORKS;
export const MODELS: readonly ModelName[] = Object.keys(NETWORKS).filter(isModel);

export function isModel(value: unknown): value is ModelName {
  return typeof value === "string" && Object.hasOwn(NETWORKS, value);
}

export interface Training {
  readonly name: string;
  readonly dataset: DatasetName;
  readonly model: ModelName;
  readonly batchSize: number;
}

const EVERYWHERE = [
  { model: "poly", batchSize: 2048 },
  { model: "linear", batchSize: 2048 },
  { model: "poly", batchSize: 128 },
  { model: "linear", batchSize: 128 },
] as const;

/** Their names begin with the images, unless these are MNIST's: `poly-2048`, `fashion-poly-2048`. */
export const TRAININGS: readonly Training[] = [
  ...DATASETS.flatMap((dataset) =>
    EVERYWHERE.map(({ model, batchSize }) => {
      const network = `${model}-${batchSize}`;
      return { name: dataset === "mnist" ? network : `${dataset}-${network}`, dataset, model, batchSize };
    }),
  ),
  { name: "cheby-2048", dataset: "mnist", model: "cheby", batchSize: 2048 },
  { name: "kan-2048", dataset: "mnist", model: "kan", batchSize: 2048 },
  { name: "kan8-128", dataset: "mnist", model: "kan8", batchSize: 128 },
];

/** From the command until the network is right about 94 % of MNIST's test images. */
export const RACE = { name: "race", dataset: "mnist", model: "poly", batchSize: 128, target: 0.94, most: 10 } as const;
export const PRODUCTS = "gemm";

/** In the order in which they run: the race takes PyTorch at the setting that was fastest before. */
export const CASES: readonly string[] = [...TRAININGS.map(({ name }) => name), RACE.name, PRODUCTS];

/** Enough to see that everything works. */
export const QUICK_CASES: readonly string[] = ["poly-2048", "fashion-linear-128", "dense-linear-2048", RACE.name];

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

/** The parts into which Polygrad cuts a batch: its default. There cannot be more workers. */
export const SHARDS = 4;
