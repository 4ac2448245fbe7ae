/** `pnpm example sweep`: a study of many runs, on all cores or on many machines, that can be stopped and goes on. */
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { bullmq, grid, local, range, type Sweep, sweep, work } from "@polygrad/sweep";
import { Stop } from "../mnist/stop.ts";
import type { Output } from "../output.ts";
import { help, type Options, parseOptions } from "./options.ts";
import type { Configuration } from "./recipe.ts";
import { type Row, tableOf } from "./table.ts";

/**
 * Runs the example and returns the exit code.
 *
 * @param output standard output; the study goes on if it fails, because it writes files
 * @throws Error with a message for the user, for the caller to print
 */
export async function main(args: readonly string[], output: Output): Promise<number> {
  const options = parseOptions(args);
  if (options === undefined) {
    console.log(help);
    return 0;
  }
  const stop = new Stop(output, true);
  if (options.worker) return workUntil(stop, options);
  const runs = study(options, stop.signal);
  const rows: Row[] = [];
  try {
    for await (const { options: own, summary } of runs)
      if (summary) rows.push({ ...own, ...summary, accuracy: summary.testAccuracy, loss: summary.testLoss });
  } catch (error) {
    if (stop.exitCode === undefined || error !== stop.signal.reason) throw error;
  }
  if (rows.length > 0) console.log(tableOf(rows));
  if (stop.exitCode !== undefined)
    console.log(`Stopped. The same command goes on from here: ${runs.done} runs are done.`);
  else console.log(`The figures of each run are in ${join(options.out, "report.csv")}`);
  const { wrong = [], disputed = [] } = runs.verification ?? {};
  return stop.exitCode ?? (runs.failed + wrong.length + disputed.length > 0 ? 1 : 0);
}

/** Works for other processes that submit the study, on this machine or on others. */
async function workUntil(stop: Stop, { out, processes, redis = "", queue }: Options): Promise<number> {
  await work(new URL("./recipe.ts", import.meta.url), {
    ...{ connection: redis, out, processes, sources: sourceOfRecipe(), signal: stop.signal },
    ...(queue === undefined ? {} : { queue }),
  });
  return stop.exitCode ?? 0;
}

/** The sweep that the options describe. */
function study(options: Options, signal: AbortSignal): Sweep<Configuration> {
  const { out, epochs, images, quick, processes, data, redis, queue, verify, shipWeights } = options;
  const common = { images, data };
  const queued = queue === undefined ? {} : { queue };
  return sweep<Configuration>(new URL("./recipe.ts", import.meta.url), {
    space: quick
      ? grid({ degree: [1, 2], hidden: 8, seed: range(2), ...common })
      : grid({ degree: [1, 2, 3], hidden: [20, 64], seed: range(3), ...common }),
    settings: { epochs, batchSize: 256 },
    engine: redis === undefined ? local({ processes }) : bullmq({ connection: redis, ...queued }),
    verify,
    weights: shipWeights,
    sources: sourceOfRecipe(),
    out,
    signal,
  });
}

/** The recipe's source: start.mjs runs examples from a bundle, which is another one after every edit of any file. */
function sourceOfRecipe(): URL {
  return pathToFileURL(join(dirname(process.argv[1]), "sweep/recipe.ts"));
}
