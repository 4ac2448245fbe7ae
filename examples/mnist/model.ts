/** The two networks of the article: 784 pixels, one hidden layer, ten classes. */
import { type Dataset, Flatten, LayerNorm, Linear, Polynomial, type Random, ReLU, Sequential } from "polygrad";
import type { Options } from "./options.ts";

/** The network that the options ask for, for images and classes like those of the dataset. */
export function makeModel(options: Options, random: Random, { sampleShape, classes }: Dataset): Sequential {
  const { model, hidden, degree } = options;
  const inputs = sampleShape.reduce((product, size) => product * size, 1);
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
