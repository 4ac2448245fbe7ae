/** What a user passes to a training run, and what the run reports: its options, its epochs and its progress. */
import { availableParallelism } from "node:os";
import { ArgumentError, ValueError } from "@polygrad/tensor";
import {
  type Checks,
  callable,
  checkOptions,
  described,
  flag,
  instance,
  integerFrom,
  number,
} from "@polygrad/tensor/internal";
import type { Figures } from "./recipe.ts";

/** The options of `DataParallel.start`. */
export interface DataParallelOptions<Options> {
  /** The options passed to the recipe's functions: anything that `postMessage` can send. */
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
  /** The number of parts into which each batch is cut. Defaults to 4. The last bits of the results depend on it. */
  readonly shards?: number;
  /** The seed of the initial weights and of the shuffling, an integer from 0 to 2^53 - 1. Defaults to 0. */
  readonly seed?: number;
  /** Whether to shuffle the training data, in a new order each epoch. Defaults to true. */
  readonly shuffle?: boolean;
  /**
   * Whether to capture the steps of the workers and replay them, which changes the time and nothing else. Defaults to
   * true.
   */
  readonly capture?: boolean;
  /** Aborts the run, also while its threads start. The run then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called with a warning, such as that `workers` is reduced. Defaults to `process.emitWarning`, code POLYGRAD_WORKERS. */
  readonly onWarning?: (message: string) => void;
}

const known: Checks<DataParallelOptions<unknown>> = {
  options: () => {}, // the recipe's own
  epochs: number,
  batchSize: number,
  workers: number,
  shards: number,
  seed: integerFrom(0),
  shuffle: flag,
  capture: flag,
  signal: instance(AbortSignal, "an AbortSignal: new AbortController().signal"),
  onWarning: callable,
};

/** More threads for each core would do no work faster, but each takes memory and time to start. */
const THREADS_PER_CORE = 4;

/**
 * Checks the numbers among the options, and reduces the number of workers to those that have something to do.
 *
 * @returns the number of workers to start, and the number of shards
 * @throws ValueError if a number is not a positive integer; ArgumentError if an option is unknown or of the wrong kind
 */
export function checkNumbers(settings: DataParallelOptions<unknown>): { workers: number; shards: number } {
  if (settings === undefined)
    throw new ArgumentError("DataParallel: got no settings; pass { options, epochs, batchSize }");
  checkOptions("DataParallel", settings, known);
  const { epochs, batchSize, shards = 4, onWarning = warn } = settings;
  const cores = availableParallelism();
  const { workers = Math.min(cores, shards) } = settings;
  for (const [name, value] of Object.entries({ epochs, batchSize, shards, workers }))
    if (!Number.isSafeInteger(value) || value < 1)
      throw new ValueError(`DataParallel: ${name} must be a positive integer, got ${described(value)}`);
  const most = Math.min(shards, THREADS_PER_CORE * cores);
  if (workers <= most) return { workers, shards };
  const why =
    most === shards
      ? `a batch has ${counted(shards, "shard")}, and each shard is computed by one worker`
      : `there are ${counted(cores, "core")}, and more than ${THREADS_PER_CORE} workers per core only take memory`;
  onWarning(`DataParallel: workers is ${workers}, but ${why}; ${counted(most, "worker")} will be used`);
  return { workers: most, shards };
}

function warn(message: string): void {
  process.emitWarning(message, { code: "POLYGRAD_WORKERS" });
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** The results of one epoch. */
export interface Epoch {
  /** The number of the epoch, counted from 1. */
  readonly epoch: number;
  /** The mean loss over the training samples, computed while the weights were changing. */
  readonly trainLoss: number;
  /** The figures of the recipe's `evaluate` on the test data; undefined if there is none. */
  readonly test: Figures | undefined;
  /** The time that training took, in seconds, without the evaluation. */
  readonly seconds: number;
}

/** The progress of a training run. */
export interface Progress {
  /** The number of steps that all workers have finished, over all epochs. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** The mean loss over the samples of the last finished step; 0 before the first. */
  readonly loss: number;
}
