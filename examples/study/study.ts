/** An experiment as a program: its options, its runs, and how it ends. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Asha, type GivenSettings, type JobSettings, local, type Metrics, sweep } from "@polygrad/sweep";
import { Stop } from "../mnist/stop.ts";
import type { Output } from "../output.ts";
import { type Definition, helpOf, parseStudy, type StudyOptions } from "./options.ts";

/** Some runs of an experiment. */
export interface Runs<Options> {
  /** What these runs are for, such as "tuning": the name of their directory. An experiment may have several such parts. */
  readonly part: string;
  /** The URL of the recipe, of the form that bundle.ts finds. */
  readonly recipe: URL;
  /** The path of its source in the folder of examples, "article/recipe.ts": examples run from a bundle. */
  readonly source: string;
  /** The configurations, or `asha(...)`. */
  readonly space: readonly Options[] | Asha<Options>;
  readonly settings: GivenSettings | ((options: NoInfer<Options>) => GivenSettings);
  /** Whether to keep the weights of each run, in weights.safetensors in its directory. Defaults to false. */
  readonly weights?: boolean;
  /**
   * Whether a run whose loss or gradient does not stay finite is a result too, with a `trainLoss` of NaN and no other
   * figures. It is done again each time, because a sweep does not keep runs that fail. Defaults to false.
   */
  readonly mayDiverge?: boolean;
}

/** A run that is done. */
export interface StudyRun<Options> {
  readonly part: string;
  /** The SHA-256 of all that the result depends on: code, data, options and settings. */
  readonly key: string;
  readonly options: Options;
  readonly settings: JobSettings;
  /** The epoch after which it ended. */
  readonly until: number;
  /** The figures of the last epoch, the number of parameters, and the time that training took: `seconds`. */
  readonly figures: Readonly<Record<string, number>>;
  readonly weightsSha256: string;
  /** The figures of each epoch. One that is not a number is NaN. */
  readonly metrics: readonly Metrics[];
  /** The run's directory. */
  readonly directory: string;
}

/** An experiment that is under way. */
export class Study {
  readonly name: string;
  readonly options: StudyOptions;
  /** Aborted when the experiment has to stop. */
  readonly signal: AbortSignal;

  constructor(name: string, options: StudyOptions, signal: AbortSignal) {
    this.name = name;
    this.options = options;
    this.signal = signal;
  }

  /**
   * Does runs, one on each core at a time, and returns them in the order of the space; those of `asha` in the order of
   * their options. Those that are on disk already are not done again.
   *
   * @throws Error if a run has failed: it names the run, and the others have been done; the signal's reason if it is aborted
   */
  async runs<Options>(what: Runs<Options>): Promise<StudyRun<Options>[]> {
    const { part, recipe, source, space, settings, weights = false, mayDiverge = false } = what;
    const out = join(this.options.out, part);
    const runs = sweep<Options>(recipe, {
      ...{ space, settings, weights, out, signal: this.signal },
      engine: local({ processes: this.options.processes }),
      sources: pathToFileURL(join(dirname(process.argv[1]), source)),
    });
    const done: StudyRun<Options>[] = [];
    const failures: string[] = [];
    for await (const { key, options, settings, until, summary, error } of runs) {
      if (mayDiverge && error !== undefined && DIVERGED.test(error.message)) {
        const nothing = { figures: { trainLoss: Number.NaN }, weightsSha256: "", metrics: [], directory: "" };
        done.push({ part, key, options, settings, until, ...nothing });
        continue;
      }
      if (summary === undefined) {
        failures.push(`${JSON.stringify(options)}: ${error.message}`);
        continue;
      }
      const { weightsSha256, ...figures } = summary;
      const directory = join(out, key.slice(0, 16));
      const metrics = await metricsIn(directory);
      done.push({ part, key, options, settings, until, figures, weightsSha256, metrics, directory });
    }
    if (failures.length > 0) throw new Error(`${failures.length} runs of ${part} have failed: ${failures[0]}`);
    const position = (run: StudyRun<Options>) => (Array.isArray(space) ? space.indexOf(run.options) : -1);
    const text = ({ options }: StudyRun<Options>) => JSON.stringify(options);
    return done.sort((a, b) => position(a) - position(b) || text(a).localeCompare(text(b), "en") || a.until - b.until);
  }
}

/** What a run says that has diverged. */
const DIVERGED = /the (loss|norm of the gradients) is (NaN|-?Infinity)/;

/** The lines of a run's metrics.jsonl. */
async function metricsIn(directory: string): Promise<Metrics[]> {
  const lines = (await readFile(join(directory, "metrics.jsonl"), "utf8")).trimEnd().split("\n");
  // JSON writes null for a figure that is NaN or infinite.
  return lines.map((line) => JSON.parse(line, (_, value) => value ?? Number.NaN));
}

/**
 * Runs an experiment from its command line, and returns the exit code.
 *
 * @param work does the runs, prints and writes the results
 * @throws Error with a message for the user, for the caller to print
 */
export async function runStudy(
  definition: Definition,
  args: readonly string[],
  output: Output,
  work: (study: Study) => Promise<void>,
): Promise<number> {
  const options = parseStudy(definition, args);
  if (options === undefined) {
    console.log(helpOf(definition));
    return 0;
  }
  const stop = new Stop(output, true);
  try {
    await work(new Study(definition.name, options, stop.signal));
  } catch (error) {
    if (stop.exitCode === undefined || error !== stop.signal.reason) throw error;
    console.log(definition.resumes === false ? "Stopped." : "Stopped. The same command goes on from here.");
  }
  return stop.exitCode ?? 0;
}
