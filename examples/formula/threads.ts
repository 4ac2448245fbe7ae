/** Does the runs of the experiment, some at a time, each on a thread of its own. */
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { threadArguments } from "@polygrad/parallel/internal";
import type { FoundRun } from "./findings.ts";
import type { Job } from "./thread.ts";

/** How runs are done. */
export interface Doing {
  /** How many at a time. */
  readonly threads: number;
  readonly signal: AbortSignal;
  /** Called with each run, in the order of the jobs. */
  readonly each: (run: FoundRun) => void;
}

/**
 * Does runs and returns them in the order of the jobs.
 *
 * @throws the signal's reason if it is aborted; the error of a run that fails, which ends all others
 */
export async function findAll(jobs: readonly Job[], { threads, signal, each }: Doing): Promise<FoundRun[]> {
  const file = new URL("./thread.ts", import.meta.url);
  const execArgv = threadArguments([fileURLToPath(file)]);
  const workers = Array.from(
    { length: Math.min(threads, jobs.length) },
    () => new Worker(file, execArgv ? { execArgv } : {}),
  );
  const [done, runs] = [new Map<number, FoundRun>(), [] as FoundRun[]];
  let next = 0;
  async function work(worker: Worker): Promise<void> {
    while (next < jobs.length) {
      const k = next++;
      worker.postMessage(jobs[k]);
      const [found]: FoundRun[] = await once(worker, "message", { signal });
      done.set(k, found);
      for (let run = done.get(runs.length); run !== undefined; run = done.get(runs.length)) {
        runs.push(run);
        each(run);
      }
    }
  }
  try {
    await Promise.all(workers.map(work));
    return runs;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
