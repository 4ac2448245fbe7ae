/** Standard output, which may go away: its reader may end, as in `pnpm example mnist | head -1`, or its disk be full. */

/** The exit code of a program whose reader has ended: 128 plus the number of the signal SIGPIPE. */
const BROKEN_PIPE = 141;
const FAILED = 2;

/** Watches standard output. Once it has failed, everything that is printed is lost. */
export class Output {
  /** The exit code that the failure calls for; undefined while there is none. */
  exitCode: number | undefined;
  /** Called once, when standard output fails. By default, the process ends at once. */
  onFailure: (exitCode: number) => void = (exitCode) => process.exit(exitCode);

  /** @param name what failed, for the message on standard error; a closed pipe needs no message */
  constructor(name: string) {
    process.stdout.on("error", (error: NodeJS.ErrnoException) => {
      if (this.exitCode !== undefined) return;
      this.exitCode = error.code === "EPIPE" ? BROKEN_PIPE : FAILED;
      if (this.exitCode === FAILED)
        console.error(`${name}: cannot write to standard output: ${error.message}; send it to another file or disk`);
      this.onFailure(this.exitCode);
    });
    // There is nowhere left to say that standard error has failed.
    process.stderr.on("error", () => undefined);
  }
}
