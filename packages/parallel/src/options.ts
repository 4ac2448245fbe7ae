/** What a user passes to a training run, and what the run reports: its options, its epochs and its progress. */
import type { Figures } from "./recipe.ts";

/** The options of `DataParallel.start`. */
export interface DataParallelOptions<Options> {
  /** The options passed to the recipe's functions: anything that `postMessage` can send. */
  readonly options: Options;
  /** The number of passes over the training data. */
  readonly epochs: number;
  /** Samples per step. The last batch of an epoch is smaller if the number of samples is not a multiple of it. */
  readonly batchSize: number;
  /** The number of worker threads. Defaults to the number of cores. The results do not depend on it. */
  readonly workers?: number;
  /** The number of parts into which each batch is cut. Defaults to 4. The last bits of the results depend on it. */
  readonly shards?: number;
  /** The seed of the initial weights and of the shuffling, an integer from 0 to 2^53 - 1. Defaults to 0. */
  readonly seed?: number;
  /** Whether to shuffle the training data, in a new order each epoch. Defaults to true. */
  readonly shuffle?: boolean;
  /** Aborts the run, which then throws the signal's reason. */
  readonly signal?: AbortSignal;
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
