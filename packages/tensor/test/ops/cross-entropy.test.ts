/** Cross entropy and its gradient against doubles. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { tensor } from "../../src/create.ts";
import { zeros } from "../../src/fill.ts";
import { crossEntropy } from "../../src/ops/cross-entropy.ts";
import { counts, type DrawOptions, tensorOf } from "../arbitraries.ts";
import { onBothKernels } from "../kernel-kinds.ts";
import { expectTable, read } from "../reference.ts";
import { crossEntropyGradient } from "./gradients.ts";

/** Logits [batch, classes], and a label for each row. */
function batches(options: DrawOptions) {
  return fc
    .tuple(counts, counts)
    .chain(([rows, classes]) =>
      fc.tuple(
        tensorOf([rows, classes], options),
        fc.array(fc.nat(classes - 1), { minLength: rows, maxLength: rows }),
        fc.constantFrom("Int32Array", "Uint8Array", "array"),
      ),
    );
}

const drawn = fc.oneof(batches({}), batches({ double: true }));

/** The probabilities of the classes, row by row. */
function shares(values: readonly number[], classes: number): number[] {
  const powers = values.map(Math.exp);
  return powers.map((power, i) => {
    const start = i - (i % classes);
    return power / powers.slice(start, start + classes).reduce((a, b) => a + b, 0);
  });
}

test("the mean of -ln of the label's share, and its gradient (share - 1 at the label) / batch", () => {
  fc.assert(
    fc.property(drawn, fc.constantFrom(1, -2.5), ([logits, list, kind], g) => {
      const labels =
        kind === "Int32Array" ? Int32Array.from(list) : kind === "Uint8Array" ? Uint8Array.from(list) : list;
      const [rows, classes] = logits.shape;
      const p = shares(read(logits).values, classes);
      const loss = list.reduce((sum, label, b) => sum - Math.log(p[b * classes + label]), 0) / rows;
      // In doubles, rounded once. In float32 the exponentials err by 2^-31.7, so a quotient of two errs by less than
      // 2^-31; share - 1 errs by no more, as it is -(sum of the others) / sum, and ln sum by no more than the sum.
      const unit = logits.data instanceof Float64Array ? 1e-12 : 2 ** -24 + 2 ** -31;
      expectTable(
        onBothKernels(() => crossEntropy(logits, labels)),
        { shape: [], values: [loss] },
        unit * loss + 1e-12,
      );
      const slope = p.map(
        (share, i) => (g / rows) * (i % classes === list[Math.floor(i / classes)] ? share - 1 : share),
      );
      const upstream = tensor(g);
      expectTable(
        onBothKernels(() => crossEntropyGradient(upstream, logits, labels)),
        { shape: logits.shape, values: slope },
        (value) => unit * Math.abs(value) + 1e-12,
      );
    }),
    { numRuns: 50 },
  );
});

test("special contents: the same bits from both kernels", () => {
  fc.assert(
    fc.property(batches({ contents: "special" }), ([logits, labels]) => {
      onBothKernels(() => crossEntropy(logits, labels));
      onBothKernels(() => crossEntropyGradient(tensor(0.5), logits, labels));
    }),
    { numRuns: 50 },
  );
});

test("large logits do not overflow", () => {
  expect(crossEntropy(tensor([[1e38, -1e38]]), [0]).item()).toBe(0);
  expect(crossEntropy(tensor([[1000, 0]]), [1]).item()).toBe(1000);
  expect([...crossEntropyGradient(tensor(1), tensor([[1000, 0]]), [1]).data]).toEqual([1, -1]);
});

test("refusals", () => {
  expect(() => crossEntropy(zeros([2, 3]), [0])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: crossEntropy: needs logits [batch, classes] and a label for each row, got [2, 3] and 1 labels]`,
  );
  expect(() => crossEntropy(zeros([3]), [0, 1, 2])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: crossEntropy: needs logits [batch, classes] and a label for each row, got [3] and 3 labels]`,
  );
  expect(() => crossEntropy(zeros([0, 3]), [])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: crossEntropy: the batch is empty; the mean of no rows is undefined]`,
  );
  expect(() => crossEntropy(zeros([2, 3]), [0, 3])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: crossEntropy: index 3 at position 1 is not an integer from 0 to 2]`,
  );
  expect(() => crossEntropy(zeros([2, 3]), [-1, 0])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: crossEntropy: index -1 at position 0 is not an integer from 0 to 2]`,
  );
  expect(() => crossEntropy(zeros([2, 3]), [0, 1.5])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: crossEntropy: index 1.5 at position 1 is not an integer from 0 to 2]`,
  );
});
