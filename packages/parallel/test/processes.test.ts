/**
 * Processes that train: they end by themselves whatever happens, their memory does not grow, and they run TypeScript.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

const run = promisify(execFile);
const PATIENT = 240_000;
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/**
 * The lines that a program prints. Fails unless the program ends by itself with code 0 and writes nothing to stderr.
 */
async function printed(file: string, args: readonly string[], nodeArguments: readonly string[] = ["--import", "tsx"]) {
  // The program must not inherit the test runner's options.
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { stdout, stderr } = await run(process.execPath, [...nodeArguments, path(file), ...args], { env });
  expect(stderr).toBe("");
  return stdout.trimEnd().split("\n");
}

const END = "the program has ended";

test.concurrent.each([
  ["throws", [/^WorkerError: worker [12] of 2 failed in step 2: boom$/]],
  ["exits", [/^WorkerError: worker [12] of 2 failed in step 2: worker exited with code: 7$/]],
  ["is killed", [/^WorkerError: worker [12] of 2 failed in step 3: worker exited with code: 1$/]],
  ["is aborted", [/^Error: enough$/]],
  ["is never begun", []],
])(
  "a process ends by itself when a run %s",
  async (name, messages) => {
    const lines = await printed("programs/fault.ts", [name]);
    expect(lines).toEqual([...messages.map((message) => expect.stringMatching(message)), END]);
  },
  PATIENT,
);

test(
  "run after run uses the same memory, even if some fail",
  async () => {
    const lines = await printed("programs/again.ts", [], ["--expose-gc", "--import", "tsx"]);
    const runs = lines.map((line) => JSON.parse(line));
    const whole = runs.filter((_, k) => k % 3 !== 1);
    expect(whole[0].result).toMatch(/^[0-9a-f]{64}$/);
    for (const { result } of whole) expect(result).toBe(whole[0].result);
    for (const { result } of runs.filter((_, k) => k % 3 === 1)) expect(result).toMatch(/failed in step 2: boom$/);
    expect(runs).toHaveLength(10);
    expect(runs[9].size).toBe(runs[2].size);
    expect(runs[9].used).toBeLessThanOrEqual(runs[2].used);
  },
  PATIENT,
);

describe("a TypeScript program runs", () => {
  test(
    "with the command tsx",
    async () => {
      const cli = path("../../../node_modules/tsx/dist/cli.mjs");
      const { stdout } = await run(process.execPath, [cli, path("programs/fault.ts"), "throws"]);
      expect(stdout).toContain("of 2 failed in step 2: boom\n");
    },
    PATIENT,
  );
});
