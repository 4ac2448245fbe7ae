import { describe, expect, test } from "vitest";
import { checkLabels } from "../src/index.ts";
import { refusal } from "./refusal.ts";

describe("checkLabels", () => {
  test("returns labels of bytes and of int32 unchanged, and others as int32", () => {
    const bytes = Uint8Array.of(0, 2, 1);
    expect(checkLabels(bytes, 3)).toBe(bytes);
    expect(checkLabels([0, 2, 1], 3)).toEqual(Int32Array.of(0, 2, 1));
    expect(checkLabels(Float32Array.of(0, 2, 1), 3)).toEqual(Int32Array.of(0, 2, 1));
  });

  test("refuses labels that are not class numbers", () => {
    expect([
      refusal(() => checkLabels([0, 1.5], 2)),
      refusal(() => checkLabels([0, Number.NaN], 2)),
      refusal(() => checkLabels([0, 1, 2], 2)),
      refusal(() => checkLabels([-1], 2)),
      refusal(() => checkLabels([], 2)),
      refusal(() => checkLabels([0], 2.5)),
    ]).toMatchInlineSnapshot(`
      [
        "DatasetError: checkLabels: label 1.5 at index 1 is not an integer; number the classes from 0",
        "DatasetError: checkLabels: label NaN at index 1 is not an integer; number the classes from 0",
        "DatasetError: checkLabels: label 2 at index 2 is out of range; with 2 classes, labels go from 0 to 1",
        "DatasetError: checkLabels: label -1 at index 0 is out of range; with 2 classes, labels go from 0 to 1",
        "DatasetError: checkLabels: labels is empty; a dataset needs at least one sample",
        "DatasetError: checkLabels: classes is 2.5; give the number of classes, an integer of at least 1",
      ]
    `);
  });
});
