/** Does the runs of the experiment on a pool of threads. */
import { fileURLToPath } from "node:url";
import { threadArguments } from "@polygrad/parallel/internal";
import { Piscina } from "piscina";
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
 * @throws the signal's reason if it is aborted; the error of the first run that fails. Either ends all others
 */
export async function findAll(jobs: readonly Job[], { threads, signal, each }: Doing): Promise<FoundRun[]> {
  signal.throwIfAborted();
  const file = new URL("./thread.ts", import.meta.url);
  const execArgv = threadArguments([fileURLToPath(file)]);
  const pool = new Piscina<Job, FoundRun>({
    filename: file.href,
    ...(execArgv ? { execArgv } : {}),
    maxThreads: threads,
    minThreads: Math.min(threads, jobs.length),
  });
  const end = () => pool.destroy();
  signal.addEventListener("abort", end, { once: true });
  try {
    const pending = jobs.map((job) => pool.run(job));
    // Those after the first that fails are ended, and nobody waits for them.
    for (const run of pending) run.catch(() => undefined);
    const runs: FoundRun[] = [];
    for (const run of pending) {
      runs.push(await run);
      each(runs[runs.length - 1]);
    }
    return runs;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", end);
    await end();
  }
}
