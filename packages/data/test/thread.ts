/** Runs seeing.ts on a worker thread, which answers with one message and ends. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** tsx loads TypeScript on the main thread only, so a thread has to be told again. */
const loader = `import { register } from ${JSON.stringify(import.meta.resolve("tsx/esm/api"))}; register();`;
const execArgv = ["--import", `data:text/javascript,${encodeURIComponent(loader)}`];

/** What the thread posts; by then it is gone. */
export async function onThread(workerData: unknown): Promise<unknown> {
  const worker = new Worker(new URL("seeing.ts", import.meta.url), { workerData, execArgv });
  const [[message]] = await Promise.all([once(worker, "message"), once(worker, "exit")]);
  return message;
}
