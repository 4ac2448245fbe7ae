/** What is written for TensorBoard, read by Python with Google's protobuf and crcmod: see events.py. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { variable } from "@polygrad/autograd";
import { tensor } from "@polygrad/tensor";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { encodeEvents, type TrackedEvent } from "../../src/index.ts";
import { tensorBoard } from "../../src/node.ts";
import { histogramOf } from "../../src/tensorboard/histogram.ts";
import { script } from "./python.ts";

const directory = mkdtempSync(join(tmpdir(), "polygrad-tensorboard-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface PythonEvent {
  readonly step: number;
  readonly wallTime: number;
  readonly version: string;
  readonly values: readonly {
    readonly tag: string;
    readonly plugin: string;
    readonly content: string;
    readonly dataClass: number;
    readonly dtype: number;
    readonly shape: readonly number[];
    readonly numbers: readonly string[];
  }[];
}

/** What events.py prints. */
function python<Result>(args: readonly string[], input: unknown = null): Result {
  return script("events.py", "google.protobuf, crcmod, numpy", args, input);
}

const toNumber = (text: string) => Number(text.replace("inf", "Infinity").replace("nan", "NaN"));

test("any scalars and histograms: names, steps, times and numbers", () => {
  const names = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).filter((name) => name !== "__proto__");
  const numbers = fc.oneof(fc.float(), fc.integer(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0));
  const tensors = fc
    .array(fc.float({ noNaN: true, noDefaultInfinity: true }), { maxLength: 40 })
    .map((list) => tensor(list));
  const events: fc.Arbitrary<TrackedEvent> = fc.record({
    step: fc.maxSafeNat(),
    wallTime: fc.double({ min: 0, max: 4e9, noNaN: true }),
    values: fc.dictionary(names, fc.oneof(numbers, tensors), { maxKeys: 6, noNullPrototype: true }),
  });
  const drawn = fc.sample(fc.array(events, { maxLength: 8 }), { numRuns: 40, seed: 1 });
  const paths = drawn.map((list, k) => {
    writeFileSync(join(directory, String(k)), encodeEvents(list, { buckets: 5 }));
    return join(directory, String(k));
  });
  const read = python<readonly (readonly PythonEvent[])[]>(["read", ...paths]);
  for (const [k, list] of drawn.entries()) {
    const [first, ...rest] = read[k];
    expect(first).toEqual({ step: 0, wallTime: list[0]?.wallTime ?? 0, version: "brain.Event:2", values: [] });
    expect(rest.map(({ step, wallTime, version }) => ({ step, wallTime, version }))).toEqual(
      list.map(({ step, wallTime }) => ({ step, wallTime, version: "" })),
    );
    for (const [i, { values }] of list.entries()) {
      const entries = Object.entries(values);
      expect(rest[i].values.map(({ tag }) => tag)).toEqual(entries.map(([name]) => name));
      for (const [j, [, value]] of entries.entries()) {
        const found = rest[i].values[j];
        const figures = found.numbers.map(toNumber);
        if (typeof value === "number") {
          expect(found).toMatchObject({ plugin: "scalars", content: "", dataClass: 1, dtype: 1, shape: [] });
          expect(figures).toEqual([Math.fround(value)]);
        } else {
          expect(found).toMatchObject({ plugin: "histograms", content: "", dataClass: 2, dtype: 2, shape: [5, 3] });
          expect(figures.filter((_, at) => at % 3 === 2).reduce((sum, count) => sum + count)).toBe(value.size);
        }
      }
    }
  }
});

test("histograms have numpy's edges and counts", () => {
  const floats = fc.float({ noNaN: true, min: -1000, max: 1000 });
  const lists = fc.uniqueArray(floats, { minLength: 2, maxLength: 60 }).filter((list) => new Set(list).size > 1);
  const requests = fc
    .sample(fc.tuple(lists, fc.integer({ min: 1, max: 40 })), { numRuns: 200, seed: 1 })
    .map(([values, buckets]) => ({ values, buckets }));
  const theirs = python<readonly { counts: number[]; edges: number[] }[]>(["histograms"], requests);
  for (const [k, { values, buckets }] of requests.entries()) {
    const rows = histogramOf(tensor(values), buckets);
    const [counts, edges] = [rows.filter((_, at) => at % 3 === 2), rows.filter((_, at) => at % 3 === 0)];
    const spread = Math.max(...values) - Math.min(...values);
    for (const [at, edge] of [...edges, rows[rows.length - 2]].entries())
      expect(Math.abs(edge - theirs[k].edges[at])).toBeLessThanOrEqual(1e-12 * (spread + 1000));
    // An element on an edge may round to either side of it.
    const onEdge = values.filter((x) =>
      theirs[k].edges.slice(1, -1).some((edge) => Math.abs(edge - x) < 1e-9 * spread),
    );
    const differing = counts.reduce((sum, count, at) => sum + Math.abs(count - theirs[k].counts[at]), 0);
    expect(differing).toBeLessThanOrEqual(2 * onEdge.length);
  }
});

test("the file of a tracker is complete after every call, and has the name that TensorBoard looks for", () => {
  const runs = join(directory, "runs", "a");
  const track = tensorBoard(runs, { buckets: 3 });
  const weight = variable([1, 2, 3, 3]);
  track(0, { loss: 0.5, weight });
  track(1, { loss: tensor(0.25) });
  const [events] = python<readonly (readonly PythonEvent[])[]>(["read", track.path]);
  track.close();
  expect(
    events.map(({ step, values }) => [step, values.map(({ tag, numbers }) => [tag, numbers.map(toNumber)])]),
  ).toEqual([
    [0, []],
    [
      0,
      [
        ["loss", [0.5]],
        ["weight", [1, 1 + 2 / 3, 1, 1 + 2 / 3, 1 + 4 / 3, 1, 1 + 4 / 3, 3, 2]],
      ],
    ],
    [1, [["loss", [0.25]]]],
  ]);
  for (const { wallTime } of events) expect(Math.abs(wallTime - Date.now() / 1000)).toBeLessThan(60);
  expect(readdirSync(runs)).toEqual([
    expect.stringMatching(new RegExp(`^events\\.out\\.tfevents\\.\\d{10}\\.${hostname()}\\.${process.pid}\\.\\d+$`)),
  ]);
});

test("a run that is killed keeps what it has tracked", async () => {
  const runs = join(directory, "runs", "killed");
  const program = `
    const { tensorBoard } = await import(${JSON.stringify(new URL("../../src/node.ts", import.meta.url).href)});
    const track = tensorBoard(${JSON.stringify(runs)});
    for (let step = 0; step < 1000; step++) track(step, { loss: 1 / (1 + step) });
    process.kill(process.pid, "SIGKILL");`;
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
    cwd,
    stdio: "inherit",
  });
  const signal = await new Promise((resolve) => child.on("exit", (_, by) => resolve(by)));
  expect(signal).toBe("SIGKILL");
  const [file] = readdirSync(runs);
  const [events] = python<readonly (readonly PythonEvent[])[]>(["read", join(runs, file)]);
  expect(events.length).toBe(1001);
  expect(events.at(-1)?.step).toBe(999);
});
