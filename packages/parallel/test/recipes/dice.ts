/**
 * A recipe whose network draws random numbers: some once, which it keeps, and some in every shard, which it records.
 */
import type { Recipe } from "@polygrad/parallel";
import {
  constant,
  type Input,
  Linear,
  Module,
  type Random,
  Sequential,
  type Tensor,
  uniform,
  type Variable,
} from "polygrad";
import small, { type SmallOptions } from "./small.ts";

export interface DiceOptions extends SmallOptions {
  /** The number of draws, followed by the draws. */
  readonly draws: Uint32Array;
}

/** Multiplies each feature by a number drawn when the layer was made, and records a draw whenever it is reseeded. */
class Teller extends Module {
  readonly #scale: Tensor;
  readonly #draws: Uint32Array;

  constructor(size: number, random: Random, draws: Uint32Array) {
    super();
    this.#scale = uniform([size], random, 0.5, 1.5);
    this.#draws = draws;
  }

  reseed(random: Random): void {
    this.#draws[Atomics.add(this.#draws, 0, 1) + 1] = random.uint32();
  }

  forward(x: Input): Variable {
    return constant(x).mul(this.#scale);
  }
}

export default {
  ...small,
  model: ({ inputs, classes, draws }, random) =>
    new Sequential(
      new Teller(inputs, random, draws),
      new Linear(inputs, 5, { random }),
      new Teller(5, random, draws),
      new Linear(5, classes, { random }),
    ),
} satisfies Recipe<DiceOptions, Sequential>;
