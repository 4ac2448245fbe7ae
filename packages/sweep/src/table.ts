/** The live table on a terminal. */
import { type Display, errorLine, headline, type Output, tableOf } from "./progress.ts";
import type { Status } from "./status.ts";

/** The time between updates, in milliseconds. */
const INTERVAL = 200;

/** What prints besides the table, such as `console.log` in the loop over the runs: the table makes room for it. */
export type Others = Pick<NodeJS.WriteStream, "write" | "isTTY">;

/**
 * Shows the state of a sweep in a table that is updated in place. What the program prints meanwhile on the same terminal
 * appears above the table.
 */
export function liveTable(status: Status, output: Output, others: readonly Others[]): Display {
  let height = 0;
  const clear = () => {
    // Up to the first line of the table, and clear from there.
    if (height > 0) output.write(`\r\x1b[${height}A\x1b[J`);
    height = 0;
  };
  const draw = () => {
    clear();
    // The last column stays empty: some terminals go on to the next line when it is written.
    const lines = tableOf(status, (output.columns || 80) - 1);
    output.write(lines.map((line) => `${line}\n`).join(""));
    height = lines.length;
  };
  const restore = others.filter(({ isTTY }) => isTTY).map((stream) => interrupted(stream, clear));
  const timer = setInterval(draw, INTERVAL);
  draw();
  return {
    ended({ label, error }) {
      clear();
      if (error !== undefined) output.write(`failed: ${label}: ${errorLine(error)}\n`);
      draw();
    },
    notice(text) {
      clear();
      output.write(`${text}\n`);
      draw();
    },
    close() {
      clearInterval(timer);
      for (const undo of restore) undo();
      clear();
      output.write(`${headline(status)}\n`);
    },
  };
}

/** Calls `before` whenever something is written to a stream; returns what undoes that. The next update draws again. */
function interrupted(stream: Others, before: () => void): () => void {
  const write = stream.write;
  stream.write = new Proxy(write, {
    apply(target, _, args) {
      before();
      return Reflect.apply(target, stream, args);
    },
  });
  return () => {
    stream.write = write;
  };
}
