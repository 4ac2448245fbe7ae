/** Runs Python with the packages onnx and torch: that of Debian, which another Python may hide. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The JSON that a script of this directory writes. */
export function pythonOnnx<Result>(script: string, ...args: readonly string[]): Result {
  const path = fileURLToPath(new URL(`./${script}`, import.meta.url));
  const { error, status, stdout, stderr } = spawnSync("/usr/bin/python3", [path, ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (error !== undefined)
    throw new Error(`cannot run python3: ${error.message}; install Debian's python3-onnx and python3-torch`);
  if (status !== 0) throw new Error(`${script} failed: ${stderr}`);
  return JSON.parse(stdout);
}
