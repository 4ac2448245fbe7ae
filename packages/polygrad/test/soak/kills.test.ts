/** A process that trains is killed again and again, and ends with the same bits as one that was left alone. */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Random } from "polygrad";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SEED, SOAK, share, summarise } from "./amount.ts";

const PROGRAM = fileURLToPath(new URL("./runs/resume.ts", import.meta.url));
/** 500 in the whole soak, ten in a tenth of it. */
const KILLS = SOAK >= 1 ? 500 * SOAK : share(100);

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "polygrad-kill-"));
});
afterEach(() => rm(directory, { recursive: true }));

/** Runs the program, and kills it `after` milliseconds of training; returns its last line and how long it trained. */
function run(folder: string, workers: number, after = Number.POSITIVE_INFINITY) {
  // The program must not inherit the test runner's options.
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, ["--import", "tsx", PROGRAM, join(directory, folder), String(workers)], {
    env,
  });
  return new Promise<{ last: string | undefined; milliseconds: number; killed: boolean }>((resolve, reject) => {
    let [text, start] = ["", Number.NaN];
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (!Number.isNaN(start) || !text.includes("training\n")) return;
      start = performance.now();
      if (Number.isFinite(after)) setTimeout(() => child.kill("SIGKILL"), after);
    });
    child.stderr.on("data", (chunk: Buffer) => reject(new Error(chunk.toString())));
    child.on("error", reject);
    child.on("close", (_, signal) => {
      const last = text.trimEnd().split("\n").at(-1);
      resolve({ last, milliseconds: performance.now() - start, killed: signal === "SIGKILL" });
    });
  });
}

test(`${KILLS} kills at random moments change nothing`, async () => {
  const random = new Random(SEED);
  const whole = await run("whole", 2);
  expect(whole.last).toMatch(/^[0-9a-f]{64}$/);
  const counts = { kills: 0, "whole runs": 0 };
  // A run is killed until it reaches its end, then another begins; the last one goes on after the last kill.
  for (let ended = false; counts.kills < KILLS || !ended; ) {
    const after = counts.kills < KILLS ? 0.6 * random.uniform() * whole.milliseconds : undefined;
    const folder = `run-${counts["whole runs"]}`;
    const { killed, last } = await run(folder, 1 + random.below(3), after);
    ended = !killed;
    if (killed) counts.kills++;
    else {
      counts["whole runs"]++;
      expect(last).toBe(whole.last);
      const files = await readdir(join(directory, folder));
      expect(files.filter((name) => !/^checkpoint-\d{9}\.safetensors$/.test(name))).toEqual([]);
    }
  }
  summarise("kills", counts);
});
