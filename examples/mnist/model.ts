/** The two networks of the article: 784 pixels, one hidden layer, ten classes. */
import { Flatten, LayerNorm, Linear, Polynomial, Random, ReLU, Sequential } from "polygrad";
import type { Options } from "./options.ts";

/** The network that the options ask for, its weights drawn from the seed. */
export function makeModel(options: Options, inputs: number, classes: number, seed: number): Sequential {
  const { model, hidden, degree } = options;
  const random = new Random(seed);
  if (model === "linear")
    return new Sequential(
      new Flatten(),
      new Linear(inputs, hidden, { random }),
      new ReLU(),
      new LayerNorm(hidden),
      new Linear(hidden, classes, { random }),
    );
  return new Sequential(
    new Flatten(),
    new Polynomial(inputs, hidden, { degree, random }),
    new LayerNorm(hidden),
    new Polynomial(hidden, classes, { degree, random }),
  );
}
