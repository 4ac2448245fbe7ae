/** Sweeps: many runs of one recipe, each of which is done once. */
import { fileURLToPath } from "node:url";
import { recipeUrl } from "@polygrad/parallel/internal";
import { Asha, halving } from "./asha.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Failure, JobSettings, Summary } from "./job.ts";
import { local } from "./local.ts";
import { type Configuration, checkSweep, configurationsOf, type SweepOptions } from "./options.ts";
import type { Ending } from "./plan.ts";
import { type Display, lines, silent } from "./progress.ts";
import { eachOnce, type Schedule, type Task } from "./schedule.ts";
import { Interruption } from "./signals.ts";
import { labelled, Status } from "./status.ts";
import { liveTable } from "./table.ts";
import type { Verification } from "./verify.ts";
import { Work } from "./work.ts";

/** A run of a sweep, when it has ended. */
export type Run<Options> = {
  /** The SHA-256 of all that the result depends on. Its first 16 digits name the run's directory. */
  readonly key: string;
  readonly options: Options;
  readonly settings: JobSettings;
  /** The epoch after which the run ended, unless it stopped early: `settings.epochs`, or that of a rung of `asha`. */
  readonly until: number;
  /** How many times the run was begun; 0 if its data could not be loaded. */
  readonly attempts: number;
  /** The worker that did it last; undefined if no worker did. */
  readonly worker: string | undefined;
  /** Whether the result was there before the sweep. */
  readonly reused: boolean;
} & (
  | { readonly status: "done"; readonly summary: Summary; readonly error: undefined }
  | { readonly status: "failed"; readonly summary: undefined; readonly error: Failure }
);

/**
 * Does many runs of a recipe, and yields each when it has ended.
 *
 * ```ts
 * const runs = sweep(new URL("./recipe.ts", import.meta.url), {
 *   space: grid({ degree: [1, 2, 3], seed: range(4) }),
 *   settings: { epochs: 10, batchSize: 128 },
 *   out: "runs/degrees",
 * });
 * for await (const { options, summary } of runs) console.log(options.degree, summary?.testAccuracy);
 * ```
 * A run is a pure function of its configuration: of the recipe's code, the data, the options and the settings. So one
 * that is in `out` already is not done again, and a sweep that was killed goes on where it was.
 *
 * @param recipe the recipe's module: see `DataParallel.start`
 * @throws ArgumentError or ValueError if an option is missing, unknown or of the wrong kind, or a configuration is not
 * plain: numbers, text, booleans, null, and arrays and objects of these
 */
export function sweep<Options>(recipe: URL | string, options: SweepOptions<Options>): Sweep<Options> {
  return new Sweep(recipe, options);
}

/** A sweep: see `sweep`. It does nothing until it is iterated, once. */
export class Sweep<Options> implements AsyncIterable<Run<Options>> {
  readonly #given: SweepOptions<Options>;
  readonly #recipe: string;
  readonly #sources: string;
  readonly #configurations: readonly Configuration<Options>[];
  readonly #schedule: Schedule;
  readonly #status: Status;
  #working: Work | undefined;
  #begun = false;

  constructor(recipe: URL | string, given: SweepOptions<Options>) {
    checkSweep(given);
    const { space, sources = recipe, engine = local(), best } = given;
    this.#given = { ...given, engine };
    this.#recipe = recipeUrl(recipe);
    this.#sources = recipeUrl(sources);
    this.#configurations = configurationsOf(given);
    this.#schedule =
      space instanceof Asha
        ? halving(this.#configurations.length, space.rule)
        : eachOnce(this.#configurations.map(({ settings: { epochs } }) => epochs));
    const decides = best ?? (space instanceof Asha ? space.rule : undefined);
    this.#status = new Status(engine.name, () => this.#schedule.total, decides);
  }

  /** How many runs there will be, as far as is known: `asha` decides on the way. */
  get total(): number {
    return this.#schedule.total;
  }

  /** How many runs are done, those that were not done again included. */
  get done(): number {
    return this.#status.done;
  }

  /** How many runs have failed. */
  get failed(): number {
    return this.#status.failed;
  }

  /** What verification has found so far; undefined without `verify`. */
  get verification(): Verification | undefined {
    return this.#working?.verification;
  }

  /**
   * Does the runs. Leaving the loop ends the sweep: runs that have begun save a checkpoint.
   *
   * @throws Error if `out` cannot be written to, or another sweep is writing to it; what the engine throws; the signal's
   * reason if it is aborted
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Run<Options>> {
    if (this.#begun) throw new Error("Sweep: it can be iterated once; call sweep() for another");
    this.#begun = true;
    const interruption = this.#given.signal ? undefined : new Interruption();
    const left = new AbortController();
    const signals = [left.signal, ...[interruption?.signal ?? this.#given.signal ?? []].flat()];
    const display = displayOf(this.#status, this.#given.progress);
    const queue: Run<Options>[] = [];
    let wake = (): void => undefined;
    let ended = false;
    this.#working = this.#work(display, (run) => {
      queue.push(run);
      wake();
    });
    const working = this.#working.run(AbortSignal.any(signals)).finally(() => {
      ended = true;
      wake();
    });
    working.catch(() => undefined);
    try {
      while (!ended || queue.length > 0) {
        yield* queue.splice(0);
        if (!ended && queue.length === 0)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
      await working;
    } finally {
      left.abort(new Error("the loop over the sweep was left"));
      await working.catch(() => undefined);
      display.close();
      interruption?.close();
    }
  }

  #work(display: Display, onRun: (run: Run<Options>) => void): Work {
    const { out, weights = false, verify = 0, engine = local() } = this.#given;
    const label = labelled(this.#configurations.map(({ options }) => options));
    const nameOf = ({ trial }: Task) => label(this.#configurations[trial].options);
    const keyOf = ({ trial, until }: Task) => `${trial} ${until}`;
    const plan = { recipe: this.#recipe, configurations: this.#configurations, schedule: this.#schedule };
    const directory = typeof out === "string" ? out : fileURLToPath(out);
    return new Work({ ...plan, out: directory, weights, verify, engine }, fingerprint(this.#sources), {
      onRunning: (task, running) => this.#status.update(keyOf(task), { ...running, label: nameOf(task) }),
      onNotice: (text) => display.notice(text),
      onEnding: (ending) => {
        const ended = { ...ending, label: nameOf(ending.task) };
        this.#status.end(keyOf(ending.task), ended);
        display.ended(ended);
        onRun(this.#runOf(ending));
      },
    });
  }

  #runOf({ task: { trial, until }, job: { key }, worker, attempts, reused, summary, error }: Ending): Run<Options> {
    const { given, settings } = this.#configurations[trial];
    const own = { key, options: given, settings, until, worker, attempts, reused };
    if (summary) return { ...own, status: "done", summary, error: undefined };
    if (error) return { ...own, status: "failed", summary: undefined, error };
    throw new TypeError("sweep: a run has ended with neither a summary nor an error");
  }
}

function displayOf(status: Status, progress: SweepOptions<unknown>["progress"]): Display {
  const output = typeof progress === "object" ? progress : process.stderr;
  if (progress === "none") return silent;
  return progress === "table" || (progress !== "lines" && output.isTTY)
    ? liveTable(status, output, output === process.stderr ? [process.stdout] : [])
    : lines(status, output);
}
