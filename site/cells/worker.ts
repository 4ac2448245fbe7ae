/** Runs one program in a worker, away from the page: a loop that never ends can be stopped from outside. */
import { exercises } from "./checks/index.ts";
import type { Report, Run } from "./messages.ts";
import { Printer } from "./printer.ts";
import { runProgram } from "./program.ts";

const report = (message: Report) => postMessage(message);

async function run({ code, exercise }: Run): Promise<void> {
  const printer = new Printer((text) => report({ type: "printed", text }));
  const print = (...values: unknown[]) => printer.print(values);
  const start = performance.now();
  try {
    const exports = await runProgram(code, { log: print, error: print });
    printer.flush();
    if (exercise !== undefined) report({ type: "found", findings: exercises[exercise](exports) });
    report({ type: "done", milliseconds: performance.now() - start });
  } catch (error) {
    printer.flush();
    report({ type: "failed", message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  }
}

addEventListener("message", ({ data }: MessageEvent<Run>) => void run(data));
