import { expect, test } from "vitest";
import { type Configuration, makeJob } from "../src/key.ts";

const configuration: Configuration = {
  code: "c",
  data: "d",
  options: { degree: 2, layers: [1, { a: 1, b: 2 }] },
  settings: { epochs: 9, batchSize: 32, seed: 1, workers: 1 },
};

test("a key does not depend on the order of names, on threads, or on capturing", () => {
  const { key } = makeJob(configuration, 9, false);
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  const options = { layers: [1, { b: 2, a: 1 }], degree: 2 };
  const settings = { workers: 4, capture: false, seed: 1, batchSize: 32, epochs: 9 };
  expect(makeJob({ ...configuration, options, settings }, 9, true).key).toBe(key);
});

test.each<[string, Partial<Configuration>]>([
  ["code", { code: "e" }],
  ["data", { data: "e" }],
  ["options", { options: { degree: 3, layers: [1, { a: 1, b: 2 }] } }],
  ["seed", { settings: { ...configuration.settings, seed: 2 } }],
  ["shards", { settings: { ...configuration.settings, shards: 2 } }],
])("another %s is another key", (_, change) => {
  expect(makeJob({ ...configuration, ...change }, 9, false).key).not.toBe(makeJob(configuration, 9, false).key);
});

test("the rungs of a trial have keys of their own, and the last is the trial itself", () => {
  const [rung, full] = [makeJob(configuration, 3, false), makeJob(configuration, 9, false)];
  expect(full.trial).toBe(full.key);
  expect(rung.trial).toBe(full.key);
  expect(rung.key).not.toBe(full.key);
});
