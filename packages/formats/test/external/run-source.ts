/** Compiles and runs sources of networks: gcc, a compiler and an emulator for arm64, and Python must be installed. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs a program to its end. @throws Error with what it wrote to stderr, if it fails; or warns, unless it is chatty */
export function run(
  command: string,
  args: readonly string[],
  { input = new Uint8Array(), chatty = false }: { readonly input?: Uint8Array; readonly chatty?: boolean } = {},
): Buffer {
  const { error, status, signal, stdout, stderr } = spawnSync(command, args, { input, maxBuffer: 2 ** 28 });
  if (error !== undefined) throw new Error(`cannot run ${command}: ${error.message}; install it`);
  if (status !== 0 || (!chatty && stderr.length > 0))
    throw new Error(`${command} ${args.join(" ")} ended with ${status ?? signal}: ${stderr}`);
  return stdout;
}

/** Does something with an empty directory, and deletes it. */
export function inDirectory<Result>(body: (directory: string) => Result): Result {
  const directory = mkdtempSync(join(tmpdir(), "polygrad-"));
  try {
    return body(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A compiler with its options, and what runs the program. */
export interface Toolchain {
  readonly compiler: string;
  readonly options: readonly string[];
  readonly runner?: string;
}

const strict = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-ffp-contract=off"];

export const gcc = (...options: readonly string[]): Toolchain => ({
  compiler: "gcc",
  options: [...strict, ...options],
});

export const arm64 = (...options: readonly string[]): Toolchain => ({
  compiler: "aarch64-linux-gnu-gcc",
  options: [...strict, "-static", ...options],
  runner: "qemu-aarch64",
});

/** Goes through the rows of stdin, and writes the results to stdout. */
const main = (inputs: number, outputs: number) => `#include <stdio.h>
#include "network.c"
int main(void) {
  float x[${inputs}], y[${outputs}];
  while (fread(x, sizeof x, 1, stdin) == 1) {
    network(x, y);
    if (fwrite(y, sizeof y, 1, stdout) != 1) return 1;
  }
  return 0;
}
`;

/** What a source in C computes of rows, one after the other. No library is linked. */
export function runC(
  source: string,
  { compiler, options, runner }: Toolchain,
  [rows, inputs, outputs]: readonly [Float32Array, number, number],
): Float32Array {
  return inDirectory((directory) => {
    const [program, file] = [join(directory, "network"), join(directory, "main.c")];
    writeFileSync(join(directory, "network.c"), source);
    writeFileSync(file, main(inputs, outputs));
    run(compiler, [...options, "-o", program, file]);
    const input = bytesOf(rows);
    return floatsOf(runner === undefined ? run(program, [], { input }) : run(runner, [program], { input }));
  });
}

const script = (inputs: number) => `import sys
from array import array
from network import network
rows = array("f")
rows.frombytes(sys.stdin.buffer.read())
for at in range(0, len(rows), ${inputs}):
    y = network(rows[at : at + ${inputs}])
    if type(y) is not list:
        raise TypeError("the result must be a list")
    sys.stdout.buffer.write(array("f", y).tobytes())
`;

/** What a source in Python computes of rows. */
export function runPython(source: string, [rows, inputs]: readonly [Float32Array, number]): Float32Array {
  return inDirectory((directory) => {
    writeFileSync(join(directory, "network.py"), source);
    const file = join(directory, "main.py");
    writeFileSync(file, script(inputs));
    return floatsOf(run("python3", ["-W", "error", file], { input: bytesOf(rows) }));
  });
}

function bytesOf(rows: Float32Array): Uint8Array {
  return new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
}

function floatsOf(bytes: Buffer): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
