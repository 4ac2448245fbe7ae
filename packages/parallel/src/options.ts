/** What a user passes to a training run. */

/** A Web Worker, as far as `DataParallel` uses it. */
export interface WebWorker {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(type: "message" | "error", listener: (event: object) => void): void;
  terminate(): void;
}

/** The options of `DataParallel.start`. */
export interface DataParallelOptions<Options> {
  /** The options passed to the recipe's functions: anything that `postMessage` can send; for checkpoints, plain values. */
  readonly options: Options;
  /** The number of passes over the training data. */
  readonly epochs: number;
  /** Samples per step. The last batch of an epoch is smaller if the number of samples is not a multiple of it. */
  readonly batchSize: number;
  /**
   * The number of worker threads. Defaults to the number of cores, or of shards if there are fewer of those. The results
   * do not depend on it. More workers than shards, or than four for each core, are reduced to that, with a warning.
   */
  readonly workers?: number;
  /**
   * Starts a Web Worker whose file says `serve(recipe)`. Browsers need it, and Node does without:
   * `() => new Worker(new URL("./recipe.worker.ts", import.meta.url), { type: "module" })`.
   */
  readonly worker?: () => WebWorker;
  /** The number of parts into which each batch is cut. Defaults to 4. The last bits of the results depend on it. */
  readonly shards?: number;
  /** The seed of the initial weights and of the shuffling, an integer from 0 to 2^53 - 1. Defaults to 0. */
  readonly seed?: number;
  /** Whether to shuffle the training data, in a new order each epoch. Defaults to true. */
  readonly shuffle?: boolean;
  /**
   * Clips the gradients of every step: scales all of them by one factor, so that their norm as one vector is at most this
   * (see `clipGradNorm`). Frozen parameters do not count. Defaults to no clipping.
   */
  readonly clipNorm?: number;
  /**
   * Keeps exponential moving averages of the parameters: after every step, average = decay average + (1 - decay) p, from
   * the parameters after the first step on. Figures are then computed with the averages, and when all epochs are done, the
   * model has them. Defaults to none.
   */
  readonly average?: { readonly decay: number };
  /** Ends the run when a figure of the validation data no longer improves. Defaults to training all epochs. */
  readonly earlyStopping?: EarlyStoppingSettings;
  /** Writes checkpoints, from which a run that was killed continues. Defaults to none. */
  readonly checkpoint?: CheckpointSettings;
  /**
   * Continues an earlier run: true, from the newest checkpoint in `checkpoint.directory`, or from the beginning if there
   * is none; a path, from that checkpoint. The run ends with the same bits as one that was never interrupted, whatever the
   * number of workers then and now.
   */
  readonly resume?: boolean | string;
  /**
   * Whether to capture the steps of the workers and replay them, which changes the time and nothing else. Defaults to
   * true.
   */
  readonly capture?: boolean;
  /**
   * Aborts the run, also while its threads start. The run then throws the signal's reason. With checkpoints, it writes one
   * first, after the current step.
   */
  readonly signal?: AbortSignal;
  /** Called with a warning, such as that `workers` is reduced. Defaults to `process.emitWarning`, code POLYGRAD_WORKERS. */
  readonly onWarning?: (message: string) => void;
}

/** How early stopping judges epochs: see `EarlyStopping`. */
export interface EarlyStoppingSettings {
  /** The figure of the validation data. Defaults to "loss". */
  readonly metric?: string;
  /** Whether the figure should fall or rise. Defaults to "min". */
  readonly mode?: "min" | "max";
  /** After how many epochs in a row without improvement the run ends. */
  readonly patience: number;
  /** The smallest change that counts as an improvement. Defaults to 0. */
  readonly minimumChange?: number;
  /** Whether the model has the weights of the best epoch at the end of the run. Defaults to true. */
  readonly restoreBest?: boolean;
}

/** When checkpoints are written, and where. */
export interface CheckpointSettings {
  /** The directory of this run's checkpoints, made if there is none. A run that does not resume needs an empty one. */
  readonly directory: string;
  /** How often: after a number of epochs, of steps, or of seconds. Defaults to every epoch. The last epoch has one too. */
  readonly every?: { readonly epochs: number } | { readonly steps: number } | { readonly seconds: number };
  /** How many of the newest checkpoints to keep. Defaults to 2. */
  readonly keep?: number;
}
