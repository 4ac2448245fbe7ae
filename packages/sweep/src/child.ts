/**
 * The program of a child process: it does one run after another, each as a sweep asks for it, and ends with the sweep.
 *
 * Ctrl-C in a terminal reaches the child too. It waits for the sweep to say what to do, because only the sweep knows.
 */
import { checksumOf, type JsonObject, loadRecipe } from "@polygrad/parallel/internal";
import { execute, failureOf } from "./execute.ts";
import type { Order, Reply, Report, Request } from "./messages.ts";
import { observed } from "./observed.ts";

const [, , recipe, program] = process.argv;
// A recipe that looks for something beside the program, such as the images of a package, means the sweep's.
process.argv.splice(1, process.argv.length, program);
const stopping = new AbortController();
/** Whether a request is being answered. */
let busy = false;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
// A child whose sweep was killed must not go on: another sweep may be working on the same runs already.
process.on("disconnect", () => process.exit());
process.on("message", (order: Order) => {
  if (order.kind === "stop") stop();
  else void answer(order);
});

function stop(): void {
  stopping.abort(new Error("the sweep was stopped"));
  if (!busy) process.exit();
}

async function answer(request: Request): Promise<void> {
  busy = true;
  const reply = await replyTo(request).catch(
    (error: unknown): Reply => ({ kind: "failure", failure: failureOf(error) }),
  );
  busy = false;
  process.send?.(reply satisfies Report, () => {
    if (stopping.signal.aborted) process.exit();
  });
}

async function replyTo(request: Request): Promise<Reply> {
  if (request.kind === "data") return checksumFor(request.options);
  const { job, directory } = request;
  const result = await execute(job, {
    recipe,
    directory,
    signal: stopping.signal,
    onMetrics: (metrics) => process.send?.({ kind: "metrics", metrics } satisfies Report),
  });
  return { kind: "result", result };
}

/** Loads the data for these options. */
async function checksumFor(options: JsonObject): Promise<Reply> {
  const { data } = await loadRecipe(recipe);
  const { value, reads } = observed(options);
  const loaded = await data(value);
  return { kind: "checksum", checksum: checksumOf(loaded), reads: [...reads] };
}
