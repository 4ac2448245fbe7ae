/** `pnpm example mnist`: the experiment of Loretz's article (see article.ts), on the real data. */
import { join, relative } from "node:path";
import { CheckpointError, DataParallel, type Epoch as Results } from "@polygrad/parallel";
import { FASHION_MNIST, MNIST, type Sequential, summary } from "polygrad";
import type { Output } from "../output.ts";
import { published } from "./article.ts";
import { drawAnswers } from "./digits.ts";
import { Files } from "./files.ts";
import { type Experiment, experimentOf, help, type Options, parseOptions } from "./options.ts";
import { epochLine, LiveLine, percent } from "./progress.ts";
import type { Images } from "./recipe.ts";
import { type Epoch, meanAndSpread, type Summary, summarise } from "./results.ts";
import { Stop } from "./stop.ts";
import { print, terminal } from "./terminal.ts";

type Training = DataParallel<Sequential, Images>;

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
  const summaries: Summary[] = [];
  try {
    for (let run = 0; run < options.runs && stop.exitCode === undefined; run++) {
      const result = await runOnce(options, options.seed + run, files, stop.signal);
      if (result !== undefined) summaries.push(result);
    }
    if (options.runs > 1) await reportRuns(summaries, files);
  } catch (error) {
    // An error after Ctrl-C means that the run was stopped while its threads were starting.
    if (stop.exitCode === undefined || error !== stop.signal.reason) throw error;
  } finally {
    files.close();
  }
  if (stop.exitCode !== undefined) {
    const where =
      summaries.length > 0 ? "Stopped. The results so far are above." : "Stopped before the first epoch was finished.";
    print(options.save === undefined ? where : `${where} Continue with --resume ${options.save}`);
  }
  return stop.exitCode ?? 0;
}

/** Trains one network from one seed and prints the results; returns undefined if it was stopped in the first epoch. */
async function runOnce(
  options: Options,
  seed: number,
  ofAllRuns: Files,
  signal: AbortSignal,
): Promise<Summary | undefined> {
  const { epochs, batch: batchSize, workers, shards } = options;
  const first = seed === options.seed;
  const onWarning = (message: string) => {
    if (first) console.error(message.replace("DataParallel: workers", "mnist: --workers"));
  };
  const directory = options.save === undefined ? undefined : ofRun(options.save, options, seed);
  const training: Training = await DataParallel.start<Experiment, Sequential, Images>(
    new URL("./recipe.ts", import.meta.url),
    {
      ...{ options: experimentOf(options), epochs, batchSize, workers, shards, seed, signal, onWarning },
      ...(directory !== undefined && { checkpoint: { directory }, resume: options.resume }),
    },
  ).catch(inTermsOfOptions);
  const files =
    options.out === undefined || options.runs === 1 ? ofAllRuns : await Files.open(ofRun(options.out, options, seed));
  // The threads begin with the first epoch, and this one has time to print.
  const following = follow(options, training, files, seed, signal);
  if (!options.quiet) introduce(options, training, seed, first);
  const finished = await following;
  if (files !== ofAllRuns) files.close();
  const reached = await summarise(options, seed, training, finished);
  if (reached !== undefined) report(options, reached, training, first);
  return reached;
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

/** Prints the data, the model and the seed. */
function introduce(options: Options, { model, data, history }: Training, seed: number, first: boolean): void {
  const { train, test, source } = data;
  if (first) {
    print(`${train.length} training images and ${test.length} test images from ${fromHere(source)}\n`);
    const table = summary(model, train.sampleShape);
    const width = Math.max(...table.split("\n").map((line) => line.length));
    const total = model.parameters().reduce((sum, { size }) => sum + size, 0);
    print(width <= terminal().columns ? `${table}\n` : `${total.toLocaleString("en")} parameters\n`);
  }
  if (options.runs > 1) print(`seed ${seed}`);
  if (history.length > 0) print(`continues after epoch ${history.length}`);
}

/** A path relative to the working directory, if that is shorter. */
function fromHere(source: string): string {
  const path = relative(process.cwd(), source);
  return path.length < source.length ? path : source;
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
      if (live) live.epoch(finished);
      else if (!options.quiet) console.log(epochLine(finished, options.epochs));
    }
  } catch (error) {
    if (error !== signal.reason || !signal.aborted) {
      // Even if training failed, the results so far are kept. Why it failed matters more than why they cannot be.
      await finish().catch(() => undefined);
      throw error;
    }
  }
  await finish();
  return epochs;
}

/** Prints the results of a run and, if `draw`, four images with the network's answers. */
function report(options: Options, reached: Summary, { model, data }: Training, draw: boolean): void {
  const article = published(options);
  const { testAccuracy, testLoss, secondsPerEpoch, epochs } = reached;
  const comparison = article ? `   (article: ${percent(article.accuracy)}, ${article.loss.toFixed(4)})` : "";
  print(`test accuracy ${percent(testAccuracy)}, test loss ${testLoss.toFixed(4)}${comparison}`);
  if (options.quiet) return;
  const { median, min } = secondsPerEpoch;
  const each = epochs === 1 ? "1 epoch" : `${epochs} epochs`;
  print(`${each}, ${median.toFixed(3)} s each (median; fastest ${min.toFixed(3)} s)\n`);
  if (!draw) return;
  const { classNames } = options.dataset === "mnist" ? MNIST : FASHION_MNIST;
  console.log(`${drawAnswers(model, data.test, classNames, terminal())}\n`);
}

/** Prints and writes the mean and the spread of several runs. */
async function reportRuns(runs: readonly Summary[], files: Files): Promise<void> {
  if (runs.length === 0) return;
  const accuracy = meanAndSpread(runs.map((run) => run.testAccuracy));
  const loss = meanAndSpread(runs.map((run) => run.testLoss));
  print(
    `${runs.length} runs: test accuracy ${percent(accuracy.mean)} +- ${percent(accuracy.spread)}, ` +
      `test loss ${loss.mean.toFixed(4)} +- ${loss.spread.toFixed(4)}`,
  );
  await files.summary({ runs, testAccuracy: accuracy, testLoss: loss });
}
