/** Random programs: the library's values, gradients and second derivatives against a plain evaluation. */
import { custom, type Variable } from "@polygrad/autograd";
import { kernels, sin, useKernels } from "@polygrad/tensor";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { draws, share, summarise } from "./amount.ts";
import { EVERYWHERE } from "./programs/functions.ts";
import { constant } from "./programs/hyper.ts";
import { type Leaf, plainOf } from "./programs/leaf.ts";
import { unary } from "./programs/operations/elementwise.ts";
import { plan } from "./programs/program.ts";
import { type Counts, check } from "./programs/verdict.ts";

const before = kernels();
afterAll(() => useKernels(before));

const none: Counts = { programs: 0, operations: 0, compared: 0, uncertain: 0, avoided: 0, worst: 0 };

/** The program y = sin x, in which the library computes something else. */
function checkSine(library: (x: Variable) => Variable): void {
  const leaf: Leaf = { shape: [70], strides: [1], offset: 0, length: 70, isPinned: false, seed: 1 };
  const step = { ...unary("sin", EVERYWHERE.sin), library: ([x]: readonly Variable[]) => library(x) };
  const x = plainOf(leaf, constant);
  const weights = new Map([[1, x.items.map(() => 1)]]);
  check({ nodes: [leaf, step], values: [x, step.plain([x])], weights, avoided: 0 }, { ...none });
}

test("a wrong value, gradient, second derivative or twin of a kernel is found", () => {
  const half = custom<[Variable]>({ forward: (x) => sin(x), vjp: [(g, _y, x) => g.mul(x.detach().cos())] });
  checkSine((x) => x.sin());
  expect(() => checkSine((x) => x.sin().mul(1.000001))).toThrow(/^Error: v1\[0\] in float32: .*\n.*v1 = v0\.sin\(\)$/s);
  expect(() => checkSine((x) => x.sin().mul(2).sub(x.sin().detach()))).toThrow(/^Error: the gradient of v0\[0\]/);
  expect(() => checkSine((x) => half(x))).toThrow(/^Error: the second derivative of v0\[0\]/);
  const perhaps = (x: Variable) => (kernels() === "plain" ? x.sin().mul(1 + 2 ** -23) : x.sin());
  expect(() => checkSine(perhaps)).toThrow(/^Error: values of v1 in float32 at 0: .* with simd, .* with plain kernels/);
});

const numbers = fc.array(fc.nat(2 ** 30), { minLength: 24, maxLength: 24, size: "max" });
const choices = fc.record({
  leaves: fc.array(numbers, { minLength: 1, maxLength: 3, size: "max" }),
  steps: fc.array(numbers, { minLength: 3, maxLength: 12, size: "max" }),
});

test(`${share(8_000)} random programs`, () => {
  const counts = { ...none };
  try {
    fc.assert(
      fc.property(choices, (chosen) => check(plan(chosen), counts)),
      draws(8_000),
    );
  } finally {
    const { programs, operations, compared, uncertain, avoided, worst } = counts;
    summarise("programs", {
      programs,
      operations,
      "elements compared": compared,
      "skipped at kinks": uncertain,
      "kinks avoided": avoided,
      "largest difference": `${(100 * worst).toFixed(1)} % of what is allowed`,
    });
  }
});
