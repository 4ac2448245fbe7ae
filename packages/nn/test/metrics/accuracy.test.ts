/** Accuracy and top-k accuracy against a full sort of every row; ties, NaN, and what they refuse. */
import { constant } from "@polygrad/autograd";
import { ones, tensor, zeros } from "@polygrad/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Accuracy, TopKAccuracy } from "../../src/index.ts";
import { refusal } from "../refusal.ts";

/** Logits with many ties, and a label for each row. */
const batches = fc.integer({ min: 1, max: 5 }).chain((classes) => {
  const logit = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.constantFrom(Number.POSITIVE_INFINITY, -0, -Infinity));
  const row = fc.record({
    logits: fc.array(logit, { minLength: classes, maxLength: classes }),
    label: fc.nat(classes - 1),
  });
  return fc.array(row, { minLength: 1, maxLength: 8 });
});

describe("accuracy and top-k accuracy", () => {
  test("count the rows whose label comes first, or among the first k, when the row is sorted", () => {
    fc.assert(
      fc.property(batches, fc.integer({ min: 1, max: 6 }), (rows, k) => {
        const labels = rows.map(({ label }) => label);
        const isHit = ({ logits, label }: (typeof rows)[number], first: number) =>
          logits
            .map((_, index) => index)
            .sort((a, b) => (logits[b] === logits[a] ? a - b : logits[b] - logits[a]))
            .slice(0, first)
            .includes(label);
        const share = (first: number) => rows.filter((row) => isHit(row, first)).length / rows.length;
        const logits = tensor(rows.map((row) => row.logits));
        expect(new Accuracy().add(logits, labels).value).toBe(share(1));
        expect(new TopKAccuracy(k).add(logits, labels).value).toBe(share(k));
      }),
    );
  });

  test("are those of scikit-learn's documentation", () => {
    const scores = tensor([
      [0.5, 0.2, 0.2],
      [0.3, 0.4, 0.2],
      [0.2, 0.4, 0.3],
      [0.7, 0.2, 0.1],
    ]);
    expect(new TopKAccuracy(2).add(scores, Uint8Array.of(0, 1, 2, 2)).value).toBe(0.75);
    expect(new Accuracy().add(constant(scores), Int32Array.of(0, 1, 2, 2)).value).toBe(0.5);
  });

  test("agree with argmax and argTopK on ties, whatever the strides", () => {
    const logits = tensor([
      [1, 1, 0],
      [0, 2, 2],
    ]);
    expect([...logits.argmax(1)]).toEqual([0, 1]);
    expect(new Accuracy().add(logits, [0, 1]).value).toBe(1);
    expect(new Accuracy().add(logits, [1, 2]).value).toBe(0);
    const columns = tensor([
      [1, 0],
      [1, 2],
      [0, 2],
    ]).transpose();
    expect(new TopKAccuracy(1).add(columns, [0, 1]).value).toBe(1);
    expect(new Accuracy().add(zeros([4, 4]).slice(0, 2).slice(1, 2), [0, 0]).value).toBe(1);
  });

  test("count a row with NaN as wrong", () => {
    const logits = tensor([
      [Number.NaN, 1],
      [0, 1],
    ]);
    expect(new Accuracy().add(logits, [0, 1]).value).toBe(0.5);
    expect(new TopKAccuracy(2).add(logits, [0, 1]).value).toBe(0.5);
  });

  test("add up over batches of any sizes, also of none", () => {
    const metric = new Accuracy()
      .add(ones([3, 2]), [0, 0, 1])
      .add(zeros([0, 2]), [])
      .add(ones([1, 2]), [1]);
    expect([metric.value, metric.sums]).toEqual([0.5, [2, 4]]);
  });

  test("refuse what does not fit, and say what arrived", () => {
    const metric = new Accuracy();
    expect(refusal(() => metric.value)).toMatchInlineSnapshot(
      `"ValueError: Accuracy: nothing has been added yet; call add(...) with a batch first"`,
    );
    expect(refusal(() => metric.add(zeros([0, 2]), []).value)).toMatch(/^ValueError: Accuracy: nothing has been/);
    expect(refusal(() => metric.add(zeros([2, 3]), [0]))).toMatchInlineSnapshot(
      `"ShapeError: Accuracy: needs logits [batch, classes] and a label for each row, got [2, 3] and 1 labels"`,
    );
    expect(refusal(() => metric.add(zeros([3]), [0, 1, 2]))).toMatch(/^ShapeError/);
    expect(refusal(() => metric.add(zeros([2, 3]), [0, 3]))).toMatchInlineSnapshot(
      `"ValueError: Accuracy: index 3 at position 1 is not an integer from 0 to 2"`,
    );
    expect(refusal(() => new TopKAccuracy(2).add(zeros([1, 3]), [-1]))).toMatch(/^ValueError: TopKAccuracy: index -1/);
    // @ts-expect-error labels as a tensor
    expect(refusal(() => metric.add(zeros([1, 3]), zeros([1])))).toMatchInlineSnapshot(
      `"ArgumentError: Accuracy: labels must be a flat list of integers, such as an Int32Array, got a Tensor"`,
    );
    for (const k of [0, 1.5, Number.NaN])
      expect(refusal(() => new TopKAccuracy(k))).toMatch(/^ValueError: TopKAccuracy: k must be a positive integer/);
  });
});
