/** A user's recipe and training program: they must compile against the declarations in the tarballs. */
import { DataParallel, type Epoch, type Recipe, WorkerError } from "@polygrad/parallel";
import { Adam, crossEntropy, Sequential as Layers, Linear, type Sequential, TensorDataset, tensor } from "polygrad";

interface Options {
  readonly learningRate: number;
}

export default {
  data: () => ({ train: new TensorDataset(tensor([[0, 1]]), [1], 2), note: "one sample" }),
  model: (_options, random) => new Layers(new Linear(2, 2, { random })),
  loss: (model, { inputs, labels }) => crossEntropy(model.forward(inputs), labels),
  optimiser: (parameters, { learningRate }) => new Adam(parameters, { learningRate }),
} satisfies Recipe<Options, Sequential, { readonly train: TensorDataset; readonly note: string }>;

export async function main(): Promise<void> {
  const settings = { options: { learningRate: 0.1 }, epochs: 1, batchSize: 8, workers: 2 };
  const training = await DataParallel.start<Options, Sequential>(new URL("./recipe.mjs", import.meta.url), settings);
  const layers: number = training.model.layers.length;
  const epochs: Epoch[] = [];
  try {
    for await (const epoch of training) epochs.push(epoch);
  } catch (error) {
    if (error instanceof WorkerError) console.log(error.worker, error.step, error.cause);
  }
  console.log(layers, epochs[0]?.test?.accuracy, training.threads.length);
  // @ts-expect-error: the epochs must be given
  await DataParallel.start<Options, Sequential>("recipe.mjs", { options: { learningRate: 0.1 }, batchSize: 8 });
}
