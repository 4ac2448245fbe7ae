/** What `--out` writes: a line per epoch while training, and a summary at the end, whole or not at all. */
import { createHash } from "node:crypto";
import { appendFile, mkdir, rm } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import type { Module } from "polygrad";
import { writeAtomically } from "polygrad/node";
import type { Options } from "./options.ts";

/** What one epoch came to. */
export interface Epoch {
  readonly epoch: number;
  /** Mean over the training images, while the weights were changing. */
  readonly trainLoss: number;
  readonly testLoss: number;
  /** From 0 to 1. */
  readonly testAccuracy: number;
  /** Training only. */
  readonly seconds: number;
}

/** The summary of one run. */
export interface Summary {
  readonly dataset: string;
  readonly model: string;
  readonly parameters: number;
  /** Finished ones. */
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly workers: number;
  readonly shards: number;
  readonly trainLoss: number;
  readonly testLoss: number;
  /** From 0 to 1. */
  readonly testAccuracy: number;
  /** Training only. */
  readonly secondsPerEpoch: { readonly min: number; readonly median: number };
  /** Of the parameters in order, each in row-major order, as little-endian float32. */
  readonly weightsSha256: string;
  readonly node: string;
  readonly cpu: string;
}

export function summarise(
  options: Options,
  seed: number,
  { model, workers, shards }: { readonly model: Module; readonly workers: number; readonly shards: number },
  epochs: readonly Epoch[],
): Summary | undefined {
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
    weightsSha256: hashWeights(model),
    node: process.version,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
  };
}

/** Of values in ascending order. */
function median(sorted: readonly number[]): number {
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

function hashWeights(model: Module): string {
  const hash = createHash("sha256");
  for (const { value } of model.parameters()) {
    const bytes = new DataView(new ArrayBuffer(value.size * 4));
    value.clone().data.forEach((weight, i) => {
      bytes.setFloat32(4 * i, weight, true);
    });
    hash.update(bytes);
  }
  return hash.digest("hex");
}

/** Mean of several runs, and their spread: the sample standard deviation. */
export function meanAndSpread(values: readonly number[]): { mean: number; spread: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, spread: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 };
}

/**
 * A directory that results are written to; nothing is written if there is none. What an earlier run left there stays
 * until the first epoch of this one is done, so a run that fails at once loses nothing.
 */
export class Results {
  readonly #directory: string | undefined;
  #started = false;

  private constructor(directory: string | undefined) {
    this.#directory = directory;
  }

  /** Makes the directory if it is not there. */
  static async open(directory: string | undefined): Promise<Results> {
    if (directory !== undefined) await mkdir(directory, { recursive: true });
    return new Results(directory);
  }

  async epoch(epoch: Epoch): Promise<void> {
    if (this.#directory === undefined) return;
    const metrics = join(this.#directory, "metrics.jsonl");
    if (!this.#started)
      for (const old of [metrics, join(this.#directory, "summary.json")]) await rm(old, { force: true });
    this.#started = true;
    await appendFile(metrics, `${JSON.stringify(epoch)}\n`);
  }

  async summary(summary: object): Promise<void> {
    if (this.#directory === undefined) return;
    const text = new TextEncoder().encode(`${JSON.stringify(summary, null, 2)}\n`);
    await writeAtomically(join(this.#directory, "summary.json"), text);
  }
}
