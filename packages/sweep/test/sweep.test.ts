import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { weightsSha256 } from "@polygrad/formats";
import { DataParallel } from "@polygrad/parallel";
import type { Sequential } from "polygrad";
import { describe, expect, test } from "vitest";
import { asha, choice, grid, local, type Run, range, type SweepOptions, sweep } from "../src/index.ts";
import type { Options as Faulty } from "./recipes/faulty.ts";
import type { Options } from "./recipes/points.ts";

const points = new URL("./recipes/points.ts", import.meta.url);
const faulty = new URL("./recipes/faulty.ts", import.meta.url);
const settings = { epochs: 2, batchSize: 64 };
const newDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), "polygrad-sweep-"));

async function all<T>(recipe: URL, options: SweepOptions<T>): Promise<Run<T>[]> {
  const runs: Run<T>[] = [];
  for await (const run of sweep(recipe, { progress: "none", engine: local({ processes: 1 }), ...options }))
    runs.push(run);
  return runs;
}

const linesOf = async (path: string): Promise<unknown[]> =>
  (await readFile(path, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("a sweep", () => {
  test("gives what DataParallel gives, writes it down, and does it once", async () => {
    const out = await newDirectory();
    const space = grid({ hidden: [4, 8], seed: 1 });
    const runs = await all<Options>(points, { space, settings, out, weights: true });
    expect(runs.map(({ options }) => options)).toHaveLength(2);
    for (const { options, summary, reused, key } of runs) {
      const training = await DataParallel.start<Options, Sequential>(points, {
        ...settings,
        options,
        seed: options.seed,
      });
      const epochs = [];
      for await (const { epoch, trainLoss, test } of training) epochs.push({ epoch, trainLoss, testLoss: test?.loss });
      const parameters = training.model.parameters().reduce((sum, { size }) => sum + size, 0);
      const { epoch, ...figures } = epochs[1];
      expect(summary).toEqual({
        ...{ epochs: epoch, ...figures, parameters, seconds: expect.any(Number) },
        weightsSha256: await weightsSha256(training.model),
      });
      expect(reused).toBe(false);
      const own = join(out, key.slice(0, 16));
      expect((await readdir(own)).toSorted()).toEqual([
        ...["config.json", "metrics.jsonl", "summary.json", "weights.safetensors"],
      ]);
      const seconds = expect.any(Number);
      expect(await linesOf(join(own, "metrics.jsonl"))).toEqual(epochs.map((line) => ({ ...line, seconds })));
    }
    const index = await linesOf(join(out, "index.jsonl"));
    expect(index.map((line) => Reflect.get(Object(line), "key"))).toEqual(runs.map(({ key }) => key));
    const report = await readFile(join(out, "report.csv"), "utf8");
    expect(report.split("\r\n").map((line) => line.split(",").slice(1, 4).join())).toEqual([
      ...["status,hidden,seed", "done,4,1", "done,8,1", ""],
    ]);

    // A crash has left half a line, and a run that is not finished.
    await writeFile(join(out, "index.jsonl"), '{"key": "01');
    const lost = runs[1];
    await rm(join(out, lost.key.slice(0, 16), "summary.json"));
    const again = await all<Options>(points, { space: grid({ hidden: [4, 8], seed: 1 }), settings, out });
    expect(again.filter(({ reused }) => !reused).map(({ key }) => key)).toEqual([lost.key]);
    const bySummary = ({ key, summary }: Run<Options>) => [key, summary?.weightsSha256];
    expect(again.map(bySummary).toSorted()).toEqual(runs.map(bySummary).toSorted());
    expect(await linesOf(join(out, "index.jsonl"))).toHaveLength(2);
  });

  test("refuses a directory that another sweep writes to", async () => {
    const out = await newDirectory();
    const space = grid({ hidden: 4, seed: range(2) });
    const first = sweep(points, { space, settings, out, progress: "none" })[Symbol.asyncIterator]();
    await first.next();
    await expect(all(points, { space, settings, out })).rejects.toThrow(`another run is writing to ${out}`);
    await first.return(undefined);
    expect(await readdir(out)).not.toContain("running.lock");
    expect(await all(points, { space, settings, out })).toHaveLength(2);
  });

  test("has settings that depend on the options, and one checksum for one dataset", async () => {
    const out = await newDirectory();
    const runs = await all<Options>(points, {
      space: grid({ hidden: [4, 5], seed: 3 }),
      settings: ({ hidden }) => ({ epochs: 1, batchSize: 16 * hidden }),
      out,
    });
    const batches = (hidden: number) => ({ epochs: 1, batchSize: 16 * hidden, seed: 3, workers: 1 });
    expect(runs.map((run) => run.settings)).toEqual([batches(4), batches(5)]);
    const configs = await Promise.all(
      runs.map(async ({ key }) => JSON.parse(await readFile(join(out, key.slice(0, 16), "config.json"), "utf8"))),
    );
    expect(configs[0].data).toMatch(/^[0-9a-f]{64}$/);
    expect(configs[1].data).toBe(configs[0].data);
  });
});

describe("successive halving", () => {
  test("goes on from checkpoints, to the same bits as runs that were never stopped", async () => {
    const space = asha(
      { hidden: choice([3, 4, 5, 6]), rate: choice([0.001, 0.02, 0.1]), seed: 1 },
      { trials: 4, metric: "testLoss", minimum: 1, maximum: 4, reduction: 2 },
    );
    const out = await newDirectory();
    const runs = await all<Options>(points, { space, settings: { batchSize: 64 }, out });
    const best = runs.filter(({ until }) => until === 4);
    expect(best.length).toBeGreaterThan(0);
    expect(runs.filter(({ until }) => until === 1)).toHaveLength(4);
    const whole = await all<Options>(points, {
      ...{ space: best.map(({ options }) => options), settings: { epochs: 4, batchSize: 64 } },
      out: await newDirectory(),
    });
    const weights = (list: Run<Options>[]) => list.map(({ key, summary }) => [key, summary?.weightsSha256]).toSorted();
    expect(weights(best)).toEqual(weights(whole));
  });
});

describe("faults", () => {
  test("are reported for their configuration, and the others go on", async () => {
    const out = await newDirectory();
    const word = join(await newDirectory(), "word");
    const faults = ["none", "throws in data", "throws in model", "exits", "is killed once"] as const;
    const runs = await all<Faulty>(faulty, {
      space: grid({ fault: faults, hidden: 4, seed: 0, word }),
      settings,
      out,
      engine: local({ processes: 2, retries: 1 }),
    });
    const byFault = new Map(runs.map((run) => [run.options.fault, run]));
    expect([...byFault.keys()].toSorted()).toEqual([...faults].toSorted());
    expect(byFault.get("none")).toMatchObject({ status: "done", attempts: 1 });
    expect(byFault.get("throws in data")).toMatchObject({
      ...{ status: "failed", attempts: 0, error: { name: "RangeError", message: "no such data", temporary: false } },
    });
    expect(byFault.get("throws in model")).toMatchObject({
      ...{ status: "failed", attempts: 1, error: { name: "RangeError", message: "no such model", temporary: false } },
    });
    expect(byFault.get("exits")).toMatchObject({
      ...{ status: "failed", attempts: 2 },
      error: {
        ...{ name: "ChildError", temporary: true },
        message: expect.stringMatching(/^a process ended with exit code 3 during the run; it printed: .*I have to go/s),
      },
    });
    expect(byFault.get("is killed once")).toMatchObject({ status: "done", attempts: 2 });
    expect(byFault.get("is killed once")?.summary?.weightsSha256).toBe(byFault.get("none")?.summary?.weightsSha256);
    const report = await readFile(join(out, "report.csv"), "utf8");
    expect(report.match(/^[0-9a-f]{16},failed/gm)).toHaveLength(3);
    const failed = byFault.get("throws in model");
    const failure = await readFile(join(out, String(failed?.key.slice(0, 16)), "failure.json"), "utf8");
    expect(JSON.parse(failure)).toMatchObject({ message: "no such model" });
  });

  test("an aborted sweep throws the signal's reason, and leaves no process and no lock", async () => {
    const out = await newDirectory();
    const stop = new AbortController();
    const word = join(await newDirectory(), "word");
    const running = all<Faulty>(faulty, {
      space: grid({ fault: ["none", "is slow"], hidden: 4, seed: 0, word }),
      ...{ settings, out, signal: stop.signal },
    });
    await expect.poll(() => readFile(word, "utf8").catch(() => ""), { timeout: 50_000 }).toMatch(/\d\n/);
    stop.abort(new RangeError("enough"));
    await expect(running).rejects.toThrow("enough");
    const [pid] = (await readFile(word, "utf8")).split("\n");
    await expect.poll(() => exists(Number(pid)), { timeout: 30_000 }).toBe(false);
    expect(await readdir(out)).not.toContain("running.lock");
  });

  test.each(["SIGKILL", "SIGTERM"] as const)("processes end with a program that ends by %s", async (signal) => {
    const [out, word] = [await newDirectory(), join(await newDirectory(), "word")];
    const program = spawn(process.execPath, ["--import", "tsx", "programs/slow.ts", out, word], {
      cwd: new URL(".", import.meta.url),
      stdio: "inherit",
    });
    const ended = new Promise((resolve) => program.once("exit", (_, by) => resolve(by)));
    await expect.poll(() => readFile(word, "utf8").catch(() => ""), { timeout: 50_000 }).toMatch(/\d\n/);
    const [pid] = (await readFile(word, "utf8")).split("\n");
    expect(exists(Number(pid))).toBe(true);
    program.kill(signal);
    expect(await ended).toBe(signal);
    await expect.poll(() => exists(Number(pid)), { timeout: 30_000 }).toBe(false);
    // Who is killed cannot unlock, and the next sweep takes the lock over.
    expect((await readdir(out)).includes("running.lock")).toBe(signal === "SIGKILL");
  });

  test("a full disk ends the sweep, and what is done stays", async () => {
    const out = await newDirectory();
    const space = [{ hidden: 4, seed: 0 }];
    const [{ key }] = await all(points, { space, settings, out });
    const own = join(out, key.slice(0, 16));
    await rm(join(own, "summary.json"));
    await rm(join(own, "metrics.jsonl"));
    await symlink("/dev/full", join(own, "metrics.jsonl"));
    await expect(all(points, { space, settings, out })).rejects.toThrow(
      `sweep: cannot write to ${own}/metrics.jsonl: ENOSPC: no space left on device, write; free some space`,
    );
    expect(await readdir(out)).not.toContain("running.lock");
  });

  test("a directory that cannot be made", async () => {
    const file = join(await newDirectory(), "file");
    await writeFile(file, "");
    await expect(all(points, { space: [{}], settings, out: join(file, "out") })).rejects.toThrow(
      /^sweep: cannot write to .*ENOTDIR.*; free some space or give another out$/,
    );
  });
});

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
