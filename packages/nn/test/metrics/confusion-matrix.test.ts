/** The confusion matrix, precision and recall against counts made anew; examples of scikit-learn; what it refuses. */
import { oneHot, tensor, zeros } from "@polygrad/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfusionMatrix } from "../../src/index.ts";
import { refusal } from "../refusal.ts";

/** Logits whose largest is at the prediction. */
const predicting = (predictions: readonly number[], classes: number) => oneHot(predictions, classes);

describe("ConfusionMatrix", () => {
  test("has the matrix, precision and recall of scikit-learn's documentation", () => {
    const matrix = new ConfusionMatrix(3).add(predicting([0, 0, 2, 2, 0, 2], 3), [2, 0, 2, 2, 0, 1]);
    expect(matrix.value.toArray()).toEqual([
      [2, 0, 0],
      [0, 0, 1],
      [1, 0, 2],
    ]);
    const other = new ConfusionMatrix(3).add(predicting([0, 2, 1, 0, 0, 1], 3), [0, 1, 2, 0, 1, 2]);
    expect([other.precision, other.recall]).toEqual([
      [2 / 3, 0, 0],
      [1, 0, 0],
    ]);
  });

  test("counts what the definitions count, over several batches", () => {
    const pair = (classes: number) => fc.tuple(fc.nat(classes - 1), fc.nat(classes - 1));
    const data = fc
      .integer({ min: 1, max: 4 })
      .chain((classes) =>
        fc.tuple(fc.constant(classes), fc.array(fc.array(pair(classes), { minLength: 1 }), { minLength: 1 })),
      );
    fc.assert(
      fc.property(data, ([classes, batches]) => {
        const matrix = new ConfusionMatrix(classes);
        for (const pairs of batches)
          matrix.add(
            predicting(
              pairs.map(([, prediction]) => prediction),
              classes,
            ),
            pairs.map(([label]) => label),
          );
        const all = batches.flat();
        const count = (isCounted: (label: number, prediction: number) => boolean) =>
          all.filter(([label, prediction]) => isCounted(label, prediction)).length;
        for (let k = 0; k < classes; k++) {
          for (let j = 0; j < classes; j++)
            expect(matrix.value.data[k * classes + j]).toBe(count((label, other) => label === k && other === j));
          const right = count((label, prediction) => label === k && prediction === k);
          expect(matrix.precision[k]).toBe(
            right /
              Math.max(
                1,
                count((_, prediction) => prediction === k),
              ),
          );
          expect(matrix.recall[k]).toBe(
            right /
              Math.max(
                1,
                count((label) => label === k),
              ),
          );
        }
      }),
      { numRuns: 50 },
    );
  });

  test("takes the first of equal logits", () => {
    expect(new ConfusionMatrix(2).add(zeros([1, 2]), [1]).value.toArray()).toEqual([
      [0, 0],
      [1, 0],
    ]);
  });

  test("refuses what does not fit, and says what arrived", () => {
    const matrix = new ConfusionMatrix(2);
    expect(refusal(() => matrix.value)).toMatchInlineSnapshot(
      `"ValueError: ConfusionMatrix: nothing has been added yet; call add(...) with a batch first"`,
    );
    expect(refusal(() => matrix.precision)).toMatch(/^ValueError: ConfusionMatrix: nothing has been added/);
    expect(refusal(() => matrix.add(tensor([[0, Number.NaN]]), [0]))).toMatchInlineSnapshot(
      `"ValueError: ConfusionMatrix: logit 1 of row 0 is NaN, so no class is predicted"`,
    );
    expect(refusal(() => matrix.add(zeros([1, 3]), [0]))).toMatchInlineSnapshot(
      `"ShapeError: ConfusionMatrix: made for 2 classes, but the logits are of 3"`,
    );
    expect(refusal(() => matrix.add(zeros([1, 2]), [2]))).toMatchInlineSnapshot(
      `"ValueError: ConfusionMatrix: index 2 at position 0 is not an integer from 0 to 1"`,
    );
    for (const classes of [0, 2.5, 4097])
      expect(refusal(() => new ConfusionMatrix(classes))).toMatch(
        /^ValueError: ConfusionMatrix: classes must be an integer from 1 to 4096, got/,
      );
  });
});
