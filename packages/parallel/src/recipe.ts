/**
 * The recipe: a module that defines the data, network, loss and optimiser of a training run, loaded by every thread.
 */
import { statSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Variable } from "@polygrad/autograd";
import type { Batch, Dataset } from "@polygrad/data";
import type { Module, Optimiser } from "@polygrad/nn";
import { ArgumentError, type Random, ValueError } from "@polygrad/tensor";

/** The training data and, optionally, the test data. */
export interface Data {
  readonly train: Dataset;
  readonly test?: Dataset;
}

/** The length of a training run, which learning rate schedules depend on. */
export interface Plan {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
}

/** Named figures, such as loss and accuracy: each a mean over the samples of a batch or of a dataset. */
export type Figures = Readonly<Record<string, number>>;

/**
 * The default export of a recipe module: `export default { ... } satisfies Recipe<Options, Sequential>`.
 *
 * Every thread loads the module and calls its functions, so they must do the same on each thread: take random numbers
 * from `random` only, and everything else that varies from `options`. The options must be something that `postMessage`
 * can send, so they cannot contain functions.
 */
export interface Recipe<Options, Model extends Module, Given extends Data = Data> {
  /** Loads the data. Only the calling thread calls it; the workers read the same memory. */
  readonly data: (options: Options, signal?: AbortSignal) => Given | Promise<Given>;
  /** Makes the network, with initial weights drawn from `random`. */
  readonly model: (options: Options, random: Random, data: Data) => Model;
  /**
   * Computes the mean loss over the samples of a batch, a scalar of shape `[]`, and does nothing else: most steps are
   * replayed without calling it, unless the option `capture` is false.
   */
  readonly loss: (model: Model, batch: Batch) => Variable;
  /**
   * Makes the optimiser. Each worker updates one slice of the parameters, so `parameters` holds one flat parameter,
   * `[n]`. The update must treat all elements alike, as SGD, Adam and AdamW do.
   */
  readonly optimiser: (parameters: readonly Variable[], options: Options, plan: Plan) => Optimiser;
  /** Computes figures on a batch of test samples. Defaults to the mean loss. */
  readonly evaluate?: (model: Model, batch: Batch) => Figures;
}

/**
 * The URL of a recipe module. A path that starts with "./" or "../" starts from the working directory.
 *
 * @throws ArgumentError if it is neither a string nor a URL; ValueError if it is a bare specifier such as "pkg/recipe",
 * or there is no such file
 */
export function recipeUrl(recipe: URL | string): string {
  if (typeof recipe !== "string" && !(recipe instanceof URL))
    throw new ArgumentError(
      `DataParallel: the recipe must be a URL or a path, got ${typeof recipe}; ` +
        'pass new URL("./recipe.ts", import.meta.url)',
    );
  const url = typeof recipe === "string" ? parseLocation(recipe) : recipe;
  if (url.protocol !== "file:") return url.href;
  const path = fileURLToPath(url);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true)
    throw new ValueError(
      `DataParallel: there is no recipe file ${path}; pass its path, relative to the working directory, or its URL, ` +
        'for example new URL("./recipe.ts", import.meta.url)',
    );
  return url.href;
}

function parseLocation(text: string): URL {
  if (isAbsolute(text) || /^\.\.?[\\/]/.test(text)) return pathToFileURL(resolve(text));
  if (URL.canParse(text)) return new URL(text);
  throw new ValueError(
    `DataParallel: "${text}" is neither a path nor a URL; write "./${text}" for a file in the working directory, ` +
      `or import.meta.resolve("${text}") for a module of a package`,
  );
}

/** Imports a recipe module. @throws TypeError if its default export is not a recipe; whatever the import throws. */
export async function loadRecipe<Options, Model extends Module, Given extends Data>(
  url: string,
): Promise<Recipe<Options, Model, Given>> {
  const { default: recipe }: { readonly default?: unknown } = await import(/* @vite-ignore */ url);
  if (isRecipe<Options, Model, Given>(recipe)) return recipe;
  throw new TypeError(
    `DataParallel: the default export of ${url} is not a recipe; ` +
      "export an object with the functions data, model, loss and optimiser",
  );
}

function isRecipe<Options, Model extends Module, Given extends Data>(
  value: unknown,
): value is Recipe<Options, Model, Given> {
  const isFunction = (name: string) => typeof Reflect.get(Object(value), name) === "function";
  return ["data", "model", "loss", "optimiser"].every(isFunction);
}
