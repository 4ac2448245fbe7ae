/** The progress of a download, and how it is shown on standard error. */
import { type Checks, checkOptions, flag, number, text } from "@polygrad/tensor/internal";

/** Reported at the start, after every piece that arrives, and with `done` when the verified file has been written. */
export interface Progress {
  readonly url: string;
  /** Bytes received so far. */
  readonly received: number;
  /** Bytes in the whole file, or undefined if the server did not say. */
  readonly total: number | undefined;
  readonly done: boolean;
}

const fields: Checks<Progress> = { url: text, received: number, total: number, done: flag };

/**
 * Writes to standard error: on a terminal a line that is updated in place, elsewhere one line per finished file.
 * @throws ArgumentError if a field is of the wrong kind
 */
export function showProgress(progress: Progress): void {
  checkOptions("showProgress", progress, fields);
  for (const name of ["url", "received", "done"] as const) fields[name]("showProgress", name, progress?.[name]);
  const { url, received, total, done } = progress;
  const line = `${url}: ${megabytes(received)}${total === undefined ? "" : ` of ${megabytes(total)}`} MB`;
  if (process.stderr.isTTY) process.stderr.write(`\r${line}${done ? "\n" : ""}`);
  else if (done) process.stderr.write(`${line}\n`);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
