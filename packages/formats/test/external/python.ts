/** Runs scripts with the Python that has PyTorch and NumPy: Debian's packages python3-torch and python3-numpy. */
import { spawnSync } from "node:child_process";

let found: string | undefined;

/** The first Python that has both. */
function interpreter(): string {
  for (const python of ["python3", "/usr/bin/python3"])
    found ??= spawnSync(python, ["-c", "import torch, numpy"]).status === 0 ? python : undefined;
  if (found === undefined) throw new Error("no Python has torch and numpy; install python3-torch and python3-numpy");
  return found;
}

/** Runs a script; returns what it prints. */
export function runPython(args: readonly string[], input = ""): string {
  const { status, stdout, stderr } = spawnSync(interpreter(), args, {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`python3 ${args.slice(0, 2).join(" ")} failed: ${stderr}`);
  return stdout;
}
