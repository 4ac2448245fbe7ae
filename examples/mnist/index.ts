/** `pnpm example mnist`: the experiment of Loretz's article (see article.ts), on the real data. */
import { join, relative } from "node:path";
import { DataParallel } from "@polygrad/parallel";
import { FASHION_MNIST, MNIST, type Sequential, summary } from "polygrad";
import { published } from "./article.ts";
import { drawAnswers } from "./digits.ts";
import { help, type Options, parseOptions } from "./options.ts";
import { epochLine, LiveLine, percent } from "./progress.ts";
import type { Images } from "./recipe.ts";
import { type Epoch, meanAndSpread, Results, type Summary, summarise } from "./results.ts";

type Training = DataParallel<Sequential, Images>;

/** Runs the example and returns the exit code. @throws Error with a message for the user, for the caller to print. */
export async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options === undefined) {
    console.log(help);
    return 0;
  }
  const stop = stopOnInterrupt();
  const summaries: Summary[] = [];
  try {
    for (let run = 0; run < options.runs && !stop.aborted; run++) {
      const result = await runOnce(options, options.seed + run, stop);
      if (result !== undefined) summaries.push(result);
    }
  } catch (error) {
    // An error after Ctrl-C means that the run was stopped while the images were being loaded.
    if (!stop.aborted) throw error;
  }
  if (options.runs > 1) await reportRuns(options, summaries);
  if (stop.aborted) console.log("Stopped. The results so far are above.");
  return stop.aborted ? 130 : 0;
}

/** A signal that the first Ctrl-C aborts. A second Ctrl-C ends the process, as usual. */
function stopOnInterrupt(): AbortSignal {
  const controller = new AbortController();
  process.once("SIGINT", () => controller.abort());
  return controller.signal;
}

/** Trains one network from one seed and prints the results; returns undefined if it was stopped in the first epoch. */
async function runOnce(options: Options, seed: number, signal: AbortSignal): Promise<Summary | undefined> {
  const { epochs, batch: batchSize, workers, shards } = options;
  const training: Training = await DataParallel.start<Options, Sequential, Images>(
    new URL("./recipe.ts", import.meta.url),
    { options, epochs, batchSize, workers, shards, seed, signal },
  );
  const first = seed === options.seed;
  if (!options.quiet) introduce(options, training, seed, first);
  const out = options.out !== undefined && options.runs > 1 ? join(options.out, `seed-${seed}`) : options.out;
  const finished = await follow(options, training, await Results.open(out), seed, signal);
  const reached = summarise(options, seed, training, finished);
  if (reached !== undefined) report(options, reached, training, first);
  return reached;
}

/** Prints the data, the model and the seed. */
function introduce(options: Options, { model, data }: Training, seed: number, first: boolean): void {
  const { train, test, source } = data;
  if (first) {
    console.log(`${train.length} training images and ${test.length} test images from ${fromHere(source)}\n`);
    console.log(`${summary(model, train.sampleShape)}\n`);
  }
  if (options.runs > 1) console.log(`seed ${seed}`);
}

/** A path relative to the working directory, if that is shorter. */
function fromHere(source: string): string {
  const path = relative(process.cwd(), source);
  return path.length < source.length ? path : source;
}

/** Trains, prints each finished epoch and writes it to the results; returns the finished epochs, even if stopped. */
async function follow(
  options: Options,
  training: Training,
  results: Results,
  seed: number,
  signal: AbortSignal,
): Promise<Epoch[]> {
  const live = process.stdout.isTTY && !options.quiet ? new LiveLine(options.epochs, training) : undefined;
  const epochs: Epoch[] = [];
  try {
    for await (const { epoch, trainLoss, test, seconds } of training) {
      const [testLoss, testAccuracy] = [test?.loss ?? Number.NaN, test?.accuracy ?? Number.NaN];
      const finished = { epoch, trainLoss, testLoss, testAccuracy, seconds };
      epochs.push(finished);
      await results.epoch(finished);
      if (live) live.epoch(finished);
      else if (!options.quiet) console.log(epochLine(finished, options.epochs));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    live?.stop();
    // Even if training failed, the results so far are kept.
    const reached = summarise(options, seed, training, epochs);
    if (reached !== undefined) await results.summary(reached);
  }
  return epochs;
}

/** Prints the results of a run and, if `draw`, four images with the network's answers. */
function report(options: Options, reached: Summary, { model, data }: Training, draw: boolean): void {
  const article = published(options);
  const { testAccuracy, testLoss, secondsPerEpoch, epochs } = reached;
  const comparison = article ? `   (article: ${percent(article.accuracy)}, ${article.loss.toFixed(4)})` : "";
  console.log(`test accuracy ${percent(testAccuracy)}, test loss ${testLoss.toFixed(4)}${comparison}`);
  if (options.quiet) return;
  console.log(
    `${epochs} epochs, ${secondsPerEpoch.median.toFixed(3)} s each (median; fastest ${secondsPerEpoch.min.toFixed(3)} s)\n`,
  );
  if (!draw) return;
  const { classNames } = options.dataset === "mnist" ? MNIST : FASHION_MNIST;
  console.log(`${drawAnswers(model, data.test, classNames)}\n`);
}

/** Prints and writes the mean and the spread of several runs. */
async function reportRuns(options: Options, runs: readonly Summary[]): Promise<void> {
  if (runs.length === 0) return;
  const accuracy = meanAndSpread(runs.map((run) => run.testAccuracy));
  const loss = meanAndSpread(runs.map((run) => run.testLoss));
  console.log(
    `${runs.length} runs: test accuracy ${percent(accuracy.mean)} +- ${percent(accuracy.spread)}, ` +
      `test loss ${loss.mean.toFixed(4)} +- ${loss.spread.toFixed(4)}`,
  );
  await (await Results.open(options.out)).summary({ runs, testAccuracy: accuracy, testLoss: loss });
}
