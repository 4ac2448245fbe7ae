/** Child processes that are killed: how they are started, and whether anything of them is left. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { promisify } from "node:util";

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** Runs a command. After `killAfter` seconds, if that is given, SIGKILL ends it, but not what it has started. */
export function execute(
  command: readonly [string, ...string[]],
  { killAfter, env = {} }: { killAfter?: number | undefined; env?: Readonly<Record<string, string>> } = {},
): Promise<Ended> {
  const [file, ...args] = command;
  // The program must not inherit the test runner's options.
  const { NODE_OPTIONS: _, ...own } = process.env;
  const start = performance.now();
  const child: ChildProcess = spawn(file, args, { env: { ...own, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), 1000 * killAfter);
  return new Promise((resolve, reject) => {
    let [stdout, stderr] = ["", ""];
    child.stdout?.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      const seconds = (performance.now() - start) / 1000;
      const finish = () => resolve({ code, signal, stdout, stderr, seconds });
      // After "close", all output has arrived. But a process that outlives the killed one keeps the pipes open.
      if (signal === null) child.on("close", finish);
      else finish();
    });
  });
}

/**
 * The command lines of the processes that have `token` in them and are still running after up to `patience` seconds;
 * they are ended.
 */
export async function survivors(token: string, patience: number): Promise<string[]> {
  const until = performance.now() + 1000 * patience;
  for (;;) {
    const { stdout } = await promisify(execFile)("ps", ["-A", "-ww", "-o", "pid=,stat=,args="]);
    const left = stdout.split("\n").filter((line) => line.includes(token) && !/^ *\d+ +Z/.test(line));
    if (left.length === 0) return left;
    if (performance.now() > until) {
      for (const line of left) end(Number.parseInt(line, 10));
      return left;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended in the meantime.
  }
}
