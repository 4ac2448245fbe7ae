/** The powers of every element, against repeated multiplication. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { zeros } from "../../src/create.ts";
import { powers } from "../../src/ops/polynomial.ts";
import { tensors } from "../arbitraries.ts";
import { onBothKernels } from "../kernel-kinds.ts";
import { at, expectTable, mapTables, read, rounded, table } from "../reference.ts";

describe("powers", () => {
  test("from 0 to the degree, on a new last axis, each the one before times x", () => {
    const drawn = fc.oneof(tensors({ contents: "special" }, 0, 3), tensors({ double: true }, 0, 3));
    fc.assert(
      fc.property(drawn, fc.integer({ min: 0, max: 5 }), (x, degree) => {
        const t = read(x);
        const list = [mapTables(() => 1, t)];
        for (let d = 1; d <= degree; d++)
          list.push(
            rounded(
              mapTables((a, b) => a * b, list[d - 1], t),
              x,
            ),
          );
        const wanted = table([...x.shape, degree + 1], (index) => at(list[index[x.rank]], index.slice(0, -1)));
        expectTable(
          onBothKernels(() => powers(x, degree)),
          wanted,
        );
      }),
    );
  });
});

test("refusals", () => {
  expect(() => powers(zeros([2]), -1)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: powers: the degree must be an integer from 0 up, got -1]`,
  );
  expect(() => powers(zeros([2]), 1.5)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: powers: the degree must be an integer from 0 up, got 1.5]`,
  );
});
