/** The powers of every element, against repeated multiplication. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { zeros } from "../../src/fill.ts";
import { powers } from "../../src/ops/polynomial.ts";
import { tensors } from "../arbitraries.ts";
import { onBothKernels } from "../kernel-kinds.ts";
import { at, expectTable, read, rounded, table } from "../reference.ts";

describe("powers", () => {
  /** The products of which powers are made, in double precision. */
  const products: readonly ((x: number) => number)[] = [
    () => 1,
    (x) => x,
    (x) => x * x,
    (x) => x * (x * x),
    (x) => x * x * (x * x),
    (x) => x * (x * x * (x * x)),
  ];

  test("from 0 to the degree, on a new last axis: products in double precision, rounded once", () => {
    const drawn = fc.oneof(tensors({ contents: "special" }, 0, 3), tensors({ double: true }, 0, 3));
    fc.assert(
      fc.property(drawn, fc.integer({ min: 0, max: 5 }), (x, degree) => {
        const t = read(x);
        const wanted = table([...x.shape, degree + 1], (index) => products[index[x.rank]](at(t, index.slice(0, -1))));
        expectTable(
          onBothKernels(() => powers(x, degree)),
          rounded(wanted, x),
        );
      }),
    );
  });
});

test("refusals", () => {
  expect(() => powers(zeros([2]), -1)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: powers: degree must be an integer from 0 up, got -1]`,
  );
  expect(() => powers(zeros([2]), 1.5)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: powers: degree must be an integer from 0 up, got 1.5]`,
  );
});
