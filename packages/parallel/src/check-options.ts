/** The checks of a run's options, and the number of workers that it really needs. */
import { ArgumentError, ValueError } from "@polygrad/tensor";
import {
  type Check,
  type Checks,
  callable,
  checkNamed,
  checkOptions,
  described,
  either,
  flag,
  instance,
  integerFrom,
  number,
  numberFrom,
  oneOf,
  text,
} from "@polygrad/tensor/internal";
import type { CheckpointSettings, DataParallelOptions, EarlyStoppingSettings } from "./options.ts";

/** The check of an option that has options itself, of which one must be given. */
function nested<Options extends object>(checks: Checks<Options>, needed?: keyof Options & string): Check {
  return (operation, what, value) => {
    checkNamed(`${operation}: ${what}`, value, checks);
    if (needed !== undefined) checks[needed](operation, `${what}.${needed}`, Reflect.get(Object(value), needed));
  };
}

const positive = integerFrom(1);

const atLeastZero: Check = numberFrom(0);

const aboveZero: Check = (operation, what, value) => {
  number(operation, what, value);
  if (!(Number(value) > 0)) throw new ValueError(`${operation}: ${what} must be above 0, got ${described(value)}`);
};

const decay: Check = (operation, what, value) => {
  number(operation, what, value);
  if (!(Number(value) >= 0 && Number(value) < 1))
    throw new ValueError(`${operation}: ${what} must be from 0 up to, but not including, 1, got ${described(value)}`);
};

const every: Check = (operation, what, value) => {
  nested({ epochs: positive, steps: positive, seconds: aboveZero })(operation, what, value);
  const given = Object.keys(Object(value));
  if (given.length !== 1)
    throw new ValueError(
      `${operation}: ${what} must have one of epochs, steps and seconds, got ${given.join(" and ") || "none"}`,
    );
};

const stopping: Checks<EarlyStoppingSettings> = {
  ...{ metric: text, mode: oneOf("min", "max"), patience: positive, minimumChange: atLeastZero, restoreBest: flag },
};

const checkpoint: Checks<CheckpointSettings> = { directory: text, every, keep: positive };

const known: Checks<DataParallelOptions<unknown>> = {
  options: () => {}, // the recipe's own
  epochs: number,
  batchSize: number,
  workers: number,
  shards: number,
  seed: integerFrom(0),
  shuffle: flag,
  clipNorm: aboveZero,
  average: nested({ decay }, "decay"),
  earlyStopping: nested(stopping, "patience"),
  checkpoint: nested(checkpoint, "directory"),
  resume: either("true, false or the path of a checkpoint", flag, text),
  capture: flag,
  worker: callable,
  signal: instance(AbortSignal, "an AbortSignal: new AbortController().signal"),
  onWarning: callable,
};

/** What bounds the number of workers where a run is started. */
export interface Place {
  /** The number of threads that can compute at once. */
  readonly cores: number;
  /** Why threads cannot share memory, so that only one can train; undefined if they can. */
  readonly alone?: string | undefined;
  /** Shows a warning, unless the option `onWarning` does. */
  warn(message: string): void;
}

/** More threads for each core would do no work faster, but each takes memory and time to start. */
const THREADS_PER_CORE = 4;

/**
 * Checks the options, and reduces the number of workers to those that have something to do.
 *
 * @returns the number of workers to start, and the number of shards
 * @throws ValueError if an option is out of range; ArgumentError if one is unknown or of the wrong kind
 */
export function checkSettings(
  settings: DataParallelOptions<unknown>,
  { cores, alone, warn }: Place,
): { workers: number; shards: number } {
  if (settings === undefined)
    throw new ArgumentError("DataParallel: got no settings; pass { options, epochs, batchSize }");
  checkOptions("DataParallel", settings, known);
  const { epochs, batchSize, shards = 4, onWarning = warn } = settings;
  if (settings.resume === true && settings.checkpoint === undefined)
    throw new ValueError(
      "DataParallel: resume is true, but checkpoint.directory is missing; set it, or set resume to the path of a checkpoint",
    );
  const { workers = Math.min(cores, shards) } = settings;
  for (const [name, value] of Object.entries({ epochs, batchSize, shards, workers }))
    if (!Number.isSafeInteger(value) || value < 1)
      throw new ValueError(`DataParallel: ${name} must be a positive integer, got ${described(value)}`);
  const most = alone === undefined ? Math.min(shards, THREADS_PER_CORE * cores) : 1;
  if (workers <= most) return { workers, shards };
  const tooMany =
    most === shards
      ? `a batch has ${counted(shards, "shard")}, and each shard is computed by one worker`
      : `there are ${counted(cores, "core")}, and more than ${THREADS_PER_CORE} workers per core only take memory`;
  const why = alone ?? tooMany;
  onWarning(`DataParallel: workers is ${workers}, but ${why}; ${counted(most, "worker")} will be used`);
  return { workers: most, shards };
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
