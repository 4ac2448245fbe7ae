/** A worker as a program: RECIPE URL OUT and, as JSON, more options of `work`. SIGTERM ends it. */
import { type WorkOptions, work } from "@polygrad/sweep";

const [, , recipe, connection, out, more = "{}"] = process.argv;
const options: Partial<WorkOptions> = JSON.parse(more);
const ending = new AbortController();
process.once("SIGTERM", () => ending.abort(new Error("SIGTERM")));
await work(recipe, { connection, out, processes: 1, lease: 4, ...options, signal: ending.signal });
console.error("ended");
