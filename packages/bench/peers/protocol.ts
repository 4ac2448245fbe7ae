/** The messages between the harness and a contender's process: a job, then a line of JSON per request and reply. */
import type { Shape } from "./cases.ts";

/** The files that all contenders read: raw, little-endian, written by `share.ts`. */
export interface Files {
  /** 60,000 x 784 pixels of one byte, then 60,000 labels of one byte. */
  readonly data: string;
  /** [epochs, 60,000] int32: the order of the samples in each epoch. */
  readonly orders: string;
  /** The initial float32 parameters, in the order and shapes of the recipe's `model.parameters()`. */
  readonly parameters: string;
}

export interface TrainingJob extends Files {
  readonly task: "train";
  readonly model: "poly" | "linear";
  /** Which of the contender's own formulations or backends to use. */
  readonly variant: string;
  readonly threads: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly epochs: number;
  /** The number of first batches whose mean loss is reported separately, so that a slow contender can be checked. */
  readonly head: number;
  /** The most batches that one request trains: fewer than an epoch has, for a slow contender. */
  readonly batches: number;
}

export interface ProductJob {
  readonly task: "gemm";
  readonly variant: string;
  readonly threads: number;
}

export type Job = TrainingJob | ProductJob;
export type Request = { readonly epoch: number } | { readonly shape: Shape };

export interface Reply {
  /** The time of an epoch, or of the batches that the job allows, or of one product. */
  readonly seconds: number;
  /** Mean over the samples of the epoch, computed while the weights change. */
  readonly loss?: number;
  /** Mean over the samples of the first `head` batches. */
  readonly headLoss?: number;
}

/** What a contender reports about itself when it is ready: versions, threads, libraries. */
export type About = Readonly<Record<string, string>>;

/** @throws TypeError if the line is not a contender's ready message */
export function parseReady(line: string): About {
  const message: unknown = JSON.parse(line);
  if (isRecord(message) && isRecord(message.ready))
    return Object.fromEntries(Object.entries(message.ready).map(([key, value]) => [key, String(value)]));
  throw new TypeError(`expected a ready message, got ${line}`);
}

/** @throws TypeError if the line is not a reply */
export function parseReply(line: string): Reply {
  const message: unknown = JSON.parse(line);
  if (!isRecord(message) || typeof message.seconds !== "number") throw new TypeError(`expected a reply, got ${line}`);
  const { seconds, loss, headLoss } = message;
  return {
    seconds,
    ...(typeof loss === "number" && { loss }),
    ...(typeof headLoss === "number" && { headLoss }),
  };
}

/** @throws TypeError if the text is not a job */
export function parseJob(text: string): Job {
  const message: unknown = JSON.parse(text);
  if (isJob(message)) return message;
  throw new TypeError(`expected a job, got ${text}`);
}

/** @throws TypeError if the line is not a request */
export function parseRequest(line: string): Request {
  const message: unknown = JSON.parse(line);
  if (isRequest(message)) return message;
  throw new TypeError(`expected a request, got ${line}`);
}

function isJob(value: unknown): value is Job {
  if (!isRecord(value) || typeof value.threads !== "number") return false;
  const numbers = [value.batchSize, value.learningRate, value.seed, value.epochs, value.head, value.batches];
  const trains = (value.model === "poly" || value.model === "linear") && numbers.every(Number.isFinite);
  return value.task === "gemm" || (value.task === "train" && trains);
}

function isRequest(value: unknown): value is Request {
  if (!isRecord(value)) return false;
  return typeof value.epoch === "number" || (Array.isArray(value.shape) && value.shape.length === 3);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
