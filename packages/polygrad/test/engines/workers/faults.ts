/** A page whose trainings fail, one after the other; it reports how each has ended. */
import { DataParallel, type DataParallelOptions } from "@polygrad/parallel";
import type { Sequential } from "polygrad";
import { small } from "../../../../parallel/test/recipes/small.ts";
import { trainHere, weightsOf } from "../../../../parallel/test/reference.ts";
import recipe, { type FaultyOptions } from "./faulty.ts";

/** How a training has ended. */
export interface Ending {
  /** What it threw; undefined if it did not. */
  readonly error: string | undefined;
  readonly epochs: number;
  /** The number of finished steps. */
  readonly steps: number;
  /** Whether the model has the weights of that step. */
  readonly right: boolean;
  /** The number of threads that are left. */
  readonly threads: number;
  /** Milliseconds from the abort, if any, to the end. */
  readonly took: number;
}

type Settings = DataParallelOptions<FaultyOptions>;

const options: FaultyOptions = { ...small, train: 64, fault: "none", call: 0 };
/** 8 steps per epoch. Not captured: a replay would not call the loss. */
const usual: Settings = {
  ...{ options, epochs: 3, batchSize: 8, workers: 2, shards: 4, seed: 5, capture: false, onWarning: () => {} },
  worker: () => new Worker("/faulty.worker.js", { type: "module" }),
};

/** Trains to the end, whatever it is. `during` is called with the training when it has started. */
async function ending(settings: Settings, during: (training: DataParallel<Sequential>) => void = () => {}) {
  let start = performance.now();
  settings.signal?.addEventListener("abort", () => {
    start = performance.now();
  });
  let [training, error, epochs]: [DataParallel<Sequential> | undefined, string | undefined, number] = [
    undefined,
    undefined,
    0,
  ];
  try {
    training = await DataParallel.start<FaultyOptions, Sequential>(recipe, settings);
    during(training);
    for await (const { epoch } of training) epochs = epoch;
  } catch (reason) {
    error = String(reason);
  }
  const took = performance.now() - start;
  const steps = training?.progress.steps ?? 0;
  const unharmed = { ...settings.options, fault: "none" } as const;
  const wanted = await trainHere(recipe, { ...settings, options: unharmed }, steps);
  const right = training !== undefined && String(weightsOf(training.model)) === String(wanted.weights);
  const result: Ending = { error, epochs, steps, right, threads: training?.threads.length ?? 0, took };
  return result;
}

const withFault = (fault: FaultyOptions["fault"], call: number, change: Partial<Settings> = {}): Settings => ({
  ...{ ...usual, ...change },
  options: { ...options, fault, call },
});

/** A training whose workers hang in the middle; it is aborted a second after it has started. */
function hanging(): Promise<Ending> {
  const controller = new AbortController();
  const abort = () => controller.abort(new Error("enough"));
  return ending(withFault("loop", 18, { signal: controller.signal }), () => setTimeout(abort, 1000));
}

/** A training whose first epoch lasts for seconds; it is aborted when the page has seen it advance a few times. */
async function followed(): Promise<Ending> {
  const controller = new AbortController();
  const seen = new Set<number>();
  const { signal } = controller;
  const long: Settings = { ...usual, options: { ...options, train: 40_000 }, batchSize: 1, capture: true, signal };
  return ending(long, (training) => {
    const timer = setInterval(() => {
      seen.add(training.progress.steps);
      if (seen.size < 5) return;
      clearInterval(timer);
      controller.abort(new Error("seen"));
    }, 5);
  });
}

/** The message with which a start is refused. */
async function refused(...start: Parameters<typeof DataParallel.start<FaultyOptions, Sequential>>): Promise<string> {
  return DataParallel.start<FaultyOptions, Sequential>(...start).then(
    async (training) => {
      await training.close();
      return "not refused";
    },
    (reason: unknown) => String(reason),
  );
}

const { worker: _, ...withoutWorker } = usual;
const report = {
  engine: navigator.userAgent,
  endings: {
    usual: await ending(usual),
    throws: await ending(withFault("throw", 18)),
    throwsAtOnce: await ending(withFault("throw", 1)),
    loops: await hanging(),
    ends: await ending(withFault("end", 3)),
    missing: await ending({ ...usual, worker: () => new Worker("/nowhere.js", { type: "module" }) }),
    early: await ending({ ...usual, worker: () => new Worker("/early.worker.js", { type: "module" }) }),
    followed: await followed(),
    again: await ending(usual),
  },
  refusals: {
    url: await refused(new URL("/faulty.js", location.href), usual),
    noWorker: await refused(recipe, withoutWorker),
    checkpoint: await refused(recipe, { ...usual, checkpoint: { directory: "runs" } }),
  },
};
/** What the page reports. */
export type FaultsReport = typeof report;

await fetch("/report", { method: "POST", body: JSON.stringify(report) });
