/** Running `pnpm example ...` as a process, and a small collection of images to run it on. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeIdx, Random } from "polygrad";

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program that `pnpm example` runs. */
export const entry: string = fileURLToPath(new URL("../start.mjs", import.meta.url));

/** How an example runs; everything is optional. */
interface Running {
  readonly env?: Record<string, string>;
  /** The command that runs the example, without its arguments. */
  readonly command?: readonly string[];
  /** The number of an open file that gets the output, which is then not in the outcome. */
  readonly into?: number;
  /** Called with all output so far whenever the example prints something. */
  readonly whileRunning?: (out: string, child: ChildProcess) => void;
  /** Called with all of standard error so far. */
  readonly whileErring?: (text: string, child: ChildProcess) => void;
}

/** Runs an example to the end of all processes that can write its output. */
export function example(
  args: readonly string[],
  { env = {}, command = [process.execPath, entry], into, whileRunning, whileErring }: Running = {},
): Promise<Outcome> {
  const [program, ...before] = command;
  const child = spawn(program, [...before, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", into ?? "pipe", "pipe"],
  });
  return new Promise((resolve, reject) => {
    let [stdout, stderr] = ["", ""];
    child.stdout?.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      whileRunning?.(stdout, child);
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
      whileErring?.(stderr, child);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

export const outDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), "polygrad-out-"));

/** What an example wrote: its summary, and the lines of its metrics. */
export async function written(directory: string) {
  const [summary, metrics] = await Promise.all(
    ["summary.json", "metrics.jsonl"].map((name) => readFile(join(directory, name), "utf8")),
  );
  return {
    summary: JSON.parse(summary),
    metrics: metrics
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  };
}

/**
 * A directory with four IDX files in MNIST's format: images of two classes, bright in the upper or in the lower half.
 */
export async function tinyImages(train = 96, test = 40): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "polygrad-images-"));
  const random = new Random(7);
  for (const [name, count] of [
    ["train", train],
    ["t10k", test],
  ] as const) {
    const labels = Uint8Array.from({ length: count }, () => random.below(2));
    const pixels = Uint8Array.from({ length: count * 784 }, (_, at) => {
      const above = at % 784 < 392;
      return above === (labels[Math.floor(at / 784)] === 0) ? 128 + random.below(128) : random.below(64);
    });
    await writeFile(join(directory, `${name}-images-idx3-ubyte`), encodeIdx({ shape: [count, 28, 28], data: pixels }));
    await writeFile(join(directory, `${name}-labels-idx1-ubyte`), encodeIdx({ shape: [count], data: labels }));
  }
  return directory;
}
