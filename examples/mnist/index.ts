/** `pnpm example mnist`: the article's experiment, on real data, in a few seconds. */
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

/** Runs the example; returns the exit code. @throws Error for the caller to print in one line. */
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
    // Stopped while the images were loaded.
    if (!stop.aborted) throw error;
  }
  if (options.runs > 1) await reportRuns(options, summaries);
  if (stop.aborted) console.log("Stopped; what was reached is above.");
  return stop.aborted ? 130 : 0;
}

/** Aborts on the first Ctrl-C; a second one kills as usual. */
function stopOnInterrupt(): AbortSignal {
  const controller = new AbortController();
  process.once("SIGINT", () => controller.abort());
  return controller.signal;
}

/** Trains one network from one seed and reports on it; undefined if it was stopped before its first epoch ended. */
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

function introduce(options: Options, { model, data }: Training, seed: number, first: boolean): void {
  const { train, test, source } = data;
  if (first) {
    console.log(`${train.length} images to train and ${test.length} to test, from ${fromHere(source)}\n`);
    console.log(`${summary(model, train.sampleShape)}\n`);
  }
  if (options.runs > 1) console.log(`seed ${seed}`);
}

/** A path as seen from the working directory, where that is shorter. */
function fromHere(source: string): string {
  const path = relative(process.cwd(), source);
  return path.length < source.length ? path : source;
}

/** Shows and writes down the epochs as they are finished; returns them, also if it is stopped. */
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
    // Also when training has failed: what was reached is kept.
    const reached = summarise(options, seed, training, epochs);
    if (reached !== undefined) await results.summary(reached);
  }
  return epochs;
}

function report(options: Options, reached: Summary, { model, data }: Training, draw: boolean): void {
  const article = published(options);
  const { testAccuracy, testLoss, secondsPerEpoch, epochs } = reached;
  const beside = article ? `   (article: ${percent(article.accuracy)}, ${article.loss.toFixed(4)})` : "";
  console.log(`test accuracy ${percent(testAccuracy)}, test loss ${testLoss.toFixed(4)}${beside}`);
  if (options.quiet) return;
  console.log(
    `${epochs} epochs, ${secondsPerEpoch.median.toFixed(3)} s each (median; fastest ${secondsPerEpoch.min.toFixed(3)} s)\n`,
  );
  if (!draw) return;
  const { classNames } = options.dataset === "mnist" ? MNIST : FASHION_MNIST;
  console.log(`${drawAnswers(model, data.test, classNames)}\n`);
}

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
