/**
 * The recipe: a module that defines the data, network, loss and optimiser of a training run, loaded by every thread.
 */
import type { Variable } from "@polygrad/autograd";
import type { Batch, Dataset, Labels, Targets } from "@polygrad/data";
import type { Metric, Module, Optimiser } from "@polygrad/nn";
import type { Random, Tensor } from "@polygrad/tensor";

/**
 * The training data and, optionally, data that figures are computed of after each epoch: of classes or, as
 * `Data<Tensor>`, with continuous targets.
 */
export interface Data<T extends Targets = Labels> {
  readonly train: Dataset<T>;
  /** Data by which one chooses: options, and when to stop. `randomSplit` cuts it off the training data. */
  readonly validation?: Dataset<T> | undefined;
  readonly test?: Dataset<T> | undefined;
}

/** The type of the targets of some data. */
export type TargetsOf<Given extends Data<Targets>> =
  Given extends Data<Labels> ? Labels : Given extends Data<Tensor> ? Tensor : Targets;

/** The length of a training run, which learning rate schedules depend on. */
export interface Plan {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
}

/**
 * The parameters of each group, by the names that the recipe's `groups` returns: on a worker, one flat slice of each,
 * `[n]`, which may be empty.
 */
export type Groups = Readonly<Record<string, readonly Variable[]>>;

/** Named figures of a dataset, such as loss and accuracy. */
export type Figures = Readonly<Record<string, number>>;

/**
 * Named figures of a batch: numbers, which are means over its samples, or metrics, such as `new R2().add(y, targets)`. The
 * figure of a dataset is then the mean of the numbers, or the value of the metrics of all batches together.
 */
export type Evaluation = Readonly<Record<string, number | Metric<unknown>>>;

/**
 * The default export of a recipe module: `export default { ... } satisfies Recipe<Options, Sequential>`.
 *
 * Every thread loads the module and calls its functions, so they must do the same on each thread: take random numbers
 * from `random` only, and everything else that varies from `options`. The options must be something that `postMessage`
 * can send, so they cannot contain functions.
 *
 * For continuous targets, name the type of the data: `satisfies Recipe<Options, Sequential, Data<Tensor>>`. The loss then
 * gets a `Batch<Tensor>`.
 */
export interface Recipe<
  Options,
  Model extends Module,
  Given extends Data<Targets> = Data,
  T extends Targets = TargetsOf<Given>,
> {
  /** Loads the data. Only the calling thread calls it; the workers read the same memory. */
  readonly data: (options: Options, signal?: AbortSignal) => Given | Promise<Given>;
  /** Makes the network, with initial weights drawn from `random`. */
  readonly model: (options: Options, random: Random, data: Data<T>) => Model;
  /**
   * Computes the mean loss over the samples of a batch, a scalar of shape `[]`, and does nothing else: most steps are
   * replayed without calling it, unless the option `capture` is false.
   */
  readonly loss: (model: Model, batch: Batch<T>) => Variable;
  /**
   * Makes the optimiser. Each worker updates one slice of every group, so `parameters` holds one flat parameter, `[n]`, for
   * each group; without `groups`, that is a single one. The update must treat all elements of a group alike, as those of
   * SGD, Adam and AdamW do.
   *
   * ```ts
   * optimiser: (_, options, plan, { weights, biases }) =>
   *   new AdamW([{ parameters: weights }, { parameters: biases, weightDecay: 0 }], { learningRate: 0.01 }),
   * ```
   */
  readonly optimiser: (parameters: readonly Variable[], options: Options, plan: Plan, groups: Groups) => Optimiser;
  /**
   * The group of a parameter, for optimisers that treat some unlike others: `(name) => name.endsWith("bias") ? "biases" :
   * "weights"`. Frozen parameters (`requiresGrad` = false) have no group. Defaults to one group.
   */
  readonly groups?: (name: string, parameter: Variable, options: Options) => string;
  /** Computes figures on a batch of validation or test samples. Defaults to the mean loss. */
  readonly evaluate?: (model: Model, batch: Batch<T>) => Evaluation;
}

/** A recipe of any types. */
export interface AnyRecipe {
  readonly data: (...some: never[]) => unknown;
  readonly model: (...some: never[]) => Module;
  readonly loss: (...some: never[]) => Variable;
  readonly optimiser: (...some: never[]) => Optimiser;
  readonly groups?: (...some: never[]) => string;
  readonly evaluate?: (...some: never[]) => Evaluation;
}

/** Whether a value has the functions that every recipe has. */
export function isRecipe<Options, Model extends Module, Given extends Data<Targets>, T extends Targets>(
  value: unknown,
): value is Recipe<Options, Model, Given, T> {
  const isFunction = (name: string) => typeof Reflect.get(Object(value), name) === "function";
  return ["data", "model", "loss", "optimiser"].every(isFunction);
}
