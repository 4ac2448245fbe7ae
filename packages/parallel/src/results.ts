/** What a training run reports: the results of its epochs, and its progress. */
import type { Figures } from "./recipe.ts";

/** The results of one epoch. */
export interface Epoch {
  /** The number of the epoch, counted from 1. */
  readonly epoch: number;
  /** The mean loss over the training samples, computed while the weights were changing. */
  readonly trainLoss: number;
  /** The figures of the recipe's `evaluate` on the validation data; undefined if there is none. */
  readonly validation: Figures | undefined;
  /** The figures of the recipe's `evaluate` on the test data; undefined if there is none. */
  readonly test: Figures | undefined;
  /** The time that training took, in seconds, without evaluation and checkpoints. */
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
