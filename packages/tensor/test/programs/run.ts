/** Runs one of the programs in this folder in a process of its own, and reads the JSON it prints. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../../..", import.meta.url));

export async function run(
  program: string,
  { flags = [], env = {} }: { flags?: readonly string[]; env?: Record<string, string> } = {},
): Promise<unknown> {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, "--import", "tsx", file], {
    cwd: root,
    env: { ...process.env, POLYGRAD_KERNELS: "", ...env },
  });
  return JSON.parse(stdout);
}
