/** Training runs that are killed at random moments and started again: they end as if nothing had happened. */
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Random } from "polygrad";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tinyImages } from "../../../../examples/test/command.ts";
import { SEED, share, summarise } from "./amount.ts";
import { execute, survivors } from "./runs/process.ts";

/** How long a process may outlive the one that was killed, in seconds. */
const PATIENCE = 10;
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const launcher = path("../../../../node_modules/.bin/tsx");
const entry = path("../../../../examples/index.ts");
const program = path("./runs/train.ts");
const node = [process.execPath, "--import", "tsx"] as const;

const random = new Random(SEED);
const counts = { restarts: 0, "killed while running": 0, "whole runs": 0, orphans: 0, "torn files": 0 };
let [temporary, data] = ["", ""];

beforeAll(async () => {
  data = await tinyImages();
  temporary = await mkdtemp(join(tmpdir(), "polygrad-soak-"));
});

afterAll(async () => {
  summarise("runs", counts);
  for (const directory of [temporary, data]) await rm(directory, { recursive: true });
});

/** Fails if a process is left, or a temporary file other than the caches of tsx and Node. */
async function expectNothingLeft(token: string, directory: string): Promise<void> {
  const left = await survivors(token, PATIENCE);
  counts.orphans += left.length;
  expect(left).toEqual([]);
  const files = await readdir(directory);
  expect(files.filter((name) => !/^(tsx-|node-compile-cache)/.test(name))).toEqual([]);
}

/** Up to three runs that are killed within `seconds`, and after each of them a check. */
async function killSome(
  command: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
  seconds: number,
  checkAfter: () => Promise<void>,
): Promise<void> {
  for (let kills = 1 + random.below(3); kills > 0; kills--) {
    const { signal } = await execute(command, { env, killAfter: random.uniform() * seconds });
    counts.restarts++;
    if (signal === "SIGKILL") counts["killed while running"]++;
    await checkAfter();
  }
}

test(`DataParallel, ${share(20)} times`, async () => {
  const scratch = join(temporary, "parallel");
  await mkdir(scratch);
  const env = { TMPDIR: scratch };
  const commandWith = (workers: number): [string, ...string[]] => [...node, program, String(workers), scratch];
  const whole = await execute(commandWith(2), { env });
  expect(whole.stdout).toMatch(/^[0-9a-f]{64}\n$/);
  for (let series = share(20); series > 0; series--) {
    const command = commandWith(1 + random.below(3));
    await killSome(command, env, whole.seconds, () => expectNothingLeft(scratch, scratch));
    const { stdout, stderr, code } = await execute(command, { env });
    expect({ stdout, stderr, code }).toEqual({ stdout: whole.stdout, stderr: "", code: 0 });
    counts["whole runs"]++;
  }
  await expectNothingLeft(scratch, scratch);
});

/** Fails if a file of results is torn: a line of metrics.jsonl that is not whole, or half a summary. */
async function expectWholeFiles(out: string): Promise<void> {
  const names = await readdir(out).catch((): string[] => []);
  const texts = await Promise.all(
    ["metrics.jsonl", "summary.json"].map((name) => (names.includes(name) ? readFile(join(out, name), "utf8") : "")),
  );
  const [metrics, summary] = texts;
  try {
    expect(metrics === "" || metrics.endsWith("\n")).toBe(true);
    const epochs: number[] = metrics
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line).epoch);
    expect(epochs).toEqual(epochs.map((_, k) => k + 1));
    if (summary !== "") expect(JSON.parse(summary)).toHaveProperty("weightsSha256");
  } catch (error) {
    counts["torn files"]++;
    throw error;
  }
}

/** Where an example writes, and the command that runs it on small images. */
interface Example {
  readonly out: string;
  readonly scratch: string;
  readonly command: (runner: readonly [string, ...string[]], epochs: number) => [string, ...string[]];
}

async function makeExample(name: string): Promise<Example> {
  const [out, scratch] = [join(temporary, name, "out"), join(temporary, name, "scratch")];
  await mkdir(scratch, { recursive: true });
  const given = ["mnist", "--data", data, "--batch", "16", "--quiet", "--out", out];
  return {
    out,
    scratch,
    command: ([file, ...args], epochs) => {
      const workers = String(1 + random.below(3));
      return [file, ...args, entry, ...given, "--epochs", String(epochs), "--workers", workers];
    },
  };
}

test(`pnpm example mnist, ${share(15)} times`, async () => {
  const { out, scratch, command } = await makeExample("example");
  const env = { TMPDIR: scratch };
  const hash = async () => JSON.parse(await readFile(join(out, "summary.json"), "utf8")).weightsSha256;
  const whole = await execute(command(node, 8), { env });
  expect(whole.stderr).toBe("");
  const expected = await hash();
  for (let series = share(15); series > 0; series--) {
    await killSome(command(node, 8), env, whole.seconds, async () => {
      await expectNothingLeft(out, scratch);
      await expectWholeFiles(out);
    });
    const { stderr, code } = await execute(command(node, 8), { env });
    expect({ stderr, code, hash: await hash() }).toEqual({ stderr: "", code: 0, hash: expected });
    await expectWholeFiles(out);
    counts["whole runs"]++;
  }
  expect((await readdir(out)).sort()).toEqual(["metrics.jsonl", "report.html", "summary.json"]);
});

test(`the process that has started pnpm example mnist, ${share(10)} times`, async () => {
  const { out, scratch, command } = await makeExample("launched");
  const whole = await execute(command([launcher], 1), { env: { TMPDIR: scratch } });
  expect(whole.code).toBe(0);
  for (let kills = share(10); kills > 0; kills--) {
    // Long enough that it does not end by itself.
    const killAfter = (0.5 + random.uniform()) * whole.seconds;
    await execute(command([launcher], 100_000), { killAfter, env: { TMPDIR: scratch } });
    counts["killed while running"]++;
    counts.restarts++;
    await expectNothingLeft(out, scratch);
    await expectWholeFiles(out);
  }
});
