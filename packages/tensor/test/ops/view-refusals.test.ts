/** What views refuse, and in which words. */
import { describe, expect, test } from "vitest";
import "../../src/methods.ts";
import * as copies from "../../src/copy.ts";
import { tensor } from "../../src/create.ts";
import { MemoryError, ShapeError, ValueError } from "../../src/errors.ts";
import { arange, zeros } from "../../src/fill.ts";
import * as v from "../../src/ops/index.ts";

test("errors are Errors with names of their own", () => {
  for (const [error, name] of [
    [new ShapeError("x"), "ShapeError"],
    [new ValueError("x"), "ValueError"],
    [new MemoryError("x"), "MemoryError"],
  ] as const) {
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.message, String(error)]).toEqual([name, "x", `${name}: x`]);
  }
  expect(new ShapeError("x")).not.toBeInstanceOf(ValueError);
});

const x = zeros([2, 3]);

describe("refusals", () => {
  test("moving axes", () => {
    expect(() => v.transpose(zeros([3]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: transpose: needs at least two axes, got shape [3]]`,
    );
    expect(() => v.transpose(x, 0, 2)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: transpose: axis 2 is out of range for rank 2; use -2 to 1]`,
    );
    expect(() => v.permute(x, [0, 0])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: permute: [0, 0] must name each of the 2 axes of [2, 3] once]`,
    );
    expect(() => v.permute(x, [0])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: permute: [0] must name each of the 2 axes of [2, 3] once]`,
    );
    expect(() => v.permute(x, [0, 2])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: permute: axis 2 is out of range for rank 2; use -2 to 1]`,
    );
    expect(() => v.flip(x, [0, 0])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: flip: axis 0 is named twice in [0, 0]]`,
    );
  });

  test("parts", () => {
    expect(() => v.slice(x, 2)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: slice: axis 2 is out of range for rank 2; use -2 to 1]`,
    );
    expect(() => v.slice(x, 0, 0.5)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: slice: start must be an integer, got 0.5]`,
    );
    expect(() => v.slice(x, 0, 0, Number.NaN)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: slice: stop must be an integer, got NaN]`,
    );
    expect(() => v.slice(x, 0, 0, 2, 1.5)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: slice: step must be an integer, got 1.5]`,
    );
    expect(() => v.slice(x, 0, 0, 2, 0)).toThrowErrorMatchingInlineSnapshot(`[ShapeError: slice: step must not be 0]`);
    expect(() => v.select(x, 1, 3)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: select: index 3 is out of range for axis 1 of [2, 3]]`,
    );
    expect(() => v.select(x, 1, -4)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: select: index -4 is out of range for axis 1 of [2, 3]]`,
    );
    expect(() => v.select(x, 1, 0.5)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: select: index 0.5 is out of range for axis 1 of [2, 3]]`,
    );
    expect(() => v.select(tensor(1), 0, 0)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: select: axis 0 is out of range for rank 0; a scalar has no axes]`,
    );
  });

  test("stretching and squeezing", () => {
    expect(() => v.broadcastTo(x, [2, 4])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: broadcastTo: [2, 3] does not expand to [2, 4] at axis 1]`,
    );
    expect(() => v.broadcastTo(x, [3])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: broadcastTo: [2, 3] does not expand to [3], which has fewer axes]`,
    );
    expect(() => v.broadcastTo(x, [-1, 3])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: broadcastTo: [-1, 3] is not a shape; sizes are integers from 0 up]`,
    );
    expect(() => v.expand(x, [-1, 2, 3])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: broadcastTo: [-1, 2, 3] is not a shape; sizes are integers from 0 up]`,
    );
    expect(() => v.squeeze(x, 0)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: squeeze: axis 0 of [2, 3] has size 2, not 1]`,
    );
    expect(() => v.squeeze(x, 2)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: squeeze: axis 2 is out of range for rank 2; use -2 to 1]`,
    );
    expect(() => v.unsqueeze(x, 3)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: unsqueeze: axis 3 is out of range for rank 3; use -3 to 2]`,
    );
    expect(() => copies.assign(x, zeros([3, 2]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: assign: [3, 2] does not expand to [2, 3] at axis 0]`,
    );
  });

  test("other shapes", () => {
    expect(() => v.reshape(x, [4])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: reshape: [2, 3] has 6 elements and does not fit [4]; sizes must multiply to the same number, and at most one may be -1]`,
    );
    expect(() => v.reshape(x, [-1, 4])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: reshape: [2, 3] has 6 elements and does not fit [-1, 4]; sizes must multiply to the same number, and at most one may be -1]`,
    );
    expect(() => v.reshape(x, [-1, -1])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: reshape: [2, 3] has 6 elements and does not fit [-1, -1]; sizes must multiply to the same number, and at most one may be -1]`,
    );
    expect(() => v.reshape(x, [-2, -3])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: reshape: [2, 3] has 6 elements and does not fit [-2, -3]; sizes must multiply to the same number, and at most one may be -1]`,
    );
    expect(() => v.reshape(x, [1.5, 4])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: reshape: [2, 3] has 6 elements and does not fit [1.5, 4]; sizes must multiply to the same number, and at most one may be -1]`,
    );
    expect(() => v.reshape(zeros([0]), [0, -1])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: reshape: [0] has 0 elements and does not fit [0, -1]; sizes must multiply to the same number, and at most one may be -1]`,
    );
    expect(() => v.view(v.transpose(v.reshape(arange(6), [2, 3])), [6])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: view: [3, 2] with strides [1, 3] cannot be read as [6] without a copy; use reshape]`,
    );
    expect(() => v.flatten(x, 1, 0)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: flatten: the start axis 1 comes after the end axis 0]`,
    );
    expect(() => v.flatten(x, 0, 2)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: flatten: axis 2 is out of range for rank 2; use -2 to 1]`,
    );
  });
});
