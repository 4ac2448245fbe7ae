/** Runs one of the programs in this folder on a worker thread, which answers with one message and ends. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** tsx loads TypeScript on the main thread only, so a thread has to be told again. */
const loader = `import { register } from ${JSON.stringify(import.meta.resolve("tsx/esm/api"))}; register();`;
const execArgv = ["--import", `data:text/javascript,${encodeURIComponent(loader)}`];

/** A thread that runs the program. */
export function threadOf(program: string, workerData?: unknown): Worker {
  return new Worker(new URL(program, import.meta.url), { workerData, execArgv });
}

/** What the program posts; by then its thread is gone. */
export async function onThread(program: string, workerData: unknown): Promise<unknown> {
  const worker = threadOf(program, workerData);
  const [[message]] = await Promise.all([once(worker, "message"), once(worker, "exit")]);
  return message;
}
