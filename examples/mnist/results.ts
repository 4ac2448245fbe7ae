/** The results of a run: of each epoch, and their summary. They are what `--out` writes (see files.ts). */
import { cpus } from "node:os";
import { weightsSha256 } from "@polygrad/formats";
import type { Module } from "polygrad";
import type { Options } from "./options.ts";

/** The results of one epoch: a line of metrics.jsonl. */
export interface Epoch {
  /** The number of the epoch, counted from 1. */
  readonly epoch: number;
  /** The mean loss over the training images, computed while the weights were changing. */
  readonly trainLoss: number;
  readonly testLoss: number;
  /** The fraction of correct answers, from 0 to 1. */
  readonly testAccuracy: number;
  /** The time that training took, without the evaluation. */
  readonly seconds: number;
}

/** The summary of one run: the content of summary.json. */
export interface Summary {
  readonly dataset: string;
  readonly model: string;
  /** The number of parameters. */
  readonly parameters: number;
  /** The number of finished epochs. */
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly workers: number;
  readonly shards: number;
  readonly trainLoss: number;
  readonly testLoss: number;
  /** The fraction of correct answers, from 0 to 1. */
  readonly testAccuracy: number;
  /** The time that training took, without the evaluation. */
  readonly secondsPerEpoch: { readonly min: number; readonly median: number };
  /** The SHA-256 of the parameters in order, each in row-major order, as little-endian float32. */
  readonly weightsSha256: string;
  /** What ran it, and its version: "Node 20.20.2", "Bun 1.4.5", "Deno 2.9.6". */
  readonly engine: string;
  /** The version of Node; under Bun and Deno, the one that they stand in for. */
  readonly node: string;
  readonly cpu: string;
}

/** Summarises a run from its finished epochs; returns undefined if there are none. */
export async function summarise(
  options: Options,
  seed: number,
  { model, workers, shards }: { readonly model: Module; readonly workers: number; readonly shards: number },
  epochs: readonly Epoch[],
): Promise<Summary | undefined> {
  const last = epochs.at(-1);
  if (last === undefined) return undefined;
  const seconds = epochs.map((epoch) => epoch.seconds).sort((a, b) => a - b);
  return {
    dataset: options.dataset,
    model: options.model,
    parameters: model.parameters().reduce((sum, { size }) => sum + size, 0),
    epochs: epochs.length,
    batchSize: options.batch,
    learningRate: options.learningRate,
    seed,
    workers,
    shards,
    trainLoss: last.trainLoss,
    testLoss: last.testLoss,
    testAccuracy: last.testAccuracy,
    secondsPerEpoch: { min: seconds[0], median: median(seconds) },
    weightsSha256: await weightsSha256(model),
    engine: engine(),
    node: process.version,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
  };
}

/** See `Summary.engine`. Bun and Deno give a version of Node, too. */
function engine(): string {
  const { bun, deno, node } = process.versions;
  if (bun !== undefined) return `Bun ${bun}`;
  return deno === undefined ? `Node ${node}` : `Deno ${deno}`;
}

/** The median of values in ascending order. */
function median(sorted: readonly number[]): number {
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/** The mean of several values, and their spread: the sample standard deviation, or 0 for a single value. */
export interface Spread {
  readonly mean: number;
  readonly spread: number;
}

/** See `Spread`. */
export function meanAndSpread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, spread: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 };
}
