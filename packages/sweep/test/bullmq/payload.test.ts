/** What travels through Redis arrives as it was sent. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { figuresFrom, idOf, metricsFrom, toText } from "../../src/bullmq/payload.ts";
import type { Job, Metrics } from "../../src/index.ts";

test("figures survive, NaN, the infinities and -0 too", () => {
  const number = fc.double();
  const line = fc.record(
    { epoch: fc.nat(), trainLoss: number, seconds: number, testAccuracy: number },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(fc.array(line), (metrics: Metrics[]) => {
      expect(metricsFrom(toText(metrics))).toStrictEqual(metrics);
      const summary = { epochs: 1, parameters: 1, weightsSha256: "0", trainLoss: -0, seconds: Number.NaN };
      expect(figuresFrom(toText({ summary, metrics }))).toStrictEqual({ summary, metrics });
    }),
  );
});

test("jobs have one id if and only if they ask for the same, of the same workers", () => {
  const settings = { epochs: 1, batchSize: 1, seed: 0, workers: 1 };
  const job: Job = { key: "k", trial: "k", code: "", data: "", options: {}, settings, until: 1, weights: false };
  const ids = [
    idOf({ job, exclude: [] }),
    idOf({ job: { ...job, weights: true }, exclude: [] }),
    idOf({ job: { ...job, key: "l" }, exclude: [] }),
    idOf({ job, exclude: ["a"] }),
    idOf({ job, exclude: ["a", "b"] }),
  ];
  expect(new Set(ids).size).toBe(5);
  expect(idOf({ job, exclude: ["b", "a"] })).toBe(ids[4]);
  for (const id of ids) expect(id).not.toContain(":"); // BullMQ refuses it
});
