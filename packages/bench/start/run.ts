/** Running a command to its end, and timing what it prints. */
import { spawn } from "node:child_process";

/** Seconds from the start of a command until its output matched, NaN if it never did, and until it ended. */
export interface Times {
  readonly until: number;
  readonly end: number;
}

/** Runs a command in a folder. @throws Error with what it prints if it fails, or does not print what is waited for */
export function runToEnd(command: readonly string[], folder: string, waitedFor?: RegExp): Promise<Times> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const [file, ...args] = command;
  const child = spawn(file, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let [printed, errors, until] = ["", "", Number.NaN];
  child.stdout.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
    if (Number.isNaN(until) && waitedFor?.test(printed)) until = seconds();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const end = seconds();
      if (code === 0 && (waitedFor === undefined || until <= end)) resolve({ until, end });
      else reject(new Error(`bench: ${command.join(" ")} ended with code ${code}:\n${printed}${errors}`));
    });
  });
}
