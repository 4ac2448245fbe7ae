/** Starts the worker that runs a program, and ends it: when the program is done, or when the reader has had enough. */
import type { Report, Run } from "./messages.ts";

/** Runs a program; `report` gets all that happens. Returns a function that stops it. */
export function start(run: Run, report: (message: Report) => void): () => void {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<Report>) => {
    if (data.type === "done" || data.type === "failed") worker.terminate();
    report(data);
  };
  worker.onerror = ({ message }) => {
    worker.terminate();
    report({ type: "failed", message: message || "the worker could not be loaded" });
  };
  worker.postMessage(run);
  return () => worker.terminate();
}
