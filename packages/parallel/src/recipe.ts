/** The recipe: what a module tells every thread about a training run - its data, network, loss and optimiser. */
import type { Variable } from "@polygrad/autograd";
import type { Batch, Dataset } from "@polygrad/data";
import type { Module, Optimiser } from "@polygrad/nn";
import type { Random } from "@polygrad/tensor";

/** What is trained on and, if given, tested on. */
export interface Data {
  readonly train: Dataset;
  readonly test?: Dataset;
}

/** How long a run is to be: what learning rate schedules ask for. */
export interface Plan {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
}

/** Figures by name, means over the samples of a batch or of a dataset. */
export type Figures = Readonly<Record<string, number>>;

/**
 * The default export of a training module: `export default { ... } satisfies Recipe<Options, Sequential>`.
 *
 * Every thread loads the module and calls its functions, so they must do the same on each: what is random comes from
 * `random`, what may be chosen from `options`, which has to be something that `postMessage` can carry.
 */
export interface Recipe<Options, Model extends Module, Given extends Data = Data> {
  /** Loads the data. Called on the calling thread only; the others see the same memory. */
  readonly data: (options: Options, signal?: AbortSignal) => Given | Promise<Given>;
  /** The network, its first weights drawn from `random`. */
  readonly model: (options: Options, random: Random, data: Data) => Model;
  /** The mean loss over the samples of a batch, []. */
  readonly loss: (model: Model, batch: Batch) => Variable;
  /**
   * The optimiser. Each thread moves a slice of all parameters, so what it gets here is one flat parameter; the update
   * must treat every element alike, as those of SGD, Adam and AdamW do.
   */
  readonly optimiser: (parameters: readonly Variable[], options: Options, plan: Plan) => Optimiser;
  /** What to know about the network on a batch of test samples; the mean loss unless given. */
  readonly evaluate?: (model: Model, batch: Batch) => Figures;
}

/** Loads a training module. @throws TypeError if its default export is not a recipe. */
export async function loadRecipe<Options, Model extends Module, Given extends Data>(
  url: string,
): Promise<Recipe<Options, Model, Given>> {
  const { default: recipe }: { readonly default?: unknown } = await import(/* @vite-ignore */ url);
  if (isRecipe<Options, Model, Given>(recipe)) return recipe;
  throw new TypeError(
    `DataParallel: the default export of ${url} is no recipe; it needs functions called data, model, loss and optimiser`,
  );
}

function isRecipe<Options, Model extends Module, Given extends Data>(
  value: unknown,
): value is Recipe<Options, Model, Given> {
  const isFunction = (name: string) => typeof Reflect.get(Object(value), name) === "function";
  return ["data", "model", "loss", "optimiser"].every(isFunction);
}
