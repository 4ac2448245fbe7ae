/** Verification against workers that are played: which of them compute wrongly is known. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Attempt,
  grid,
  type Job,
  local,
  NoWorkerError,
  type Outcome,
  type Run,
  type Session,
  sweep,
} from "@polygrad/sweep";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Results } from "../src/results.ts";
import { isChosen, Verifier, verdictOf } from "../src/verify.ts";

// Some tests start processes, which may take long on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "polygrad-verify-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const key = (number: number): string => number.toString(16).padStart(2, "0").padEnd(64, "0");

function jobOf(number: number): Job {
  const settings = { epochs: 1, batchSize: 1, seed: 0, workers: 1 };
  return { key: key(number), trial: key(number), code: "", data: "", options: {}, settings, until: 1, weights: false };
}

/** A session whose workers take turns; each gives the hash that `hashes` says for it. */
class Played implements Session {
  readonly capacity = 1;
  readonly runs: [worker: string, directory: string][] = [];
  readonly hashes: Record<string, string>;
  /** What runs that begin now wait for. */
  held: Promise<void> | undefined;

  constructor(hashes: Record<string, string>) {
    this.hashes = hashes;
  }

  async workers(): Promise<readonly string[]> {
    return Object.keys(this.hashes);
  }

  async run({ key }: Job, { directory, exclude = [] }: Attempt): Promise<Outcome> {
    const free = Object.keys(this.hashes).filter((name) => !exclude.includes(name));
    const worker = free[this.runs.length % free.length];
    if (worker === undefined) throw new NoWorkerError("nobody");
    this.runs.push([worker, directory]);
    await this.held;
    const weightsSha256 = `${this.hashes[worker]} ${key}`;
    const summary = { epochs: 1, trainLoss: 0, parameters: 1, seconds: 0, weightsSha256 };
    return { status: "done", worker, attempts: 1, result: { summary, metrics: [], weights: undefined } };
  }

  async close(): Promise<void> {}
}

describe("verification", () => {
  const verifying = (hashes: Record<string, string>, share = 1) => {
    const session = new Played(hashes);
    const notices: string[] = [];
    return { session, notices, verifier: new Verifier(session, share, (text) => notices.push(text)) };
  };

  test("is for a share of the runs that depends on their keys alone", () => {
    const keys = Array.from({ length: 256 }, (_, number) => key(number));
    expect(keys.filter((each) => isChosen(each, 0.25))).toEqual(keys.slice(0, 64));
    expect(keys.filter((each) => isChosen(each, 0))).toEqual([]);
    expect(keys.filter((each) => isChosen(each, 1))).toEqual(keys);
  });

  test("repeats a run on another worker, from its beginning", async () => {
    const { session, notices, verifier } = verifying({ a: "right", b: "right" }, 0.25);
    for (const number of [0, 64]) await verifier.run(jobOf(number), { directory });
    expect(session.runs.map(([worker]) => worker)).toEqual(["a", "b", "a"]);
    expect(session.runs.map(([, each]) => each === directory)).toEqual([true, false, true]);
    expect(readdirSync(directory)).toEqual([]);
    expect(notices).toEqual([]);
    expect(verdictOf(verifier.verification)).toBe("verify: 1 run was done by two workers with the same weights");
  });

  test.each(["a", "b"])("finds out that %s computes wrongly, and gives it no more runs", async (bad) => {
    const { session, notices, verifier } = verifying({ a: "right", b: "right", c: "right", [bad]: "wrong" }, 0.25);
    for (const number of [200, 201, 202]) await verifier.run(jobOf(number), { directory }); // not chosen: a, b, c
    const outcome = await verifier.run(jobOf(1), { directory });
    expect(outcome).toMatchObject({ status: "done", result: { summary: { weightsSha256: `right ${key(1)}` } } });
    const suspects = [key(bad === "a" ? 200 : 201)];
    const [weightsSha256, expected] = [`wrong ${key(1)}`, `right ${key(1)}`];
    const wrong = [{ worker: bad, key: key(1), weightsSha256, expected, suspects }];
    expect(verifier.verification).toEqual({ verified: 1, unverified: 0, wrong, disputed: [] });
    expect(notices).toEqual([expect.stringContaining(`worker ${bad} computes wrongly: in run 01000000`)]);
    session.runs.length = 0;
    for (const number of [210, 211, 212, 213]) await verifier.run(jobOf(number), { directory });
    expect(session.runs.map(([worker]) => worker)).not.toContain(bad);
  });

  test("does a run again whose worker was found out while it was at work", async () => {
    const { session, verifier } = verifying({ a: "wrong", b: "right", c: "right" }, 0.25);
    let release = () => {};
    session.held = new Promise((resolve) => {
      release = resolve;
    });
    const slow = verifier.run(jobOf(200), { directory }); // by a
    session.held = undefined;
    await verifier.run(jobOf(0), { directory }); // by b; verified by a, then by c
    release();
    expect(await slow).toMatchObject({ result: { summary: { weightsSha256: `right ${key(200)}` } } });
    expect(session.runs.map(([worker]) => worker).slice(0, 4)).toEqual(["a", "b", "a", "c"]);
    expect(verifier.verification.wrong).toMatchObject([{ worker: "a", suspects: [] }]);
  });

  test("reports a difference that nobody can decide as a failure that names the workers", async () => {
    const { verifier } = verifying({ a: "one", b: "two" });
    const outcome = await verifier.run(jobOf(5), { directory });
    expect(outcome).toMatchObject({ status: "failed", failure: { name: "VerificationError", temporary: true } });
    expect(outcome.status === "failed" && outcome.failure.message).toBe(
      "workers computed different weights, and no two agree: a one 0500, b two 0500; with three workers or more, two can",
    );
    expect(verdictOf(verifier.verification)).toMatch(/^verify: 0 runs .*; workers differ on 05000000$/);
  });

  test("does not pretend to verify anything with one worker", async () => {
    const { session, verifier } = verifying({ a: "right" });
    expect(await verifier.run(jobOf(1), { directory })).toMatchObject({ status: "done" });
    expect(session.runs).toHaveLength(1);
    expect(verifier.verification).toEqual({ verified: 0, unverified: 1, wrong: [], disputed: [] });
    expect(verdictOf(verifier.verification)).toContain("nothing was verified: there was no worker besides the one");
  });
});

describe("with local()", () => {
  const recipe = new URL("./recipes/moody.ts", import.meta.url);
  const space = grid({ hidden: [3], seed: [1] });
  const swept = (processes: number, told: string[] = []) =>
    sweep(recipe, {
      space,
      settings: { epochs: 1, batchSize: 200 },
      out: join(directory, "out"),
      engine: local({ processes }),
      verify: 1,
      progress: { write: (text: string) => told.push(text) },
    });

  async function allOf<T>(runs: AsyncIterable<Run<T>>): Promise<Run<T>[]> {
    const all: Run<T>[] = [];
    for await (const run of runs) all.push(run);
    return all;
  }

  test("a process that flips one bit is found out and named", async () => {
    // The first process that begins a run is the one.
    vi.stubEnv("FLIP", join(directory, "bad"));
    const told: string[] = [];
    const runs = swept(3, told);
    const [done] = await allOf(runs);
    vi.unstubAllEnvs();
    expect(done).toMatchObject({ status: "done", worker: expect.stringMatching(/^local [23]$/) });
    const { wrong = [], ...rest } = runs.verification ?? {};
    expect(rest).toEqual({ verified: 1, unverified: 0, disputed: [] });
    expect(wrong).toMatchObject([
      { worker: "local 1", key: done.key, expected: done.summary?.weightsSha256, suspects: [] },
    ]);
    expect(told.join("")).toContain("verify: worker local 1 computes wrongly");
  });

  test("with one process, the sweep says that nothing was verified", async () => {
    const told: string[] = [];
    const runs = swept(1, told);
    expect((await allOf(runs)).map(({ status }) => status)).toEqual(["done"]);
    expect(runs.verification).toEqual({ verified: 0, unverified: 1, wrong: [], disputed: [] });
    expect(told.join("")).toContain("verify: nothing was verified: there was no worker besides the one");
  });
});

test("results that are taken back are no results any more", async () => {
  const results = await Results.open(directory);
  const summary = { epochs: 1, trainLoss: 0, parameters: 1, seconds: 0, weightsSha256: "" };
  const outcome = {
    status: "done",
    worker: "a",
    attempts: 1,
    result: { summary, metrics: [], weights: undefined },
  } as const;
  for (const number of [1, 2]) {
    await results.begin(jobOf(number));
    await results.finish(jobOf(number), outcome);
  }
  await results.distrust([key(1), key(3)]);
  expect([1, 2].map((number) => results.find(jobOf(number))?.worker)).toEqual([undefined, "a"]);
  const index = readFileSync(join(directory, "index.jsonl"), "utf8");
  expect(
    index
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).key),
  ).toEqual([key(2)]);
  expect(readdirSync(join(directory, key(1).slice(0, 16)))).toContain("suspect.json");
  results.close();
  // A sweep that opens the directory finds the same.
  const again = await Results.open(directory);
  expect([1, 2].map((number) => again.find(jobOf(number))?.worker)).toEqual([undefined, "a"]);
  again.close();
});
