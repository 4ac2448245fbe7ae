/** The training that all contenders run: data, models, loss and optimiser, in the form that worker threads import. */
import type { Recipe } from "@polygrad/parallel";
import {
  Adam,
  type Batch,
  crossEntropy,
  Flatten,
  LayerNorm,
  Linear,
  Polynomial,
  type Random,
  ReLU,
  Sequential,
  type Variable,
} from "polygrad";
import { type ImageSets, mnist } from "polygrad/node";

export interface Options {
  readonly model: "poly" | "linear";
  readonly learningRate: number;
}

/** Only the training images: the contenders are not tested. */
export async function data(): Promise<Pick<ImageSets, "train">> {
  const { train } = await mnist();
  return { train };
}

/** The article's networks: `poly` has 63,560 parameters, `linear` 15,950. */
export function model(options: Options, random: Random): Sequential {
  if (options.model === "linear")
    return new Sequential(
      new Flatten(),
      new Linear(784, 20, { random }),
      new ReLU(),
      new LayerNorm(20),
      new Linear(20, 10, { random }),
    );
  return new Sequential(
    new Flatten(),
    new Polynomial(784, 20, { degree: 3, random }),
    new LayerNorm(20),
    new Polynomial(20, 10, { degree: 3, random }),
  );
}

export function loss(network: Sequential, { inputs, labels }: Batch): Variable {
  return crossEntropy(network.forward(inputs), labels);
}

export function optimiser(parameters: readonly Variable[], { learningRate }: Options): Adam {
  return new Adam(parameters, { learningRate });
}

export default { data, model, loss, optimiser } satisfies Recipe<Options, Sequential>;
