/** einsum against loops over all indices, for equations of every kind. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toFloat64 } from "../../src/copy.ts";
import { tensor } from "../../src/create.ts";
import { arange, ones, zeros } from "../../src/fill.ts";
import { einsum } from "../../src/ops/einsum.ts";
import { matmul } from "../../src/ops/matmul.ts";
import { toArray } from "../../src/ops/reading.ts";
import { reshape } from "../../src/ops/view.ts";
import type { Tensor } from "../../src/tensor.ts";
import { type DrawOptions, tensorOf } from "../arbitraries.ts";
import { onBothKernels } from "../kernel-kinds.ts";
import { at, expectTable, indices, read, type Table } from "../reference.ts";

/** The sums of the products, and of their sizes, over every index of every letter. */
function loops(
  inputs: readonly string[],
  output: string,
  operands: readonly Table[],
): { sums: Table; sizes: number[] } {
  const sizes = new Map<string, number>();
  for (const [k, axes] of inputs.entries())
    for (const [axis, letter] of [...axes].entries()) sizes.set(letter, operands[k].shape[axis]);
  const letters = [...sizes.keys()];
  const shape = [...output].map((letter) => sizes.get(letter) ?? 0);
  const places = new Map(indices(shape).map((index, place) => [String(index), place]));
  const result = indices(shape).map(() => ({ sum: 0, size: 0 }));
  for (const index of indices([...sizes.values()])) {
    const part = (axes: string) => [...axes].map((letter) => index[letters.indexOf(letter)]);
    const product = operands.reduce((value, operand, k) => value * at(operand, part(inputs[k])), 1);
    const cell = result[places.get(String(part(output))) ?? -1];
    cell.sum += product;
    cell.size += Math.abs(product);
  }
  return { sums: { shape, values: result.map(({ sum }) => sum) }, sizes: result.map(({ size }) => size) };
}

/** Every sum is rounded to the operands' precision at most once for each of its terms, and the products likewise. */
function expectEinsum(equation: string, inputs: readonly string[], output: string, operands: readonly Tensor[]): void {
  const { sums, sizes } = loops(inputs, output, operands.map(read));
  const all = [...new Set(inputs.join(""))];
  const sizeOf = (letter: string) => {
    const k = inputs.findIndex((axes) => axes.includes(letter));
    return operands[k].shape[inputs[k].indexOf(letter)];
  };
  const terms = all.reduce((product, letter) => product * (output.includes(letter) ? 1 : sizeOf(letter)), 1);
  const unit = operands[0].data instanceof Float64Array ? 2 ** -52 : 2 ** -24;
  const got = onBothKernels(() => einsum(equation, ...operands));
  expectTable(got, sums, (_, i) => 2 * (terms + 2 * operands.length + 2) * unit * sizes[i]);
}

/** One to three operands whose axes are letters of one alphabet, and an output of some of those letters. */
const equations = fc
  .tuple(
    fc.array(fc.constantFrom(0, 1, 2, 3, 3, 4, 5), { minLength: 5, maxLength: 5 }),
    fc.array(fc.shuffledSubarray([..."ijkAb"], { maxLength: 3 }), { minLength: 1, maxLength: 3 }),
  )
  .chain(([sizes, inputs]) => {
    const letters = [...new Set(inputs.flat())];
    const shapes = inputs.map((axes) => axes.map((letter) => sizes["ijkAb".indexOf(letter)]));
    const operands = (options: DrawOptions) => fc.tuple(...shapes.map((shape) => tensorOf(shape, options)));
    return fc.tuple(
      fc.constant(inputs.map((axes) => axes.join(""))),
      fc.shuffledSubarray(letters).map((axes) => axes.join("")),
      fc.oneof(operands({}), operands({ double: true })),
    );
  });

describe("against loops", () => {
  test("equations with an arrow", () => {
    fc.assert(
      fc.property(equations, ([inputs, output, operands]) => {
        expectEinsum(`${inputs.join(",")}->${output}`, inputs, output, operands);
      }),
      { numRuns: 200 },
    );
  });

  test("without an arrow: the letters that occur once, in alphabetical order", () => {
    fc.assert(
      fc.property(equations, ([inputs, , operands]) => {
        const all = [...inputs.join("")];
        const once = all.filter((letter) => all.filter((other) => other === letter).length === 1);
        expectEinsum(` ${inputs.join(" , ")} `, inputs, once.sort().join(""), operands);
      }),
    );
  });

  test("sizes at which the SIMD kernels run", () => {
    const [a, b] = [reshape(arange(12 * 70), [12, 70]), reshape(arange(70 * 50), [70, 50])];
    expect(toArray(einsum("ij,jk->ik", a, b))).toEqual(toArray(matmul(a, b)));
    expectEinsum("bij,bjk->bik", ["bij", "bjk"], "bik", [ones([2, 9, 20]), ones([2, 20, 9])]);
  });
});

test("known equations: trace-like sums, transposes, outer products, scalars", () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(toArray(einsum("ij->ji", x))).toEqual([
    [1, 4],
    [2, 5],
    [3, 6],
  ]);
  expect(toArray(einsum("ij->", x))).toBe(21);
  expect(toArray(einsum("ij,ij->i", x, x))).toEqual([14, 77]);
  expect(toArray(einsum("i,j", tensor([1, 2]), tensor([3, 4])))).toEqual([
    [3, 4],
    [6, 8],
  ]);
  expect(toArray(einsum(",ij->j", tensor(2), x))).toEqual([10, 14, 18]);
  expect(toArray(einsum("->", tensor(7)))).toBe(7);
  expect(einsum("ij,j->i", x, toFloat64(tensor([1, 1, 1]))).data).toBeInstanceOf(Float64Array);
});

test("refusals", () => {
  const [x, y] = [zeros([2, 3]), zeros([4, 5])];
  expect(() => einsum("ij,jk->ik", x)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: einsum: "ij,jk->ik" names 2 operands, got 1]`,
  );
  expect(() => einsum("ij,jk->ik", x, y)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: einsum: axis "j" of "ij,jk->ik" has size 3, but 4 in [4, 5]; sizes must agree]`,
  );
  expect(() => einsum("ijk->i", x)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: einsum: "ijk" in "ijk->i" must have one letter for each axis of [2, 3]]`,
  );
  for (const equation of ["ii->i", "ij->ii", "ij->k", "i1->i", "...j->j", "ij->i->j"])
    expect(() => einsum(equation, x)).toThrow(`einsum: cannot read "${equation}"`);
  expect(() => einsum("ii", x)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: einsum: cannot read "ii"; write letters such as "ij,jk->ik", each at most once in an operand, and on the right only those that occur on the left]`,
  );
});
