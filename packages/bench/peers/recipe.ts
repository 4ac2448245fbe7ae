/** The training that all contenders run: data, models, loss and optimiser, in the form that worker threads import. */
import { readFile } from "node:fs/promises";
import type { Data, Figures, Recipe } from "@polygrad/parallel";
import {
  Adam,
  type Batch,
  BSpline,
  crossEntropy,
  Flatten,
  ImageDataset,
  type Layer,
  LayerNorm,
  Linear,
  loretz2024,
  Polynomial,
  type PolynomialOptions,
  type Random,
  ReLU,
  Sequential,
  type Variable,
  variancePreserving,
} from "polygrad";
import type { ModelName } from "./cases.ts";

export interface Options {
  readonly model: ModelName;
  readonly learningRate: number;
  /** The file of the training images, in the form that `share.ts` writes. */
  readonly train: string;
  /** The file of the test images, if the contender is tested. */
  readonly test?: string | undefined;
}

export async function data({ train, test }: Options): Promise<Data> {
  return { train: await images(train), ...(test !== undefined && { test: await images(test) }) };
}

/** Reads n x 784 pixels of one byte, then n labels of one byte. */
async function images(file: string): Promise<ImageDataset> {
  const bytes = await readFile(file);
  const pixels = (bytes.length / 785) * 784;
  return new ImageDataset(bytes.subarray(0, pixels), [28, 28], bytes.subarray(pixels), 10);
}

/** The article's networks, and KANs. */
export function model(options: Pick<Options, "model">, random: Random): Sequential {
  return new Sequential(new Flatten(), ...layers[options.model](random));
}

/** Chebyshev's polynomials of tanh, with a constant on every edge, as ChebyKAN has them. */
const chebyshev = (random: Random): PolynomialOptions => {
  const form = { basis: "chebyshev", squash: "tanh" } as const;
  return { ...form, degree: 3, bias: "edges", initialiser: variancePreserving(form), random };
};

/** `poly` and `cheby` have 63,560 parameters, `linear` 15,950, `kan` 142,920, `kan8` 57,168. */
const layers: Readonly<Record<ModelName, (random: Random) => Layer[]>> = {
  poly: (random) => [
    new Polynomial(784, 20, { ...loretz2024, degree: 3, random }),
    new LayerNorm(20),
    new Polynomial(20, 10, { ...loretz2024, degree: 3, random }),
  ],
  linear: (random) => [new Linear(784, 20, { random }), new ReLU(), new LayerNorm(20), new Linear(20, 10, { random })],
  cheby: (random) => [
    new Polynomial(784, 20, chebyshev(random)),
    new LayerNorm(20),
    new Polynomial(20, 10, chebyshev(random)),
  ],
  kan: (random) => [new BSpline(784, 20, { random }), new BSpline(20, 10, { random })],
  kan8: (random) => [new BSpline(784, 8, { random }), new BSpline(8, 10, { random })],
};

export function loss(network: Sequential, { inputs, labels }: Batch): Variable {
  return crossEntropy(network.forward(inputs), labels);
}

export function optimiser(parameters: readonly Variable[], { learningRate }: Options): Adam {
  return new Adam(parameters, { learningRate });
}

/** The fraction of correct answers. */
export function evaluate(network: Sequential, { inputs, labels }: Batch): Figures {
  const answers = network.forward(inputs).value.argmax(1);
  return { accuracy: answers.filter((answer, i) => answer === labels[i]).length / labels.length };
}

export default { data, model, loss, optimiser, evaluate } satisfies Recipe<Options, Sequential>;
