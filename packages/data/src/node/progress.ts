/** How far a download has come, and the line on the terminal that shows it. */

/** Reported for every piece that arrives, and once more, `done`, when the verified file is in its place. */
export interface Progress {
  readonly url: string;
  /** Bytes so far. */
  readonly received: number;
  /** Bytes in all, if the server said. */
  readonly total: number | undefined;
  readonly done: boolean;
}

/** Writes to standard error: one line that counts up on a terminal, one line per finished file elsewhere. */
export function showProgress({ url, received, total, done }: Progress): void {
  const line = `${url}: ${megabytes(received)}${total === undefined ? "" : ` of ${megabytes(total)}`} MB`;
  if (process.stderr.isTTY) process.stderr.write(`\r${line}${done ? "\n" : ""}`);
  else if (done) process.stderr.write(`${line}\n`);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
