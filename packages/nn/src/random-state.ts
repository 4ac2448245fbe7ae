/** What the random numbers of a training follow from, as a state dict: with it, a resumed run draws the same ones. */
import { ArgumentError, Random, ValueError } from "@polygrad/tensor";
import { integerFrom } from "@polygrad/tensor/internal";
import { isStochastic, type Stochastic } from "./module.ts";
import { loadNumbers, type SavedNumbers, saveNumbers } from "./saved-numbers.ts";
import { find } from "./search.ts";
import type { SavedState, StateDict } from "./state.ts";

/**
 * The state of everything in a model that draws random numbers: of layers such as `Dropout`, and of each `Random` in a
 * field. It is apart from the model's own state dict, whose names are those of PyTorch.
 *
 * The model may be any object: `new RandomState({ model, random })` covers a generator beside the model.
 */
export class RandomState {
  readonly #model: object;

  /**
   * @throws ArgumentError if the model is not an object, or if a layer in it has neither a property `randomState` nor a
   * field with a `Random`
   */
  constructor(model: object) {
    this.#model = model;
    this.#entries();
  }

  /** What the next random numbers follow from, by name. It can be saved as JSON. */
  stateDict(): StateDict {
    return saveNumbers(this.#entries());
  }

  /**
   * Lets all draw from where they were when the state was saved.
   * @throws ArgumentError, ValueError or ShapeError if the state does not fit, before it changes anything
   */
  loadStateDict(state: SavedState): void {
    loadNumbers("RandomState", this.#entries(), state, "load the state into a model of the same structure");
  }

  #entries(): Map<string, SavedNumbers> {
    const found = find("RandomState", this.#model, isSource);
    const generators = [...found].filter(([, source]) => source instanceof Random).map(([path]) => path);
    const entries = [...found].flatMap(([path, source]): [string, SavedNumbers][] => {
      if (source instanceof Random) return [[path === "" ? "state" : path, ofGenerator(source)]];
      const name = path === "" ? "randomState" : `${path}.randomState`;
      if (source.randomState !== undefined) return [[name, ofLayer(name, source, source.randomState)]];
      if (generators.some((generator) => path === "" || generator.startsWith(`${path}.`))) return [];
      throw new ArgumentError(
        `RandomState: ${path === "" ? "the model" : path} has a method reseed, but nothing that its random numbers follow ` +
          "from; give it a property randomState, or keep its generator in a field",
      );
    });
    return new Map(entries);
  }
}

function isSource(value: object): value is Random | Stochastic {
  return value instanceof Random || isStochastic(value);
}

function ofGenerator(random: Random): SavedNumbers {
  return {
    values: [...random.state],
    check: (words) => void Random.fromState(wordsOf(words)),
    set(words) {
      random.state = wordsOf(words);
    },
  };
}

function wordsOf(values: readonly number[]): Uint32Array {
  for (const value of values) integerFrom(0, 2 ** 32 - 1)("RandomState", "each word of a generator", value);
  return Uint32Array.from(values);
}

function ofLayer(name: string, layer: Stochastic, values: readonly number[]): SavedNumbers {
  return {
    values,
    check(saved) {
      for (const value of saved)
        if (!Number.isSafeInteger(value) || value < 0)
          throw new ValueError(`RandomState: ${name} must consist of integers from 0 to 2^53 - 1, got ${value}`);
    },
    set(saved) {
      layer.randomState = saved;
    },
  };
}
