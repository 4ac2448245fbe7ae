/** The progress of a download, and how it is shown on standard error. */

/** Reported at the start, after every piece that arrives, and with `done` when the verified file has been written. */
export interface Progress {
  readonly url: string;
  /** Bytes received so far. */
  readonly received: number;
  /** Bytes in the whole file, or undefined if the server did not say. */
  readonly total: number | undefined;
  readonly done: boolean;
}

/** Writes to standard error: on a terminal a line that is updated in place, elsewhere one line per finished file. */
export function showProgress({ url, received, total, done }: Progress): void {
  const line = `${url}: ${megabytes(received)}${total === undefined ? "" : ` of ${megabytes(total)}`} MB`;
  if (process.stderr.isTTY) process.stderr.write(`\r${line}${done ? "\n" : ""}`);
  else if (done) process.stderr.write(`${line}\n`);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
