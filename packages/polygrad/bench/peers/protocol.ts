/** What the harness and a contender's process tell each other: a job at the start, then one JSON line for each. */
import type { Shape } from "./cases.ts";

/** The data that all contenders share: raw little-endian files, written by `share.ts`. */
export interface Files {
  /** 60,000 x 784 pixels of one byte, then 60,000 labels of one byte. */
  readonly data: string;
  /** [epochs, 60,000] int32: the order in which each epoch takes the samples. */
  readonly orders: string;
  /** The initial float32 parameters, in the order and shapes of `parameters()` of the recipe's model. */
  readonly parameters: string;
}

export interface TrainingJob extends Files {
  readonly task: "train";
  readonly model: "poly" | "linear";
  /** Which of its own formulations or backends the contender is to use. */
  readonly variant: string;
  readonly threads: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly epochs: number;
  /** The first batches of an epoch, whose mean loss is told apart: what a slow contender can be checked by. */
  readonly head: number;
  /** How many batches a request trains at most; a slow contender does not train whole epochs. */
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
  /** Of the epoch, or of the batches that the job allows; or of one product. */
  readonly seconds: number;
  /** Mean over the samples trained on, while the weights changed. */
  readonly loss?: number;
  readonly headLoss?: number;
}

/** What a contender tells of itself once it is ready: versions, threads, libraries. */
export type About = Readonly<Record<string, string>>;

/** @throws TypeError if the line is not how a contender greets */
export function parseReady(line: string): About {
  const message: unknown = JSON.parse(line);
  if (isRecord(message) && isRecord(message.ready))
    return Object.fromEntries(Object.entries(message.ready).map(([key, value]) => [key, String(value)]));
  throw new TypeError(`no greeting: ${line}`);
}

/** @throws TypeError if the line is no reply */
export function parseReply(line: string): Reply {
  const message: unknown = JSON.parse(line);
  if (!isRecord(message) || typeof message.seconds !== "number") throw new TypeError(`no reply: ${line}`);
  const { seconds, loss, headLoss } = message;
  return {
    seconds,
    ...(typeof loss === "number" && { loss }),
    ...(typeof headLoss === "number" && { headLoss }),
  };
}

/** @throws TypeError if the text is no job */
export function parseJob(text: string): Job {
  const message: unknown = JSON.parse(text);
  if (isJob(message)) return message;
  throw new TypeError(`no job: ${text}`);
}

/** @throws TypeError if the line is no request */
export function parseRequest(line: string): Request {
  const message: unknown = JSON.parse(line);
  if (isRequest(message)) return message;
  throw new TypeError(`no request: ${line}`);
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
