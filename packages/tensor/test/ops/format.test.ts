/** How tensors read: laid out like NumPy's, columns aligned, long ones shortened. */
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { tensor } from "../../src/create.ts";
import { arange, zeros } from "../../src/fill.ts";
import { format } from "../../src/ops/format.ts";
import { toArray } from "../../src/ops/reading.ts";
import "../../src/methods.ts";

test("scalars, vectors, matrices and beyond", () => {
  expect(format(tensor(2.5))).toBe("tensor(2.5)");
  expect(format(tensor([1, -2.5, 100]))).toBe("tensor([   1, -2.5,  100])");
  expect(
    `\n${format(
      tensor([
        [1, 2.5],
        [-3, 40],
      ]),
    )}`,
  ).toMatchInlineSnapshot(`
    "
    tensor([[  1, 2.5],
            [ -3,  40]])"
  `);
  expect(`\n${format(arange(8).reshape([2, 2, 2]))}`).toMatchInlineSnapshot(`
    "
    tensor([[[0, 1],
             [2, 3]],

            [[4, 5],
             [6, 7]]])"
  `);
});

test("six significant digits, as few as needed", () => {
  const x = tensor([0.1, 1 / 3, 1e-10, 1e21, 123456789, Number.NaN, Number.NEGATIVE_INFINITY]);
  expect(
    format(x)
      .match(/[^\s[(,\])]+/g)
      ?.slice(1),
  ).toEqual(["0.1", "0.333333", "1e-10", "1e+21", "123457000", "NaN", "-Infinity"]);
});

test("nothing shows its shape", () => {
  expect(format(zeros([0]))).toBe("tensor([], shape=[0])");
  expect(format(zeros([2, 0]))).toMatchInlineSnapshot(`
    "tensor([[],
            []], shape=[2, 0])"
  `);
});

test("from 1001 elements on, long axes are shortened", () => {
  expect(format(arange(1000)).split(",").length).toBe(1000);
  expect(format(arange(1001))).toBe("tensor([   0,    1,    2, ...,  998,  999, 1000], shape=[1001])");
  expect(`\n${format(arange(2100).reshape([300, 7]))}`).toMatchInlineSnapshot(`
    "
    tensor([[   0,    1,    2, ...,    4,    5,    6],
            [   7,    8,    9, ...,   11,   12,   13],
            [  14,   15,   16, ...,   18,   19,   20],
            ...,
            [2079, 2080, 2081, ..., 2083, 2084, 2085],
            [2086, 2087, 2088, ..., 2090, 2091, 2092],
            [2093, 2094, 2095, ..., 2097, 2098, 2099]], shape=[300, 7])"
  `);
  expect(format(arange(1200).reshape([200, 6])).split("\n")[0]).toBe("tensor([[   0,    1,    2,    3,    4,    5],");
});

test("toString, template literals and console.log show the same; views show what they view", () => {
  const x = arange(4).reshape([2, 2]).transpose();
  expect([x.toString(), `${x}`, inspect(x)]).toEqual([format(x), format(x), format(x)]);
  expect(toArray(x)).toEqual([
    [0, 2],
    [1, 3],
  ]);
  expect(toArray(tensor(3))).toBe(3);
});
