/** Runs seeing.ts on a worker thread, which posts one message and ends. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** tsx registers its loader on the main thread only, so a worker thread has to register it again. */
const loader = `import { register } from ${JSON.stringify(import.meta.resolve("tsx/esm/api"))}; register();`;
const execArgv = ["--import", `data:text/javascript,${encodeURIComponent(loader)}`];

/** Resolves to the message that the thread posts, once the thread has ended. */
export async function onThread(workerData: unknown): Promise<unknown> {
  const worker = new Worker(new URL("seeing.ts", import.meta.url), { workerData, execArgv });
  const [[message]] = await Promise.all([once(worker, "message"), once(worker, "exit")]);
  return message;
}
