/** One job done in this process: training from the newest checkpoint, if there is one, to the job's last epoch. */
import { join } from "node:path";
import { encodeSafetensors, weightsSha256 } from "@polygrad/formats";
import type { Module } from "@polygrad/nn";
import { DataParallel, type Epoch, WorkerError } from "@polygrad/parallel";
import { checksumOf } from "@polygrad/parallel/internal";
import type { Failure, Job, Metrics, Result, Summary } from "./job.ts";

/** The surroundings of a job that is done here. */
export interface Surroundings {
  /** The URL of the recipe's module. */
  readonly recipe: string;
  /** The directory of the job's trial: see `Attempt`. */
  readonly directory: string;
  /** Aborted to end the run: it saves a checkpoint after the step that is under way. */
  readonly signal?: AbortSignal;
  /** See `Attempt`. */
  readonly onMetrics?: (metrics: readonly Metrics[]) => void;
}

/** The data of a job is not what the job was made for. */
export class DataMismatchError extends Error {
  override readonly name = "DataMismatchError";
}

/** The time between checkpoints, in seconds: what a run loses at most when its process is killed. */
const SECONDS = 30;

/**
 * Does a job.
 *
 * @throws DataMismatchError if the recipe's data has another checksum than the job says; the signal's reason if it is
 * aborted; otherwise what `DataParallel` throws
 */
export async function execute(job: Job, { recipe, directory, signal, onMetrics }: Surroundings): Promise<Result> {
  const { options, settings, until } = job;
  const given = { ...settings, options, onWarning: () => undefined, ...(signal ? { signal } : {}) };
  const checkpoint = { directory: join(directory, "checkpoints"), every: { seconds: SECONDS }, keep: 1 };
  let training = await DataParallel.start<unknown, Module>(recipe, { ...given, checkpoint, resume: true });
  const isBeyond = training.history.length > until;
  if (isBeyond) {
    // The trial has gone on before, and an earlier state cannot be had from its checkpoint.
    await training.close();
    training = await DataParallel.start<unknown, Module>(recipe, given);
  }
  try {
    checkData(job, checksumOf(training.data));
    // What a process that was killed has trained before.
    const before = training.history.map(metricsOf);
    if (before.length > 0) onMetrics?.(before);
    if (before.length < until)
      for await (const epoch of training) {
        onMetrics?.([metricsOf(epoch)]);
        // After all epochs the loop ends by itself, and gives the model its final weights.
        if (epoch.epoch < until || until === settings.epochs) continue;
        if (!isBeyond) await training.save(); // a promotion goes on from here
        break;
      }
  } finally {
    await training.close();
  }
  return resultOf(job, training);
}

function checkData({ data }: Job, found: string): void {
  if (found === data) return;
  throw new DataMismatchError(
    `the recipe's data has the checksum ${found.slice(0, 16)}, but the job is for data with ${data.slice(0, 16)}; ` +
      "give this machine the data that the sweep was submitted with",
  );
}

/** The figures of an epoch under the names of the summary. */
function metricsOf({ epoch, trainLoss, validation, test, seconds }: Epoch): Metrics {
  return { epoch, trainLoss, ...named("validation", validation), ...named("test", test), seconds };
}

function named(prefix: "test" | "validation", figures: Readonly<Record<string, number>> = {}): Record<string, number> {
  const titled = (name: string) => prefix + name.slice(0, 1).toUpperCase() + name.slice(1);
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [titled(name), value]));
}

async function resultOf(job: Job, { model, history }: DataParallel<Module>): Promise<Result> {
  const metrics = history.map(metricsOf);
  const last = metrics.at(-1);
  if (last === undefined) throw new TypeError("sweep: the run has finished no epoch");
  const { epoch, seconds: _, ...figures } = last;
  const summary: Summary = {
    epochs: epoch,
    ...figures,
    parameters: model.parameters().reduce((sum, { size }) => sum + size, 0),
    weightsSha256: await weightsSha256(model),
    seconds: metrics.reduce((sum, { seconds }) => sum + seconds, 0),
  };
  return { summary, metrics, weights: job.weights ? encodeSafetensors(model.stateDict()) : undefined };
}

/** An error in plain values. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error))
    return { name: typeof error, message: String(error), stack: undefined, temporary: false };
  const { name, message, stack } = error;
  return { name, message, stack, temporary: isTemporary(error) };
}

/** Whether the system, and not the recipe, is to blame: a file or process operation failed, or memory ran out. */
function isTemporary(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof WorkerError && / exited with code/.test(String(error.cause))) return true;
  return (
    "syscall" in error || ("code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY") || isTemporary(error.cause)
  );
}
