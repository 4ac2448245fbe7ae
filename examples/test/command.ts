/** Running `pnpm example ...` as a process, and a small collection of images to run it on. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeIdx, Random } from "polygrad";

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const entry = fileURLToPath(new URL("../index.ts", import.meta.url));

/**
 * Runs an example to its end. `whileRunning` is called with all output so far whenever the example prints something.
 */
export function example(
  args: readonly string[],
  {
    env = {},
    whileRunning,
  }: { env?: Record<string, string>; whileRunning?: (out: string, child: ChildProcess) => void } = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, ["--import", "tsx", entry, ...args], { env: { ...process.env, ...env } });
  return new Promise((resolve, reject) => {
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      whileRunning?.(stdout, child);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
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
