/** Dropout: a layer that sets elements to 0 at random while it is trained. */
import type { Variable } from "@polygrad/autograd";
import { type Random, ValueError } from "@polygrad/tensor";
import { type Checks, checkOptions, described, dropoutMask, integerFrom, numbers } from "@polygrad/tensor/internal";
import { generator, share } from "./checks.ts";
import { sharedRandom } from "./init.ts";
import { type Input, inputOf, Module, type Stochastic } from "./module.ts";

/** Options of dropout. */
interface DropoutOptions {
  /** The generator that the key is drawn from; by default one split from the one that `manualSeed` seeds. */
  readonly random?: Random;
}

const dropoutOptions: Checks<DropoutOptions> = { random: generator };

/**
 * In training, sets each element to 0 with the given probability p (0.5 by default) and divides the others by 1 - p. In
 * evaluation, returns its input: [...] -> [...] (Srivastava et al. 2014).
 *
 * Which elements depends on nothing but `key`, `counter` and their positions: the masks are words of Philox4x32-10, a
 * generator without a state (Salmon et al. 2011).
 */
export class Dropout extends Module implements Stochastic {
  readonly probability: number;
  /** What tells this layer's masks from those of others: an integer from 0 to 2^53 - 1. */
  key: number;
  /** The number of the next mask: the number of forward passes in training since the key was drawn. */
  counter = 0;

  /**
   * @param probability the probability of setting an element to 0; 0.5 by default
   * @throws ValueError if the probability does not lie between 0 and 1
   */
  constructor(probability = 0.5, options: DropoutOptions = {}) {
    super();
    share("Dropout", "the probability", probability);
    checkOptions("Dropout", options, dropoutOptions);
    this.probability = probability;
    this.key = keyFrom(options.random ?? sharedRandom().split());
  }

  /** Draws a new key from `random`, and counts from 0 again. @throws ArgumentError if it is not a generator */
  reseed(random: Random): void {
    generator("Dropout", "random", random);
    this.key = keyFrom(random);
    this.counter = 0;
  }

  /** `key` and `counter`. @throws ValueError unless it is set to two integers from 0 to 2^53 - 1 */
  get randomState(): readonly number[] {
    return [this.key, this.counter];
  }

  set randomState(state: readonly number[]) {
    numbers("Dropout", "randomState", state);
    if (state.length !== 2)
      throw new ValueError(`Dropout: randomState must be the key and the counter, got ${described(state)}`);
    for (const value of state) integerFrom(0)("Dropout", "randomState", value);
    [this.key, this.counter] = state;
  }

  forward(x: Input): Variable {
    const input = inputOf("Dropout", x);
    if (!this.training || this.probability === 0) return input;
    const next = () => ({ key: this.key, counter: this.counter++ });
    return input.mul(dropoutMask(input.value, this.probability, next));
  }
}

/** An integer from 0 to 2^53 - 1. */
function keyFrom(random: Random): number {
  const high = random.uint32() >>> 11;
  return high * 2 ** 32 + random.uint32();
}
