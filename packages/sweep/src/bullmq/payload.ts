/** What travels through Redis: jobs to the workers, and outcomes back. */
import { createHash } from "node:crypto";
import type { Failure, Job, Metrics, Result } from "../job.ts";

/** What all keys in Redis begin with. BullMQ's own default is "bull". */
export const PREFIX = "polygrad";

/** The name of the jobs in BullMQ's lists. */
export const NAME = "run";

/** A job, as it travels to a worker. */
export interface Payload {
  readonly job: Job;
  /** The workers that must not do it: see `Attempt`. */
  readonly exclude: readonly string[];
}

/** What a worker tells of a job before its end. */
export interface Progress {
  readonly worker: string;
  /** How many times the run was begun. */
  readonly attempts: number;
  /** The figures of the epochs since the last report, as `toText` writes them. */
  readonly metrics?: string;
  /** Why the last attempt has failed. */
  readonly failure?: Failure;
}

/** Whether the progress of a job is what a worker tells: before that, it is 0. */
export function isProgress(value: unknown): value is Progress {
  return typeof value === "object" && value !== null && "worker" in value && "attempts" in value;
}

/** The failure of a run that BullMQ has given up, because whoever began it died. */
export function workerDied(reason: string): Failure {
  const message = `every worker that began the run has died or fallen silent (${reason})`;
  return { name: "WorkerDiedError", message, stack: undefined, temporary: true };
}

/** What a worker returns. */
export interface Returned {
  readonly worker: string;
  readonly attempts: number;
  /** A `Result` without weights, as `toText` writes it. */
  readonly result: string;
}

/** The result of a job without the weights, which are kept under a key of their own: `weightsKey`. */
export type Figures = Omit<Result, "weights">;

/**
 * The id of a job in the queue. Equal jobs have one id, so a job that is submitted twice is one job. What repeats a run
 * to verify it is another job, and so is one whose result carries weights.
 */
export function idOf({ job, exclude }: Payload): string {
  const others = [...exclude].sort().join("\n");
  const verifying = others === "" ? "" : `-not-${createHash("sha256").update(others).digest("hex").slice(0, 16)}`;
  return `${job.key}${job.weights ? "-weights" : ""}${verifying}`;
}

/**
 * The key of the weights that a worker sends with a result.
 *
 * @param queue the queue of the job's code
 */
export function weightsKey(queue: string, id: string): string {
  return `${PREFIX}-weights:${queue}:${id}`;
}

/** JSON in which NaN, the infinities and -0 survive: they are written as { "number": "NaN" }. */
export function toText(value: Figures | readonly Metrics[]): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === "number" && (!Number.isFinite(item) || Object.is(item, -0))
      ? { number: Object.is(item, -0) ? "-0" : String(item) }
      : item,
  );
}

/** What `toText` has written a result to. */
export function figuresFrom(text: string): Figures {
  return JSON.parse(text, revive);
}

/** What `toText` has written metrics to. */
export function metricsFrom(text: string): readonly Metrics[] {
  return JSON.parse(text, revive);
}

function revive(_: string, item: unknown): unknown {
  const isNumber = typeof item === "object" && item !== null && "number" in item && typeof item.number === "string";
  return isNumber ? Number(item.number) : item;
}
