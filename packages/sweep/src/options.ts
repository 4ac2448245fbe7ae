/** What a user passes to `sweep`, and the checks of it. */
import { availableParallelism } from "node:os";
import { checkSettings, type JsonObject, plainObject } from "@polygrad/parallel/internal";
import { ArgumentError, ValueError } from "@polygrad/tensor";
import {
  type Checks,
  callable,
  checkNamed,
  checkOptions,
  described,
  either,
  flag,
  instance,
  numberFrom,
  oneOf,
  text,
} from "@polygrad/tensor/internal";
import { Asha } from "./asha.ts";
import type { Engine } from "./engine.ts";
import type { JobSettings, Settings } from "./job.ts";
import type { Output } from "./progress.ts";
import type { Best } from "./status.ts";

/** The settings that a user gives: see `Settings`. */
export type GivenSettings = Omit<Settings, "epochs"> & { readonly epochs?: number };

/** The options of `sweep`. */
export interface SweepOptions<Options> {
  /** The configurations: what `grid`, `random` or `asha` return, or any other array of options. */
  readonly space: readonly Options[] | Asha<Options>;
  /** The directory of the results, created if there is none. What it holds already is not run again. */
  readonly out: URL | string;
  /**
   * The settings of each run, such as `epochs` and `batchSize`: the same for all, or a function of the options. With
   * `asha`, `epochs` is its maximum and may be left out.
   */
  readonly settings: GivenSettings | ((options: NoInfer<Options>) => GivenSettings);
  /** Where the runs are done. Defaults to `local()`. */
  readonly engine?: Engine;
  /** Whether to keep the weights of each run, in weights.safetensors in its directory. Defaults to false. */
  readonly weights?: boolean;
  /**
   * The share of the runs that are done again by another worker, from 0 to 1: their weights must have the same hash, or a
   * third worker decides who computes wrongly. Which runs these are depends on their keys alone. Defaults to 0.
   */
  readonly verify?: number;
  /**
   * The module whose sources the keys of the runs depend on, if `recipe` is made from them by a bundler. Defaults to
   * `recipe`.
   */
  readonly sources?: URL | string;
  /** The figure by which progress names the best run. Defaults to that of `asha`, or to a usual one that the runs have. */
  readonly best?: Best;
  /**
   * How progress is shown, on standard error: a live table, a line for each run, or not at all; or where: a stream, which
   * gets a table if it is a terminal. Defaults to the table on a terminal, and lines elsewhere.
   */
  readonly progress?: "table" | "lines" | "none" | Output;
  /**
   * Ends the sweep: runs save a checkpoint, and the iteration throws the signal's reason. Defaults to SIGINT, SIGTERM and
   * SIGHUP: the sweep ends in order, and then the process as the signal wants it.
   */
  readonly signal?: AbortSignal;
}

const bestChecks: Checks<Best> = { metric: text, mode: oneOf("min", "max") };

const known: Checks<SweepOptions<unknown>> = {
  space: () => undefined, // by `configurationsOf`
  out: either("the path of a directory, or its URL", text, instance(URL, "a URL")),
  settings: () => undefined, // by `settingsOf`
  engine: (operation, what, value) => {
    for (const member of ["open", "name"])
      if (typeof value !== "object" || value === null || !(member in value))
        throw new ArgumentError(`${operation}: ${what} must be an engine, such as local(), got ${described(value)}`);
  },
  weights: flag,
  verify: numberFrom(0, 1),
  best: (operation, what, value) => {
    checkNamed(`${operation}: ${what}`, value, bestChecks);
    for (const name of ["metric", "mode"])
      if (Reflect.get(Object(value), name) === undefined)
        throw new ArgumentError(`${operation}: ${what}.${name} is missing`);
  },
  progress: either('"table", "lines", "none" or a stream', oneOf("table", "lines", "none"), (operation, what, value) =>
    callable(operation, what, Reflect.get(Object(value), "write")),
  ),
  sources: either("a URL or a path", text, instance(URL, "a URL")),
  signal: instance(AbortSignal, "an AbortSignal: new AbortController().signal"),
};

/** @throws ArgumentError or ValueError if an option is missing, unknown, or of the wrong kind */
export function checkSweep<Options>(given: SweepOptions<Options>): void {
  if (given === undefined) throw new ArgumentError("sweep: got no options; pass { space, out, settings }");
  checkOptions<SweepOptions<Options>>("sweep", given, known);
  for (const name of ["space", "out", "settings"] as const)
    if (given[name] === undefined) throw new ArgumentError(`sweep: the option ${name} is missing`);
  if (given.out === "") throw new ValueError("sweep: out is empty; give the path of a directory");
}

/** The settings of one configuration, with their defaults. @throws as `checkSweep` does */
function settingsOf<Options>(
  { space, settings }: SweepOptions<Options>,
  options: Options,
  plainOptions: JsonObject,
): JobSettings {
  const given = typeof settings === "function" ? settings(options) : settings;
  plainObject("sweep", "settings", given);
  for (const name of DECIDED)
    if (name in given) throw new ArgumentError(`sweep: settings.${name} is for the sweep to decide; leave it out`);
  const most = space instanceof Asha ? space.rule.maximum : undefined;
  const { epochs = most, batchSize } = given;
  for (const [name, value] of Object.entries({ epochs, batchSize }))
    if (value === undefined) throw new ArgumentError(`sweep: settings.${name} is missing`);
  if (epochs === undefined || (most !== undefined && epochs !== most))
    throw new ValueError(`sweep: settings.epochs is ${epochs}, but the maximum of asha is ${most}; leave out epochs`);
  const { seed } = plainOptions;
  const own = typeof seed === "number" && Number.isSafeInteger(seed) && seed >= 0 ? seed : 0;
  const filled = { workers: 1, seed: own, ...given, epochs };
  checkSettings({ ...filled, options: plainOptions }, { cores: availableParallelism(), warn: () => undefined });
  return filled;
}

/** Settings of `DataParallel.start` that a sweep gives itself. */
const DECIDED = ["options", "worker", "signal", "onWarning", "checkpoint", "resume"] as const;

/** A configuration as the user gave it, and in plain values. */
export interface Configuration<Options> {
  readonly given: Options;
  readonly options: JsonObject;
  readonly settings: JobSettings;
}

/** The configurations. @throws as `checkSweep` does; names the configuration and the option */
export function configurationsOf<Options>(sweep: SweepOptions<Options>): Configuration<Options>[] {
  const { space } = sweep;
  const list = space instanceof Asha ? space.configurations : space;
  if (!Array.isArray(list))
    throw new ArgumentError(
      `sweep: space must be an array of options, such as grid({ degree: [1, 2, 3] }), or asha(...), got ${described(space)}`,
    );
  if (list.length === 0) throw new ValueError("sweep: space has no configurations");
  return Array.from(list, (given: Options, at) => {
    const options = plainObject("sweep", `space[${at}]`, given);
    return { given, options, settings: settingsOf(sweep, given, options) };
  });
}
