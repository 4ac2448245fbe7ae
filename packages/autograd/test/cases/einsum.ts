/** Random cases for einsum: one to three operands that share some of four letters, and any of those on the right. */
import { einsum } from "@polygrad/tensor";
import fc from "fast-check";
import { tensors } from "../arbitraries.ts";
import type { Case, Cases } from "../differences.ts";

const letters = ["i", "j", "k", "l"] as const;
const size = fc.oneof(
  { weight: 15, arbitrary: fc.integer({ min: 1, max: 3 }) },
  { weight: 1, arbitrary: fc.constant(0) },
);
const sizes = fc.record({ i: size, j: size, k: size, l: size });
const terms = fc.array(fc.shuffledSubarray([...letters], { maxLength: 3 }), { minLength: 1, maxLength: 3 });

const equations = terms.chain((inputs) => {
  const named = letters.filter((letter) => inputs.flat().includes(letter));
  return fc.record({
    inputs: fc.constant(inputs),
    output: fc.option(fc.shuffledSubarray(named), { nil: undefined, freq: 4 }),
    sizes,
  });
});

const products: fc.Arbitrary<Case> = equations.chain(({ inputs, output, sizes }) => {
  const left = inputs.map((axes) => axes.join("")).join(",");
  const equation = output === undefined ? left : `${left}->${output.join("")}`;
  return fc
    .tuple(...inputs.map((axes) => tensors(axes.map((axis) => sizes[axis]))))
    .map((operands) => ({ f: (...xs) => einsum(equation, ...xs), inputs: operands }));
});

export const einsumCases: Cases = { einsum: products };
