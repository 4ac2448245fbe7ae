/** Tensors drawn at random, in row-major order, from a seeded generator. */
import { instance, integerFrom, number, numberFrom } from "./arguments.ts";
import { type CreateOptions, room } from "./create.ts";
import { type Sizes, shapeOf } from "./fill.ts";
import { Storage } from "./memory/storage.ts";
import { Random } from "./random.ts";
import { sizeOf } from "./shape.ts";
import { Tensor } from "./tensor.ts";

const generator = instance(Random, "a generator, such as new Random(1)");

function drawn(
  operation: string,
  sizes: Sizes,
  random: Random,
  settings: Readonly<Record<string, number>>,
  draw: () => number,
  options?: CreateOptions,
): Tensor {
  const shape = shapeOf(operation, sizes);
  generator(operation, "the second argument", random);
  for (const [name, value] of Object.entries(settings)) number(operation, name, value);
  const data = room(operation, sizeOf(shape), options);
  for (let i = 0; i < data.length; i++) data[i] = draw();
  return new Tensor(new Storage(data), shape);
}

/**
 * Elements drawn from the uniform distribution on [low, high), by default [0, 1), in float32 by default.
 * @throws ShapeError unless every size is an integer from 0 up.
 */
export function uniform(shape: Sizes, random: Random, low = 0, high = 1, options?: CreateOptions): Tensor {
  return drawn("uniform", shape, random, { low, high }, () => low + (high - low) * random.uniform(), options);
}

/**
 * Elements drawn from the normal distribution with that mean (by default 0) and standard deviation (by default 1), in
 * float32 by default.
 * @throws ShapeError unless every size is an integer from 0 up.
 */
export function normal(shape: Sizes, random: Random, mean = 0, deviation = 1, options?: CreateOptions): Tensor {
  return drawn("normal", shape, random, { mean, deviation }, () => mean + deviation * random.normal(), options);
}

/**
 * Elements that are 1 with that probability (by default 0.5), else 0, in float32 by default.
 * @throws ValueError unless the probability is from 0 to 1; ShapeError unless every size is an integer from 0 up.
 */
export function bernoulli(shape: Sizes, random: Random, probability = 0.5, options?: CreateOptions): Tensor {
  numberFrom(0, 1)("bernoulli", "the probability", probability);
  const draw = () => Number(random.bernoulli(probability));
  return drawn("bernoulli", shape, random, { probability }, draw, options);
}

/**
 * The integers 0 ... length - 1 in random order: [length].
 * @throws ValueError unless the length is an integer from 0 to 2^31 - 1; MemoryError if there is no memory for them.
 */
export function permutation(length: number, random: Random): Int32Array {
  integerFrom(0)("permutation", "length", length);
  generator("permutation", "the second argument", random);
  return random.permutation(length);
}
