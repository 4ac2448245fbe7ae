/** The messages between the harness and a contender's process: a job, then a line of JSON per request and reply. */
import { isModel, type ModelName, type Shape } from "./cases.ts";

/** The files that all contenders read: raw, little-endian, written by `share.ts`. */
export interface Files {
  /** 60,000 x 784 pixels of one byte, then 60,000 labels of one byte. */
  readonly data: string;
  /** [epochs, 60,000] int32: the order of the samples in each epoch. */
  readonly orders: string;
  /** The initial float32 parameters, in the order and shapes of the recipe's `model.parameters()`. */
  readonly parameters: string;
}

interface Training extends Files {
  readonly model: ModelName;
  /** Which of the contender's own formulations or backends to use. */
  readonly variant: string;
  readonly threads: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  /** The number of epochs in the file of orders. */
  readonly epochs: number;
}

/** Train as many batches as each request says, and go on with the next ones at the next request. */
export interface TrainingJob extends Training {
  readonly task: "train";
}

/** Train without requests, until the accuracy on the test images reaches the target; then report and end. */
export interface RaceJob extends Training {
  readonly task: "race";
  /** 10,000 x 784 pixels of one byte, then 10,000 labels of one byte. */
  readonly test: string;
  readonly target: number;
}

export interface ProductJob {
  readonly task: "gemm";
  readonly variant: string;
  readonly threads: number;
}

export type Job = TrainingJob | RaceJob | ProductJob;
export type Request = { readonly batches: number } | { readonly shape: Shape };

/** Of a training or product job. */
export interface Reply {
  /** The time of the batches that were trained, or of one product. */
  readonly seconds: number;
  /** How many samples were trained. Polygrad always trains whole epochs. */
  readonly samples?: number;
  /** Mean over these samples, computed while the weights change. */
  readonly loss?: number;
  /** The most memory that the process ever had resident, where the system tells. */
  readonly peakBytes?: number;
}

/** Of a race job. */
export interface Finish {
  /** One for each epoch. */
  readonly losses: readonly number[];
  /** On the test images after each epoch. */
  readonly accuracies: readonly number[];
  readonly peakBytes?: number;
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
  const { seconds, samples, loss, peakBytes } = message;
  return {
    seconds,
    ...(typeof samples === "number" && { samples }),
    ...(typeof loss === "number" && { loss }),
    ...(typeof peakBytes === "number" && { peakBytes }),
  };
}

/** @throws TypeError if the line is not the report of a race */
export function parseFinish(line: string): Finish {
  const message: unknown = JSON.parse(line);
  if (!isRecord(message) || !isNumbers(message.losses) || !isNumbers(message.accuracies))
    throw new TypeError(`expected the report of a race, got ${line}`);
  const { losses, accuracies, peakBytes } = message;
  return { losses, accuracies, ...(typeof peakBytes === "number" && { peakBytes }) };
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
  if (value.task === "gemm") return true;
  const numbers = [value.batchSize, value.learningRate, value.seed, value.epochs];
  const trains = isModel(value.model) && isNumbers(numbers);
  const files = [value.data, value.orders, value.parameters].every((file) => typeof file === "string");
  if (value.task === "race")
    return trains && files && typeof value.test === "string" && typeof value.target === "number";
  return value.task === "train" && trains && files;
}

function isRequest(value: unknown): value is Request {
  if (!isRecord(value)) return false;
  return typeof value.batches === "number" || (isNumbers(value.shape) && value.shape.length === 3);
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(Number.isFinite);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
