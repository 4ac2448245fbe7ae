/** What a run prints before it trains, and when it has finished. */
import { relative } from "node:path";
import type { DataParallel } from "@polygrad/parallel";
import { FASHION_MNIST, MNIST, type Sequential, summary } from "polygrad";
import { published } from "./article.ts";
import { drawAnswers } from "./digits.ts";
import { drawLoss } from "./loss-curve.ts";
import type { Options } from "./options.ts";
import { percent } from "./progress.ts";
import type { Images } from "./recipe.ts";
import type { Epoch, Spread, Summary } from "./results.ts";
import { print, terminal } from "./terminal.ts";

/** A run that is ready to train. */
export type Training = DataParallel<Sequential, Images>;

/** Prints the data, the model and the seed. */
export function introduce(options: Options, { model, data, history }: Training, seed: number, first: boolean): void {
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

/** Prints the results of a run, on a terminal with a curve of the loss, and if `draw`, four images with answers. */
export function report(
  options: Options,
  reached: Summary,
  finished: readonly Epoch[],
  { model, data }: Training,
  draw: boolean,
): void {
  const article = published(options);
  const { testAccuracy, testLoss, secondsPerEpoch, epochs } = reached;
  const comparison = article ? `   (article: ${percent(article.accuracy)}, ${article.loss.toFixed(4)})` : "";
  print(`test accuracy ${percent(testAccuracy)}, test loss ${testLoss.toFixed(4)}${comparison}`);
  if (options.quiet) return;
  const { median, min } = secondsPerEpoch;
  const each = epochs === 1 ? "1 epoch" : `${epochs} epochs`;
  print(`${each}, ${median.toFixed(3)} s each (median; fastest ${min.toFixed(3)} s)\n`);
  if (process.stdout.isTTY && epochs > 1)
    console.log(
      `${drawLoss(
        finished.map(({ trainLoss }) => trainLoss),
        terminal().columns - 1,
      )}\n`,
    );
  if (!draw) return;
  const { classNames } = options.dataset === "mnist" ? MNIST : FASHION_MNIST;
  console.log(`${drawAnswers(model, data.test, classNames, terminal())}\n`);
}

/** Prints the mean and the spread of several runs. */
export function reportMeans(runs: number, accuracy: Spread, loss: Spread): void {
  print(
    `${runs} runs: test accuracy ${percent(accuracy.mean)} +- ${percent(accuracy.spread)}, ` +
      `test loss ${loss.mean.toFixed(4)} +- ${loss.spread.toFixed(4)}`,
  );
}
