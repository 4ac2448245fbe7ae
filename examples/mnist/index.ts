/** `pnpm example mnist`: the experiment of Loretz's article (see article.ts), on the real data. */
import { join } from "node:path";
import { CheckpointError, DataParallel, type DataParallelOptions, type Epoch as Results } from "@polygrad/parallel";
import type { Sequential } from "polygrad";
import { type Configuration, settingsOf as settingsFor } from "../frontier/recipe.ts";
import type { Output } from "../output.ts";
import { bestFor } from "./best.ts";
import { Board } from "./board.ts";
import { Files } from "./files.ts";
import { type Experiment, experimentOf, help, type Options, parseOptions } from "./options.ts";
import { introduce, report, reportMeans, type Training } from "./printed.ts";
import { epochLine, LiveLine } from "./progress.ts";
import type { Images } from "./recipe.ts";
import { type Epoch, meanAndSpread, type Summary, summarise } from "./results.ts";
import { Stop } from "./stop.ts";
import { print } from "./terminal.ts";

/** A run that has finished at least one epoch. */
interface Run {
  readonly reached: Summary;
  readonly epochs: readonly Epoch[];
}

/**
 * Runs the example and returns the exit code.
 *
 * @param output standard output; if it fails, the run goes on only if it writes files
 * @throws Error with a message for the user, for the caller to print
 */
export async function main(args: readonly string[], output: Output): Promise<number> {
  const options = parseOptions(args);
  if (options === undefined) {
    console.log(help);
    return 0;
  }
  const stop = new Stop(output, options.out !== undefined);
  const files = await Files.open(options.out);
  const runs: Run[] = [];
  try {
    for (let run = 0; run < options.runs && stop.exitCode === undefined; run++) {
      const result = await runOnce(options, options.seed + run, files, stop.signal);
      if (result !== undefined) runs.push(result);
    }
    if (options.runs > 1) await reportRuns(options, runs, files, stop.signal);
  } catch (error) {
    // An error after Ctrl-C means that the run was stopped while its threads were starting.
    if (stop.exitCode === undefined || error !== stop.signal.reason) throw error;
  } finally {
    files.close();
  }
  if (stop.exitCode !== undefined) {
    const where =
      runs.length > 0 ? "Stopped. The results so far are above." : "Stopped before the first epoch was finished.";
    print(options.save === undefined ? where : `${where} Continue with --resume ${options.save}`);
  }
  return stop.exitCode ?? 0;
}

/** Trains one network from one seed and reports the results; returns undefined if it was stopped in the first epoch. */
async function runOnce(
  options: Options,
  seed: number,
  ofAllRuns: Files,
  signal: AbortSignal,
): Promise<Run | undefined> {
  const first = seed === options.seed;
  const onWarning = (message: string) => {
    if (first) console.error(message.replace("DataParallel: workers", "mnist: --workers"));
  };
  const directory = options.save === undefined ? undefined : ofRun(options.save, options, seed);
  const training = await start(options, {
    ...{ seed, signal, onWarning },
    ...(directory !== undefined && { checkpoint: { directory }, resume: options.resume }),
  }).catch(inTermsOfOptions);
  const files =
    options.out === undefined || options.runs === 1 ? ofAllRuns : await Files.open(ofRun(options.out, options, seed));
  // The threads begin with the first epoch, and this one has time to print.
  const following = follow(options, training, files, seed, signal);
  if (!options.quiet) introduce(options, training, seed, first);
  const finished = await following;
  const reached = await summarise(options, seed, training, finished);
  if (reached !== undefined) {
    report(options, reached, finished, training, first);
    // Making the page takes a second or two, which nobody has who has stopped the run.
    if (!signal.aborted)
      await files.report(async () => {
        const { reportOf } = await import("./report.ts");
        return reportOf(options, reached, finished, training.model, training.data);
      });
  }
  if (files !== ofAllRuns) files.close();
  return reached && { reached, epochs: finished };
}

/** Starts the training of the article, or that of the best network. */
function start(
  options: Options,
  more: Pick<DataParallelOptions<unknown>, "seed" | "signal" | "onWarning" | "checkpoint" | "resume">,
): Promise<Training> {
  const { epochs, batch: batchSize, workers, shards, dataset, data } = options;
  const settings = { ...more, epochs, batchSize, workers, shards };
  if (options.recipe === "article") {
    const recipe = new URL("./recipe.ts", import.meta.url);
    return DataParallel.start<Experiment, Sequential, Images>(recipe, { ...settings, options: experimentOf(options) });
  }
  const best = bestFor(dataset, data);
  const recipe = new URL("./best.ts", import.meta.url);
  return DataParallel.start<Configuration, Sequential, Images>(recipe, {
    ...{ ...settingsFor(best), ...settings, options: best },
  });
}

/** Throws an error again; one about checkpoints, in terms of the command line. */
function inTermsOfOptions(error: unknown): never {
  if (!(error instanceof CheckpointError)) throw error;
  const text = error.message
    .replace("DataParallel: ", "")
    .replace("set resume to true to continue it", "continue it with --resume")
    .replace("choose an empty checkpoint.directory", "give another --save");
  throw new Error(text, { cause: error });
}

/** The directory of one run: each of several has its own. */
function ofRun(directory: string, { runs }: Options, seed: number): string {
  return runs === 1 ? directory : join(directory, `seed-${seed}`);
}

/** The results of an epoch in the form of a line of metrics.jsonl. */
function flat({ epoch, trainLoss, test, seconds }: Results): Epoch {
  return { epoch, trainLoss, testLoss: test?.loss ?? Number.NaN, testAccuracy: test?.accuracy ?? Number.NaN, seconds };
}

/** Trains, prints each finished epoch and writes it to the results; returns the finished epochs, even if stopped. */
async function follow(
  options: Options,
  training: Training,
  files: Files,
  seed: number,
  signal: AbortSignal,
): Promise<Epoch[]> {
  const live = process.stdout.isTTY && !options.quiet ? new LiveLine(options.epochs, training) : undefined;
  const board = new Board(options.tensorboard === undefined ? undefined : ofRun(options.tensorboard, options, seed));
  const epochs: Epoch[] = [];
  const finish = async () => {
    live?.stop();
    const reached = await summarise(options, seed, training, epochs);
    if (reached !== undefined) await files.summary(reached);
  };
  const add = async (results: Results): Promise<Epoch> => {
    const finished = flat(results);
    epochs.push(finished);
    await files.epoch(finished);
    return finished;
  };
  try {
    for (const results of [...training.history]) await add(results);
    for await (const results of training) {
      const finished = await add(results);
      // Those before --resume are in an earlier file, which TensorBoard shows as the same run.
      board.epoch(finished, training.model);
      if (live) live.epoch(finished);
      else if (!options.quiet) console.log(epochLine(finished, options.epochs));
    }
  } catch (error) {
    if (error !== signal.reason || !signal.aborted) {
      // Even if training failed, the results so far are kept. Why it failed matters more than why they cannot be.
      await finish().catch(() => undefined);
      throw error;
    }
  } finally {
    board.close();
  }
  await finish();
  return epochs;
}

/** Prints and writes the mean and the spread of several runs. */
async function reportRuns(options: Options, runs: readonly Run[], files: Files, signal: AbortSignal): Promise<void> {
  if (runs.length === 0) return;
  const summaries = runs.map(({ reached }) => reached);
  const accuracy = meanAndSpread(summaries.map((run) => run.testAccuracy));
  const loss = meanAndSpread(summaries.map((run) => run.testLoss));
  reportMeans(runs.length, accuracy, loss);
  await files.summary({ runs: summaries, testAccuracy: accuracy, testLoss: loss });
  if (!signal.aborted) await files.report(async () => (await import("./report.ts")).reportOfRuns(options, runs));
}
