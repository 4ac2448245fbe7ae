/** `pnpm example mnist`: the article's experiment, on real data, in a few seconds. */
import { join, relative } from "node:path";
import { FASHION_MNIST, MNIST, type Sequential, summary } from "polygrad";
import { fashionMnist, mnist } from "polygrad/node";
import { published } from "./article.ts";
import { drawAnswers } from "./digits.ts";
import { makeModel } from "./model.ts";
import { help, type Options, parseOptions } from "./options.ts";
import { epochLine, LiveLine, percent } from "./progress.ts";
import { meanAndSpread, Results, type Summary, summarise } from "./results.ts";
import { type Epoch, type Step, train } from "./train.ts";

type Data = Awaited<ReturnType<typeof mnist>>;

/** Runs the example; returns the exit code. @throws Error for the caller to print in one line. */
export async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options === undefined) {
    console.log(help);
    return 0;
  }
  const stop = stopOnInterrupt();
  const data = await load(options, stop);
  const summaries: Summary[] = [];
  for (let run = 0; run < options.runs && !stop.aborted; run++) {
    const out =
      options.out !== undefined && options.runs > 1 ? join(options.out, `seed-${options.seed + run}`) : options.out;
    const result = await runOnce(options, options.seed + run, data, await Results.open(out), stop, run === 0);
    if (result !== undefined) summaries.push(result);
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

async function load({ dataset, data: directory, quiet }: Options, signal: AbortSignal): Promise<Data> {
  const data = await (dataset === "mnist" ? mnist : fashionMnist)({ directory, signal });
  if (!quiet)
    console.log(
      `${data.train.length} images to train and ${data.test.length} to test, from ${fromHere(data.source)}\n`,
    );
  return data;
}

/** A path as seen from the working directory, where that is shorter. */
function fromHere(source: string): string {
  const path = relative(process.cwd(), source);
  return path.length < source.length ? path : source;
}

/** Trains one network from one seed and reports on it; undefined if it was stopped before its first epoch ended. */
async function runOnce(
  options: Options,
  seed: number,
  data: Data,
  results: Results,
  signal: AbortSignal,
  first: boolean,
): Promise<Summary | undefined> {
  const { sampleShape, classes, length } = data.train;
  const model = makeModel(
    options,
    sampleShape.reduce((product, size) => product * size, 1),
    classes,
    seed,
  );
  if (!options.quiet && first) console.log(`${summary(model, sampleShape)}\n`);
  if (!options.quiet && options.runs > 1) console.log(`seed ${seed}`);

  const live = process.stdout.isTTY && !options.quiet ? new LiveLine(options.epochs, length) : undefined;
  const epochs: Epoch[] = [];
  try {
    for await (const epoch of train(model, data, options, seed, { signal, onStep: (step: Step) => live?.step(step) })) {
      epochs.push(epoch);
      await results.epoch(epoch);
      if (live) live.epoch(epoch);
      else if (!options.quiet) console.log(epochLine(epoch, options.epochs));
    }
  } finally {
    live?.clear();
    // Also when training has failed: what was reached is kept.
    const reached = summarise(options, seed, model, epochs);
    if (reached !== undefined) await results.summary(reached);
  }
  const reached = summarise(options, seed, model, epochs);
  if (reached !== undefined) report(options, reached, model, data, first);
  return reached;
}

function report(options: Options, reached: Summary, model: Sequential, data: Data, draw: boolean): void {
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
