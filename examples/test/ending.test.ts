/** How a run ends before its last epoch: by a signal, with its launcher, or when its output is lost. */
import { closeSync, openSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { entry, example, outDirectory, tinyImages, written } from "./command.ts";

// A process takes seconds to start where other work competes for the cores.
vi.setConfig({ testTimeout: 240_000 });

const data = await tinyImages();
const small = ["mnist", "--data", data, "--batch", "32", "--lr", "0.02"];
const endless = [...small, "--epochs", "1000000", "--workers", "2"];

/** What a run wrote: all that it had finished, no lock, and `others`: a run that was not stopped, a report. */
async function expectFiles(out: string, ...others: readonly string[]): Promise<void> {
  const { summary, metrics } = await written(out);
  expect(summary.epochs).toBe(metrics.length);
  expect((await readdir(out)).sort()).toEqual(["metrics.jsonl", ...others, "summary.json"]);
}

/** Waits until a run holds the directory, just before it starts its threads; returns the number of its process. */
async function holderOf(out: string): Promise<number> {
  for (;;) {
    try {
      return JSON.parse(await readFile(join(out, "running.lock"), "utf8")).pid;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

describe("a signal", () => {
  test.each([
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("%s ends the run like Ctrl-C, with exit code %i", async (signal, expected) => {
    const out = await outDirectory();
    let sent = false;
    const { stdout, stderr, code } = await example([...endless, "--out", out], {
      whileRunning(printed, child) {
        if (!sent && /epoch +2\//.test(printed)) sent = child.kill(signal);
      },
    });
    expect({ code, stderr }).toEqual({ code: expected, stderr: "" });
    expect(stdout).toContain("Stopped. The results so far are above.");
    await expectFiles(out);
  });

  test("SIGTERM cuts off the start of the threads", async () => {
    const out = await outDirectory();
    const running = example([...endless, "--workers", "200", "--shards", "200", "--out", out]);
    process.kill(await holderOf(out), "SIGTERM");
    const { code, stdout } = await running;
    expect({ code, stdout }).toEqual({ code: 143, stdout: "Stopped before the first epoch was finished.\n" });
    expect(await readdir(out)).toEqual([]);
  });
});

describe("more workers than do any work", () => {
  test("are reduced, with one line of warning, and do not change the results", async () => {
    const [out, other] = [await outDirectory(), await outDirectory()];
    const run = (workers: string, out: string) =>
      example([
        ...small,
        "--epochs",
        "1",
        "--quiet",
        "--shards",
        "3",
        "--workers",
        workers,
        "--runs",
        "2",
        "--out",
        out,
      ]);
    const { code, stderr } = await run("1000", out);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^mnist: --workers is 1000, but a batch has 3 shards, .*; 3 workers will be used\n$/);
    await run("1", other);
    const [many, one] = [await written(join(out, "seed-1")), await written(join(other, "seed-1"))];
    expect(many.summary).toMatchObject({ workers: 3, weightsSha256: one.summary.weightsSha256 });
  });
});

describe("when the reader of the output ends,", () => {
  test("a run with --out goes on quietly and writes its files", async () => {
    const out = await outDirectory();
    const { code, stderr } = await example([...small, "--epochs", "4", "--out", out], {
      whileRunning: (_, child) => child.stdout?.destroy(),
    });
    expect({ code, stderr }).toEqual({ code: 141, stderr: "" });
    expect((await written(out)).metrics).toHaveLength(4);
    await expectFiles(out, "report.html");
  });

  test("a run without files stops quietly, and so do the other examples", async () => {
    for (const args of [endless, ["tour"]]) {
      const { code, stderr } = await example(args, { whileRunning: (_, child) => child.stdout?.destroy() });
      expect({ code, stderr }).toEqual({ code: 141, stderr: "" });
    }
  });
});

describe("when the output goes to a full disk,", () => {
  const full = async (args: readonly string[]) => {
    const into = openSync("/dev/full", "w");
    const outcome = await example(args, { into });
    closeSync(into);
    return outcome;
  };
  const message = (name: string) =>
    `${name}: cannot write to standard output: ENOSPC: no space left on device, write; send it to another file or disk\n`;

  test("a run with --out says so in one line, goes on, and writes its files", async () => {
    const out = await outDirectory();
    const { code, stderr } = await full([...small, "--epochs", "4", "--out", out]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: message("mnist") });
    expect((await written(out)).metrics).toHaveLength(4);
    await expectFiles(out, "report.html");
  });

  test("a run without files stops, and so do the other examples", async () => {
    expect(await full(endless)).toMatchObject({ code: 2, stderr: message("mnist") });
    expect(await full(["tour"])).toMatchObject({ code: 2, stderr: message("tour") });
  });
});

describe("when a launcher is killed, the run ends too, and its files are written:", () => {
  const tsx = fileURLToPath(new URL("../../node_modules/tsx/dist/cli.mjs", import.meta.url));

  /** A program called pnpm, which runs a command in a shell as its child, as the real one does. */
  async function pnpm(command: string): Promise<string[]> {
    const path = join(await outDirectory(), "pnpm.mjs");
    const code =
      'import { spawn } from "node:child_process";\n' +
      `spawn("sh", ["-c", ${JSON.stringify(command)} + " " + process.argv.slice(2).join(" ")], { stdio: "inherit" });\n`;
    await writeFile(path, code);
    return [process.execPath, path];
  }

  const node = `"${process.execPath}"`;
  test.each<[string, "SIGKILL" | "SIGHUP", () => Promise<string[]>]>([
    ["tsx", "SIGKILL", async () => [process.execPath, tsx, entry]],
    ["tsx", "SIGHUP", async () => [process.execPath, tsx, entry]],
    ["pnpm, which started node", "SIGKILL", () => pnpm(`${node} ${entry}`)],
    ["pnpm, which started tsx", "SIGKILL", () => pnpm(`${node} ${tsx} ${entry}`)],
    ["pnpm, whose shell stays", "SIGKILL", () => pnpm(`true; ${node} ${tsx} ${entry}`)],
  ])("%s, by %s", async (_, signal, launcher) => {
    const out = await outDirectory();
    let killed = false;
    const { stdout, stderr } = await example([...endless, "--out", out], {
      command: await launcher(),
      whileRunning(printed, child) {
        if (!killed && /epoch +2\//.test(printed)) killed = child.kill(signal);
      },
    });
    expect({ killed, stderr }).toEqual({ killed: true, stderr: "" });
    expect(stdout).toContain("Stopped. The results so far are above.");
    await expectFiles(out);
  });
});
