/**
 * A page that trains on Web Workers: once for each number in `?workers=1,2,3`, one after the other. It reports what each
 * training has reached, as a line of JSON. With `&wait`, it does so only once it is isolated.
 */
import { DataParallel } from "@polygrad/parallel";
import { BATCH, hashWeights, type Reached, SEED } from "../training.ts";
import recipe from "./recipe.ts";

/** What the page reports. */
export interface WorkersReport {
  readonly engine: string;
  readonly runs: readonly WorkersRun[];
}

export interface WorkersRun extends Reached {
  /** The number of workers that trained. */
  readonly workers: number;
  readonly shared: boolean;
  readonly warnings: readonly string[];
  /** The time of training and evaluation. */
  readonly seconds: number;
}

const query = new URL(location.href).searchParams;
const [epochs, images, shards] = ["epochs", "images", "shards"].map((name) => Number(query.get(name)));

async function train(workers: number): Promise<WorkersRun> {
  const warnings: string[] = [];
  const training = await DataParallel.start(recipe, {
    ...{ options: { images }, epochs, batchSize: BATCH, shards, seed: SEED, workers },
    worker: () => new Worker("/recipe.worker.js", { type: "module" }),
    onWarning: (message) => warnings.push(message),
  });
  const start = performance.now();
  let test: Readonly<Record<string, number>> = {};
  for await (const epoch of training) test = epoch.test ?? test;
  return {
    ...{ testLoss: test.loss, testAccuracy: test.accuracy, weightsSha256: await hashWeights(training.model) },
    ...{ workers: training.workers, shared: training.shared, warnings },
    seconds: (performance.now() - start) / 1000,
  };
}

if (crossOriginIsolated || !query.has("wait")) {
  const runs: WorkersRun[] = [];
  for (const workers of (query.get("workers") ?? "").split(",")) runs.push(await train(Number(workers)));
  const report: WorkersReport = { engine: navigator.userAgent, runs };
  await fetch("/report", { method: "POST", body: JSON.stringify(report) });
}
