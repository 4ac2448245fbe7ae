/** The two networks of the article, polynomial and linear: 784 pixels, one hidden layer, ten classes. */
import {
  type Dataset,
  Flatten,
  LayerNorm,
  Linear,
  loretz2024,
  Polynomial,
  type Random,
  ReLU,
  Sequential,
} from "polygrad";
import type { Experiment } from "./options.ts";

/**
 * Makes the network that the options describe, with weights drawn from `random`. The dataset determines the number of
 * inputs and of classes.
 */
export function makeModel(
  options: Pick<Experiment, "model" | "degree" | "hidden">,
  random: Random,
  { sampleShape, classes }: Dataset,
): Sequential {
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
    new Polynomial(inputs, hidden, { ...loretz2024, degree, random }),
    new LayerNorm(hidden),
    new Polynomial(hidden, classes, { ...loretz2024, degree, random }),
  );
}
