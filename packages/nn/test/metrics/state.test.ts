/** Metrics that cross threads: parts that are merged in order give the bits of a single metric. */
import { normal, Random, type Tensor, tensor } from "@polygrad/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  Accuracy,
  ConfusionMatrix,
  MeanAbsoluteError,
  MeanSquaredError,
  type MetricState,
  R2,
  TopKAccuracy,
} from "../../src/index.ts";
import { Metric, metricFrom } from "../../src/internal.ts";
import { refusal } from "../refusal.ts";

interface Batch {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly labels: Uint8Array;
}

/** For each metric: a new one with some batches added. */
const added: Readonly<Record<string, (batches: readonly Batch[]) => Metric<unknown>>> = {
  Accuracy: (batches) => batches.reduce((metric, { x, labels }) => metric.add(x, labels), new Accuracy()),
  TopKAccuracy: (batches) => batches.reduce((metric, { x, labels }) => metric.add(x, labels), new TopKAccuracy(2)),
  ConfusionMatrix: (batches) =>
    batches.reduce((metric, { x, labels }) => metric.add(x, labels), new ConfusionMatrix(3)),
  MeanSquaredError: (batches) => batches.reduce((metric, { x, y }) => metric.add(x, y), new MeanSquaredError()),
  MeanAbsoluteError: (batches) => batches.reduce((metric, { x, y }) => metric.add(x, y), new MeanAbsoluteError()),
  R2: (batches) => batches.reduce((metric, { x, y }) => metric.add(x, y), new R2()),
};

/** What a message to another thread leaves of a metric. */
const sent = (metric: Metric<unknown>): MetricState => structuredClone(metric.state);

describe.each(Object.entries(added))("%s", (kind, withBatches) => {
  test("merged from parts that were sent, in order, has the bits of one that saw all batches", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(7), { minLength: 1, maxLength: 6 }), fc.nat(), (sizes, seed) => {
        fc.pre(sizes.some((rows) => rows > 0));
        const random = new Random(seed);
        const batches = sizes.map((rows) => ({
          x: normal([rows, 3], random, 5, 2),
          y: normal([rows, 3], random, 5, 2),
          labels: Uint8Array.from({ length: rows }, () => random.below(3)),
        }));
        const whole = withBatches(batches);
        const merged = metricFrom(sent(withBatches([])));
        for (const batch of batches) merged.merge(sent(withBatches([batch])));
        expect(merged.state).toEqual(whole.state);
        expect(String(merged.value)).toEqual(String(whole.value));
        expect([merged.kind, merged.constructor, merged instanceof Metric]).toEqual([kind, whole.constructor, true]);
        // What was merged is not changed, and an empty part changes nothing.
        expect(whole.merge(withBatches([])).state).toEqual(merged.state);
      }),
      { numRuns: 30 },
    );
  });
});

test("refuses what cannot be merged, and says what arrived", () => {
  expect(refusal(() => new Accuracy().merge(new R2()))).toMatchInlineSnapshot(
    `"ArgumentError: Accuracy: can be merged with another Accuracy only, got a R2"`,
  );
  expect(refusal(() => new TopKAccuracy(2).merge(new TopKAccuracy(3)))).toMatchInlineSnapshot(
    `"ArgumentError: TopKAccuracy: both must be made alike, got k = 2 and 3"`,
  );
  // @ts-expect-error numbers are no metric
  expect(refusal(() => new Accuracy().merge([1, 2]))).toMatch(/^ArgumentError: Accuracy: can be merged/);
  const wide = new R2().add(tensor([[1, 2]]), tensor([[1, 2]]));
  expect(refusal(() => new R2().add(tensor([1]), tensor([1])).merge(wide))).toMatchInlineSnapshot(
    `"ShapeError: R2: has 4 sums so far, but is to add 7; every batch must have the same number of outputs"`,
  );
  expect(refusal(() => metricFrom({ kind: "Loss", options: {}, sums: [] }))).toMatchInlineSnapshot(
    `"ArgumentError: metric: there is no kind "Loss"; the kinds are Accuracy, TopKAccuracy, ConfusionMatrix, MeanSquaredError, MeanAbsoluteError, R2"`,
  );
});
