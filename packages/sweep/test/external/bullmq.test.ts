/** Sweeps over a real Redis: workers and the server are killed in the middle, and every result is there once. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { weightsSha256 } from "@polygrad/formats";
import { readSafetensors } from "@polygrad/formats/node";
import { bullmq, deadLetters, grid, range, type Sweep, sweep, work } from "@polygrad/sweep";
import { Random } from "polygrad";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Options } from "../recipes/moody.ts";
import pointsRecipe from "../recipes/points.ts";
import { Machines } from "./machines.ts";
import { PASSWORD, RedisServer, until } from "./redis.ts";

const points = new URL("../recipes/points.ts", import.meta.url);
const recipe = new URL("../recipes/moody.ts", import.meta.url);
const settings = { epochs: 2, batchSize: 100 };
const space: readonly Options[] = grid({ hidden: [3], seed: range(4) });

// Each test starts several processes, which may take long on a busy machine.
vi.setConfig({ testTimeout: 240_000 });

let machines: Machines;
let server: RedisServer;
/** What the sweep has told. */
let told: string;
const progress = {
  write: (text: string) => {
    told += text;
  },
};

beforeEach(async () => {
  told = "";
  machines = await Machines.create();
  server = await RedisServer.create();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await machines.remove();
  await server.remove();
});

/** The hashes of the weights of a sweep's runs, by key. No run may come twice. */
async function hashesOf(
  runs: Sweep<Options>,
  onRun: () => Promise<void> = async () => {},
): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  for await (const { key, summary, error } of runs) {
    expect(error).toBeUndefined();
    expect(hashes.has(key)).toBe(false);
    hashes.set(key, summary?.weightsSha256 ?? "");
    await onRun();
  }
  return hashes;
}

function swept(more: object = {}): Sweep<Options> {
  const engine = bullmq({ connection: server.url });
  return sweep(recipe, { space, settings, out: join(machines.directory, "swept"), engine, progress, ...more });
}

/** All that processes have printed, and the content of all files below a directory. */
function everything(): string {
  const paths = readdirSync(machines.directory, { recursive: true, encoding: "utf8" });
  const files = paths.map((path) => join(machines.directory, path)).filter((path) => statSync(path).isFile());
  return [
    told,
    ...machines.all.map(({ printed }) => printed),
    ...files.map((path) => readFileSync(path, "latin1")),
  ].join();
}

const count = (text: string, part: string): number => text.split(part).length - 1;

test("every result is there once, with the bits of local(), though a worker and Redis are killed in the middle", async () => {
  const hold = machines.directory;
  writeFileSync(join(hold, "hold"), "");
  // All of them wait for Redis first.
  for (const name of ["a", "b", "c"]) machines.start(name, recipe, server.url, { HOLD: hold });
  const expected = hashesOf(
    sweep(recipe, { space, settings, out: join(machines.directory, "local"), progress: "none" }),
  );
  const runs = hashesOf(swept());
  await until("all wait", () => machines.all.every(({ printed }) => printed.includes("does not answer")));
  await until("the sweep waits", () => told.includes("does not answer"));
  await server.start();

  // A run of seed 0 has begun and waits: its worker dies.
  const held = () => machines.all.find(({ pid }) => existsSync(join(hold, `held-${pid}`)));
  await until("a run is held", () => held() !== undefined);
  const victim = held();
  await victim?.end("SIGKILL");
  rmSync(join(hold, "hold"));
  // Redis dies too, and is away for a moment.
  await server.kill();
  await until("the sweep says so", () => count(told, "does not answer") === 2);
  await server.start();

  expect(await runs).toEqual(await expected);
  expect(await runs).toHaveProperty("size", space.length);
  const index = readFileSync(join(machines.directory, "swept/index.jsonl"), "utf8").trim().split("\n");
  expect(index.map((line) => JSON.parse(line).key).sort()).toEqual([...(await expected).keys()].sort());
  expect(told).toContain("a worker has fallen silent; its run is given to another");
  // Each outage is told once, and nothing tells the password.
  for (const { printed, name } of machines.all) expect(count(printed, "does not answer"), name).toBeLessThanOrEqual(2);
  expect(count(told, "is back")).toBe(2);
  for (const form of [PASSWORD, encodeURIComponent(PASSWORD)]) expect(everything()).not.toContain(form);
  expect(await keysOfRuns()).toEqual([]);
});

test("the queue of two recipes does not mix: a worker leaves the other's runs, and says so", async () => {
  await server.start();
  const endings = { "worker of points": new AbortController(), "worker of moody": new AbortController() };
  const notices: string[] = [];
  const start = (name: keyof typeof endings, of: URL) =>
    work(of, {
      connection: server.url,
      out: join(machines.directory, name),
      name,
      processes: 1,
      signal: endings[name].signal,
      onNotice: (text) => notices.push(text),
    });
  const works = [start("worker of points", points)];
  const right = grid({ hidden: [3], seed: [1, 2], broken: [false] });
  const ofMoody = hashesOf(swept({ space: right, weights: true }));
  await until("the worker says so", () => notices.some((text) => text.includes("leaves")));
  await until("the sweep says so", () => told.includes("has no worker with this code"));
  expect(told).toContain("start again what runs with other files: worker of points");
  works.push(start("worker of moody", recipe));
  const engine = bullmq({ connection: server.url });
  const out = join(machines.directory, "points");
  const ofPoints = hashesOf(sweep(points, { space: space.slice(0, 3), settings, out, engine, progress }));
  // The recipes compute the same, but they are not the same code.
  const [hashes, others] = [[...(await ofPoints).values()], [...(await ofMoody).values()]];
  expect([hashes.length, others.length]).toEqual([3, 2]);
  expect(others.filter((hash) => !hashes.includes(hash))).toEqual([]);
  // Weights have travelled, and are those whose hash the result gives.
  for (const [key, hash] of await ofMoody) {
    const { tensors } = await readSafetensors(
      join(machines.directory, "swept", key.slice(0, 16), "weights.safetensors"),
    );
    const model = pointsRecipe.model({ hidden: 3, seed: 0 }, new Random(0));
    model.loadStateDict(tensors);
    expect(await weightsSha256(model), key).toBe(hash);
  }
  expect(await keysOfRuns()).toEqual([]);

  // Each has told, once at most, and the first certainly, that it leaves the other's runs.
  const leaving = (name: string) =>
    count(notices.join("\n"), `work: ${name} leaves the runs of a sweep to other workers: their recipe, or a file`);
  expect(leaving("worker of points")).toBe(1);
  expect(leaving("worker of moody")).toBeLessThanOrEqual(1);

  // What the recipe throws is not tried again by the same sweep, but it is by the next. The list of failures has those of
  // all recipes, the latest first. Code that no sweep has had for 30 days is forgotten, if there is no worker for it.
  const senseless = { space: grid({ hidden: [0], seed: [1] }), settings, out, engine, progress };
  expect(await allOf(sweep(points, senseless))).toMatchObject([{ status: "failed", worker: "worker of points" }]);
  const [{ job }] = await deadLetters({ connection: server.url });
  const redis = server.client();
  const keys = () => redis.keys(`*${job.code.slice(0, 16)}*`);
  const [broken] = grid({ hidden: [3], seed: [1], broken: [true] });
  for (const workers of [["worker of moody", "worker of points"], ["worker of moody"]]) {
    const isForgotten = workers.length === 1;
    if (isForgotten) endings["worker of points"].abort();
    if (isForgotten) await works[0];
    await redis.zadd("polygrad-codes:sweep", Date.now() - 31 * 24 * 3600 * 1000, job.code);
    const [failed] = await allOf(swept({ space: [broken] }));
    expect(failed).toMatchObject({ status: "failed", attempts: 1, error: { name: "RangeError", temporary: false } });
    if (isForgotten) await until("it is forgotten", async () => (await keys()).length === 0);
    else expect(await keys()).not.toEqual([]);
    const letters = await deadLetters({ connection: server.url });
    expect(letters.map(({ worker }) => worker)).toEqual(workers);
    expect(letters[0]).toMatchObject({ attempts: 1, job: { options: broken } });
    expect(letters[0].failure).toMatchObject({
      name: "RangeError",
      message: expect.stringContaining("makes no sense"),
    });
  }
  redis.disconnect();
  endings["worker of moody"].abort();
  await Promise.all(works);
  expect(told).not.toContain("does not answer");
});

test("workers with other data refuse each other's runs, by name, and each is done where its data are", async () => {
  await server.start();
  const swapped = machines.start("swapped", recipe, server.url, { SWAPPED: "1" });
  const one = space.slice(0, 1);
  const straight = allOf(swept({ space: one }));
  await until("it refuses", () => swapped.printed.includes("refuses"));
  expect(swapped.printed).toMatch(
    /^work: swapped refuses run [0-9a-f]{8} {"hidden":3,"seed":0}: the recipe's data has the checksum .*; it is left for other workers$/m,
  );
  machines.start("straight", recipe, server.url);
  // Now each worker may be handed what only the other can do.
  vi.stubEnv("SWAPPED", "1");
  const others = await allOf(swept({ space: one, out: join(machines.directory, "others") }));
  expect(others).toMatchObject([{ status: "done", worker: "swapped" }]);
  expect(await straight).toMatchObject([{ status: "done", worker: "straight" }]);
});

test("a worker that flips one bit is found out and named", async () => {
  await server.start();
  const hold = machines.directory;
  writeFileSync(join(hold, "hold"), "");
  // It is the first, so that the run is its; the other two come before it is done.
  const bad = machines.start("bad", recipe, server.url, { FLIP: join(hold, "flipping"), HOLD: hold });
  const runs = swept({ space: space.slice(0, 1), verify: 1 });
  const hashes = hashesOf(runs);
  await until("it has begun", () => existsSync(join(hold, `held-${bad.pid}`)));
  for (const name of ["a", "b"]) machines.start(name, recipe, server.url);
  await until("all are there", () => machines.all.every(({ printed }) => printed.includes("takes up to 1 at a time")));
  rmSync(join(hold, "hold"));
  const [[key, hash]] = await hashes;
  const { wrong = [], ...rest } = runs.verification ?? {};
  expect(rest).toEqual({ verified: 1, unverified: 0, disputed: [] });
  expect(wrong).toMatchObject([{ worker: "bad", key, expected: hash }]);
  expect(wrong[0].weightsSha256).not.toBe(hash);
  expect(told).toContain(`verify: worker bad computes wrongly: in run ${key.slice(0, 8)} its weights`);
});

test("SIGTERM ends a worker in order: it gives its run back at once", async () => {
  await server.start();
  const hold = machines.directory;
  writeFileSync(join(hold, "hold"), "");
  // Nobody notices within this test that a worker is silent.
  for (const name of ["a", "b"]) machines.start(name, recipe, server.url, { HOLD: hold }, { lease: 600 });
  const runs = hashesOf(swept({ space: space.slice(0, 1) }));
  const held = () => machines.all.find(({ pid }) => existsSync(join(hold, `held-${pid}`)));
  await until("the run is held", () => held() !== undefined);
  expect(await held()?.end("SIGTERM")).toBe(0);
  rmSync(join(hold, "hold"));
  expect((await runs).size).toBe(1);
});

test.each([
  ["wrong", "WRONGPASS invalid username-password pair or user is disabled."],
  ["", "NOAUTH "],
])("the password %j is refused with one error that does not show it", async (password, why) => {
  await server.start();
  const connection = server.url.replace(encodeURIComponent(PASSWORD), password);
  const out = join(machines.directory, "out");
  const shown = `redis://${password === "" ? "" : "***@"}127.0.0.1:${server.port}/3`;
  for (const attempt of [
    () => allOf(swept({ space: space.slice(0, 1), engine: bullmq({ connection }) })),
    () => work(recipe, { connection, out }),
    () => deadLetters({ connection }),
  ]) {
    const error = await attempt().then(String, (error: unknown) => inspect(error, { depth: 9 }));
    expect(error).toContain(`: ${shown} refuses the connection: ${why}`);
    expect(error).not.toMatch(/wrong(?!-)/);
  }
  expect(count(told, "refuses")).toBe(0);
});

async function allOf<T>(runs: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const run of runs) all.push(run);
  return all;
}

/** The keys in Redis that belong to a run, and not to the queue. */
async function keysOfRuns(): Promise<string[]> {
  const redis = server.client();
  const keys = await redis.keys("*");
  redis.disconnect();
  return keys.filter((key) => /[0-9a-f]{64}/.test(key));
}
