/** The directory of results: one run at a time writes to it, and every error names the file. */
import type { ChildProcess } from "node:child_process";
import { mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { Files } from "../mnist/files.ts";
import { example, outDirectory, tinyImages, written } from "./command.ts";

// A process takes seconds to start where other work competes for the cores.
vi.setConfig({ testTimeout: 240_000 });

const data = await tinyImages();
const small = ["mnist", "--data", data, "--batch", "32", "--lr", "0.02", "--workers", "1"];
const epoch = { epoch: 1, trainLoss: 0.5, testLoss: 0.25, testAccuracy: 0.75, seconds: 1.5 };
describe("two runs on one directory:", () => {
  test("the second refuses in one line, and the first is not disturbed", async () => {
    const out = await outDirectory();
    const second: ReturnType<typeof example>[] = [];
    const first = await example([...small, "--epochs", "100000", "--out", out], {
      whileRunning(printed, child) {
        if (second.length > 0 || !/epoch +1\//.test(printed)) return;
        second.push(example([...small, "--epochs", "1", "--out", out]).finally(() => child.kill("SIGINT")));
      },
    });
    const { code, stdout, stderr } = await second[0];
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^mnist: another run is writing to .* \(process \d+ on .*, since .*\); wait .*\n$/);
    expect(first.code).toBe(130);
    const { metrics, summary } = await written(out);
    expect(metrics.map((each) => each.epoch)).toEqual(metrics.map((_, k) => k + 1));
    expect(summary.epochs).toBe(metrics.length);
    expect((await readdir(out)).sort()).toEqual(["metrics.jsonl", "summary.json"]);
  });

  test("of those that find the same stale lock, exactly one goes on", async () => {
    const out = await outDirectory();
    // The largest number of a process that Linux gives is 2^22.
    const nobody = { pid: 2 ** 30, host: hostname(), since: "2024-01-02T03:04:05.000Z" };
    await writeFile(join(out, "running.lock"), JSON.stringify(nobody));
    const training = new Set<ChildProcess>();
    const stopped = new Set<ChildProcess>();
    let refused = 0;
    // The one that goes on is stopped when the others have refused: once, because a second Ctrl-C ends it at once.
    const stop = () => {
      if (refused < 2 && training.size < 2) return;
      for (const child of training) if (!stopped.has(child)) child.kill("SIGINT");
      for (const child of training) stopped.add(child);
    };
    const run = async () => {
      const outcome = await example([...small, "--epochs", "100000", "--out", out], {
        whileRunning(_, child) {
          training.add(child);
          stop();
        },
      });
      if (outcome.code === 2) refused++;
      stop();
      return outcome;
    };
    const runs = await Promise.all([run(), run(), run()]);
    expect(runs.map(({ code }) => code).sort()).toEqual([130, 2, 2]);
    expect(await readdir(out)).not.toContain("running.lock");
  });
});

describe("an error names the file:", () => {
  test("a full disk", async () => {
    const directory = await outDirectory();
    const metrics = join(directory, "metrics.jsonl");
    const files = await Files.open(directory);
    await files.epoch(epoch);
    await rm(metrics);
    await symlink("/dev/full", metrics);
    await expect(files.epoch(epoch)).rejects.toThrow(
      `cannot write ${metrics}: ENOSPC: no space left on device, write; free some space or give another --out`,
    );
    files.close();
  });

  test("a file that cannot be replaced", async () => {
    const directory = await outDirectory();
    for (const name of ["metrics.jsonl", "summary.json"]) await mkdir(join(directory, name));
    const files = await Files.open(directory);
    await expect(files.epoch(epoch)).rejects.toThrow(`cannot write ${join(directory, "metrics.jsonl")}: `);
    await expect(files.summary({})).rejects.toThrow(`cannot write ${join(directory, "summary.json")}: EISDIR`);
    files.close();
    await expect(Files.open(join(data, "train-labels-idx1-ubyte", "out"))).rejects.toThrow(
      `cannot write ${join(data, "train-labels-idx1-ubyte", "out")}: ENOTDIR`,
    );
  });

  test("in one line, when the example runs", async () => {
    const out = await outDirectory();
    await mkdir(join(out, "metrics.jsonl"));
    const { code, stderr } = await example([...small, "--epochs", "1", "--quiet", "--out", out]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^mnist: cannot write .*metrics\.jsonl: .*; free some space or give another --out\n$/);
  });
});
