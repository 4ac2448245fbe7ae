/** Runs a file with an engine's command, and returns what it prints. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Report } from "./program.ts";
import type { Server } from "./server.ts";
import type { Run } from "./training.ts";

export const root: string = fileURLToPath(new URL("../../../../", import.meta.url));

/**
 * Runs a command in the root of the repository.
 *
 * @throws Error with what the command prints if it fails
 */
export async function run(command: readonly string[], kernels: "simd" | "plain" = "simd"): Promise<string> {
  // The program must not inherit the test runner's options.
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const env = { ...inherited, POLYGRAD_KERNELS: kernels };
  const [file, ...options] = command;
  const { stdout } = await promisify(execFile)(file, options, { cwd: root, env });
  return stdout;
}

/** The query of the address that tells the program what to train. */
export function queryOf({ epochs, images, shards }: Run): string {
  return `?epochs=${epochs}&images=${images}&shards=${shards}`;
}

export function addressOf({ address }: Server, what: Run): string {
  return address + queryOf(what);
}

/** Reads a report, and prints which engine took how long. */
export function reportOf(line: string): Report {
  const report: Report = JSON.parse(line);
  console.log(`${report.engine}, ${report.kernels}, ${report.memory}: ${report.seconds.toFixed(1)} s`);
  return report;
}
