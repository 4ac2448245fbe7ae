/** What a run is: the job that describes it, in plain values that can travel to any machine, and what comes of it. */
import type { DataParallelOptions } from "@polygrad/parallel";
import type { JsonObject } from "@polygrad/parallel/internal";

/**
 * The settings of a run: those of `DataParallel.start` that are plain values. `seed` defaults to the option `seed` of the
 * configuration, if there is one, and otherwise to 0; `workers` to 1, because an engine works on several runs at once.
 */
export type Settings = Omit<
  DataParallelOptions<unknown>,
  "options" | "worker" | "signal" | "onWarning" | "checkpoint" | "resume"
>;

/** The settings of a job, with the defaults of `seed` and `workers` filled in. */
export type JobSettings = Settings & { readonly seed: number; readonly workers: number };

/**
 * One run to do: a pure function of its configuration. It names nothing of the machine that submits it, no path and no
 * time, so every machine with the same code and data computes the same weights from it, bit for bit.
 */
export interface Job {
  /**
   * The SHA-256, in hexadecimal, of all that the result depends on: code, data, options, settings, `until`. Two jobs with
   * one key have one result.
   */
  readonly key: string;
  /**
   * The key of the job that trains to the last epoch: `key` itself unless `until` is less than `settings.epochs`. Jobs of
   * one trial share their checkpoints, so a later one continues where an earlier one ended.
   */
  readonly trial: string;
  /** The fingerprint of the recipe, of the modules that it imports, and of the library. A worker must have the same. */
  readonly code: string;
  /** The checksum of the data. A run whose data has another one fails. */
  readonly data: string;
  /** The options of the recipe. */
  readonly options: JsonObject;
  readonly settings: JobSettings;
  /** The epoch after which the run ends; less than `settings.epochs`, which schedules span, in the lower rungs of `asha`. */
  readonly until: number;
  /** Whether the result carries the weights themselves, besides their hash. */
  readonly weights: boolean;
}

/** The figures of one epoch, a line of metrics.jsonl: `epoch`, `trainLoss`, `seconds`, `testLoss`, `validationLoss`, ... */
export type Metrics = {
  /** The number of the epoch, counted from 1. */
  readonly epoch: number;
  /** The mean loss over the training samples, computed while the weights were changing. */
  readonly trainLoss: number;
  /** The time that training took, without the evaluation. */
  readonly seconds: number;
} & FigureColumns;

/** The figures of the recipe's `evaluate`, named after the data: its `accuracy` on the test data is `testAccuracy`. */
export interface FigureColumns {
  readonly [figure: `test${string}` | `validation${string}`]: number;
}

/** The summary of a finished run: the content of summary.json. */
export type Summary = {
  /** The number of finished epochs: `until`, or fewer if the run stopped early. */
  readonly epochs: number;
  /** The mean loss over the training samples in the last epoch. */
  readonly trainLoss: number;
  /** The number of parameters. */
  readonly parameters: number;
  /** The SHA-256 of the parameters: see `weightsSha256` of `@polygrad/formats`. */
  readonly weightsSha256: string;
  /** The time that training took, over all epochs, without evaluation and start. It is not reproducible. */
  readonly seconds: number;
} & FigureColumns;

/** What a run has computed. */
export interface Result {
  readonly summary: Summary;
  /** One entry for each epoch from the first, also of those that an earlier process trained before it was killed. */
  readonly metrics: readonly Metrics[];
  /** The parameters as a safetensors file, if the job asks for them. */
  readonly weights: Uint8Array | undefined;
}

/** Why a run has failed, in plain values. */
export interface Failure {
  /** The name of the error's class. */
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Whether the same run may succeed next time: a process that was killed or a full disk, but not an error of the recipe. */
  readonly temporary: boolean;
}

/** What an engine says of a job that it was given, after all its attempts. */
export type Outcome = {
  /** The worker of the last attempt: "local 2", or "host/4711/1". */
  readonly worker: string;
  /** How many times the run was begun. */
  readonly attempts: number;
} & ({ readonly status: "done"; readonly result: Result } | { readonly status: "failed"; readonly failure: Failure });
