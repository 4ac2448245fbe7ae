/** R^2 against two passes over float64, also where the mean is huge; scikit-learn's cases; and what it refuses. */
import { tensor, zeros } from "@polygrad/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { R2 } from "../../src/index.ts";
import { refusal } from "../refusal.ts";

const double = (values: readonly (readonly number[])[]) =>
  tensor(Float64Array.from(values.flat()), [values.length, values[0]?.length ?? 1]);

/** 1 - sum (y - x)^2 / sum (y - mean)^2, in two passes. */
function twoPasses(predictions: readonly number[], targets: readonly number[]): number {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const mean = targets[0] + sum(targets.map((y) => y - targets[0])) / targets.length;
  return 1 - sum(targets.map((y, k) => (y - predictions[k]) ** 2)) / sum(targets.map((y) => (y - mean) ** 2));
}

describe("R2", () => {
  test.each([
    ["the example of its documentation", [3, -0.5, 2, 7], [2.5, 0, 2, 8], 1 - 1.5 / 29.1875],
    ["all right", [1, 2, 3], [1, 2, 3], 1],
    ["always the mean", [1, 2, 3], [2, 2, 2], 0],
    ["worse than the mean", [1, 2, 3], [3, 2, 1], -3],
    ["a constant, all right", [-2, -2, -2], [-2, -2, -2], 1],
    ["a constant, not all right", [-2, -2, -2], [-2, -2, -2 + 1e-6], 0],
    ["a constant without a finite binary expansion", [0.1, 0.1, 0.1], [0.1, 0.1, 0.2], 0],
  ])("is scikit-learn's: %s", (_, targets, predictions, wanted) => {
    const [x, y] = [predictions, targets].map((values) => tensor(Float64Array.from(values)));
    expect(new R2().add(x, y).value).toBeCloseTo(wanted, 14);
    const parts = new R2().add(x.slice(0, 0, 1), y.slice(0, 0, 1)).add(x.slice(0, 1), y.slice(0, 1));
    expect(parts.value).toBeCloseTo(wanted, 14);
  });

  test("of batches, merged in order, is that of two passes, for every output and on average", () => {
    const row = fc.array(
      fc.integer({ min: -999, max: 999 }).map((value) => value / 1000),
      { minLength: 4, maxLength: 4 },
    );
    const batches = fc.array(fc.array(row, { maxLength: 6 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(batches, fc.constantFrom(0, 1, 1e6), (parts, mean) => {
        const all = parts.flat();
        fc.pre(new Set(all.map(([, , c]) => c)).size > 2 && new Set(all.map(([, , , d]) => d)).size > 2);
        const [added, merged] = [new R2(), new R2()];
        for (const rows of parts.filter((part) => part.length > 0)) {
          const x = double(rows.map(([a, b]) => [mean + a, b]));
          const y = double(rows.map(([, , c, d]) => [mean + c, d]));
          added.add(x, y);
          merged.merge(new R2().add(x, y).add(zeros([0, 2]), zeros([0, 2])));
        }
        expect(merged.sums).toEqual(added.sums);
        const wanted = [0, 1].map((k) => {
          const shift = k === 0 ? mean : 0;
          return twoPasses(
            all.map((values) => shift + values[k]),
            all.map((values) => shift + values[k + 2]),
          );
        });
        for (const [k, value] of wanted.entries())
          expect(Math.abs(merged.perOutput[k] - value)).toBeLessThan(1e-7 * (1 + Math.abs(value)));
        expect(merged.value).toBe((merged.perOutput[0] + merged.perOutput[1]) / 2);
      }),
    );
  });

  test("of float32 targets around 1000 is not that of the textbook formula, which cancels", () => {
    const targets = Array.from({ length: 999 }, (_, k) => 1e7 + (k % 3));
    const predictions = targets.map((y, k) => y + (k % 2 === 0 ? 1 : 0));
    const metric = new R2();
    for (let start = 0; start < 999; start += 111)
      metric.add(tensor(predictions.slice(start, start + 111)), tensor(targets.slice(start, start + 111)));
    // The variance of 0, 1, 2 is 2/3; 500 of the 999 errors are 1.
    expect(metric.value).toBeCloseTo(1 - 500 / 666, 12);
  });

  test("of one sample is NaN, as in scikit-learn", () => {
    expect(new R2().add(tensor([1]), tensor([2])).value).toBeNaN();
  });

  test("refuses what does not fit, and says what arrived", () => {
    const metric = new R2();
    expect(refusal(() => metric.value)).toMatch(/^ValueError: R2: nothing has been added/);
    expect(refusal(() => metric.add(zeros([2, 1]), zeros([2])))).toMatch(/^ShapeError: R2: prediction/);
    expect(refusal(() => metric.add(zeros([2, 1, 1]), zeros([2, 1, 1])))).toMatchInlineSnapshot(
      `"ShapeError: R2: needs predictions [batch] or [batch, outputs], got [2, 1, 1]"`,
    );
    expect(refusal(() => metric.add(zeros([2, 0]), zeros([2, 0])))).toMatch(/^ShapeError/);
    metric.add(zeros([2, 3]), zeros([2, 3]));
    expect(refusal(() => metric.add(zeros([2, 2]), zeros([2, 2])))).toMatchInlineSnapshot(
      `"ShapeError: R2: has 10 sums so far, but is to add 7; every batch must have the same number of outputs"`,
    );
  });
});
